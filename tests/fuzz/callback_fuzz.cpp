// Throws bytes at what institutions send us: callbacks and answers, well signed and badly. Whatever comes,
// nothing is approved without an amount, nothing refused is believed, and what is written down is clean.
//
//   (how to build: CMakeLists.txt) callback_fuzz -max_total_time=60 -max_len=12000 CORPUS
#include "adapters/channels/access/masking.hpp"
#include "adapters/channels/http_json/http_json_channel.hpp"
#include "adapters/encoding/card_numbers.hpp"
#include "adapters/encoding/text.hpp"
#include "adapters/simulated/institution_signature.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>

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

/// Spelled so that masking cannot write them down by chance: no letter of them is one that an escape (`\t`, `\x0f`), a
/// masked card number (`000123***`) or a hidden value (`***`) is made of. The first input proves it.
constexpr std::string_view our_secret = "OUR-SECRET-KEY", their_secret = "THEIR-SECRET-KEY";

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
    for (const auto secret : {our_secret, their_secret}) require(text->find(secret) == std::string::npos);
  }
}

/// Whether every letter of the secrets can only have come from the text itself.
bool secrets_are_spelled_by_nothing_else() {
  std::string written = mask_card_numbers("0123456789012345678 4111111111111111") + "***";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string raw(1, static_cast<char>(byte));
    if (const auto escaped = escape_controls(raw); escaped != raw) written += escaped;
  }
  return std::ranges::none_of(written, [](char c) {
    return c != ' ' && (our_secret.find(c) != std::string_view::npos || their_secret.find(c) != std::string_view::npos);
  });
}

}  // namespace
}  // namespace tael

/// First byte: bit 0 signs rightly, the rest chooses a status; then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tael;
  static StillClock clock;
  static FlatDice dice;
  static Echo echo;
  static const bool secrets_are_sound = secrets_are_spelled_by_nothing_else();
  require(secrets_are_sound);
  static const auto channel = make_http_json_channel({"aurora",
                                                      "http://aurora.test",
                                                      "m-1",
                                                      {"ours-1", std::string{our_secret}},
                                                      {{"theirs-1", std::string{their_secret}}},
                                                      "http://node.test/c",
                                                      Duration{2'000}},
                                                     echo, clock, dice);
  if (size == 0) return 0;
  const bool is_signed = data[0] & 1;
  const std::string body{reinterpret_cast<const char*>(data + 1), size - 1};
  const InstitutionKey key{"theirs-1", std::string{is_signed ? their_secret : "a-guess"}};
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
