// Throws bytes at what institutions send us: callbacks and answers, well signed and badly. Whatever comes,
// nothing is approved without an amount, nothing refused is believed, and what is written down is clean.
//
//   (how to build: CMakeLists.txt) callback_fuzz -max_total_time=60 -max_len=12000 CORPUS
#include "adapters/channels/access/masking.hpp"
#include "adapters/channels/http_json/http_json_channel.hpp"
#include "adapters/simulated/institution_signature.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace tael {
namespace {

class StillClock final : public Clock {
 public:
  TimePoint now() const override { return from_unix_ms(1'795'000'000'000); }
};

class FlatDice final : public Dice {
 public:
  std::uint64_t roll() override { return 4; }
};

/// Answers every call with the bytes at hand.
class Echo final : public HttpClient {
 public:
  void send(HttpCall, std::function<void(HttpAnswer)> done) override { done(answer); }
  HttpAnswer answer;
};

void require(bool holds, std::source_location where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "broken promise in line %u\n", unsigned{where.line()});
  std::abort();
}

void check(const ChannelAnswer& answer) {
  require(answer.ending != Ending::approved || (answer.amount && answer.amount->amount > 0));
  require(answer.authentic || answer.ending == Ending::silent);
  require(escape_controls(answer.code) == answer.code);
  require(escape_controls(answer.message) == answer.message);
  require(escape_controls(answer.channel_transaction) == answer.channel_transaction);
  for (const auto* text : {&answer.exchange.request, &answer.exchange.response}) {
    require(text->size() <= exchange_bytes_max);
    require(text->find('\0') == std::string::npos);
    // Its first letter is no hex digit, so that an escaped byte before it cannot spell it.
    require(text->find("their-secret-0001") == std::string::npos);
  }
}

}  // namespace
}  // namespace tael

/// First byte: bit 0 signs rightly, the rest chooses a status; then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tael;
  static StillClock clock;
  static FlatDice dice;
  static Echo echo;
  static const auto channel = make_http_json_channel({"aurora",
                                                      "http://aurora.test",
                                                      "m-1",
                                                      {"ours-1", "merchant-secret-0001"},
                                                      {{"theirs-1", "their-secret-0001"}},
                                                      "http://node.test/c",
                                                      Duration{2'000}},
                                                     echo, clock, dice);
  if (size == 0) return 0;
  const bool is_signed = data[0] & 1;
  const std::string body{reinterpret_cast<const char*>(data + 1), size - 1};
  const InstitutionKey key{"theirs-1", is_signed ? "their-secret-0001" : "a-guess"};
  const auto headers = institution_headers(key, clock.now(), "n", body);

  const auto callback = channel->hear({"/c", headers, body, clock.now()});
  require(is_signed || !callback.refusal.empty());
  require(callback.refusal.empty() || (callback.number.empty() && callback.answer.ending == Ending::silent));
  check(callback.answer);

  constexpr int statuses[] = {200, 400, 404, 409, 429, 502};
  echo.answer = {Transport::answered, statuses[(data[0] >> 1) % 6], headers, body, "", Duration{1}};
  for (const auto op : {ChannelOp::pay, ChannelOp::inquire, ChannelOp::refund, ChannelOp::inquire_refund}) {
    ChannelRequest request;
    request.op = op;
    request.number = "A1";
    channel->call(request, Duration{8'000}, [](const ChannelAnswer& answer) { check(answer); });
  }
  return 0;
}
