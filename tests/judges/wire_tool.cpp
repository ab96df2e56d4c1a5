// One channel's adapter, as the node makes it from a configuration folder, for judges in other languages. Reads one
// JSON line after the other from standard input and answers each with one:
//
//   {"do": "call", "op": "pay", "number": ..., "method": ..., "amount": 2500, "payer": {...}, "answer": {"status",
//   "headers", "body"}}
//       -> {"call": {method, url, headers, body}, "answer": {ending, code, amount, authentic, voucher, ...}}
//   {"do": "hear", "headers": {...}, "body": "..."}
//       -> {"refusal", "op", "number", "ending", "amount", "transaction"}
//   {"do": "live", ...as call}: really calls, over HTTP.
//
//   wire_tool FOLDER CHANNEL
#include "adapters/http/client.hpp"
#include "runtime/config/config.hpp"
#include "runtime/node/channel_adapters.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <future>
#include <iostream>

namespace tael {
namespace {

namespace json = boost::json;

std::string text(const json::object& from, std::string_view name, std::string otherwise = {}) {
  const auto* value = from.if_contains(name);
  return value == nullptr ? otherwise : value->is_string() ? std::string{value->get_string()} : json::serialize(*value);
}

HttpHeaders headers_of(const json::object& from) {
  HttpHeaders headers;
  const auto* given = from.if_contains("headers");
  if (given == nullptr) return headers;
  for (const auto& [name, value] : given->as_object()) {
    std::string lower{name};
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    headers.emplace_back(std::move(lower), json::value_to<std::string>(value));
  }
  return headers;
}

/// Keeps the call and gives the answer at hand, or passes it on.
class Tap final : public HttpClient {
 public:
  void send(HttpCall call, std::function<void(HttpAnswer)> done) override {
    sent = call;
    if (live != nullptr) return live->send(std::move(call), std::move(done));
    done(answer);
  }
  HttpCall sent;
  HttpAnswer answer;
  HttpClient* live = nullptr;
};

json::object show(const ChannelAnswer& answer) {
  json::object shown{{"ending", name_of(answer.ending)},
                     {"code", answer.code},
                     {"authentic", answer.authentic},
                     {"number_unknown", answer.number_unknown},
                     {"transaction", answer.channel_transaction}};
  if (answer.amount) shown["amount"] = answer.amount->amount;
  if (answer.voucher) shown["voucher"] = json::object{{"kind", answer.voucher->kind}, {"value", answer.voucher->value}};
  return shown;
}

json::object call(Channel& channel, Tap& tap, const json::object& asked, TimePoint now) {
  static constexpr ChannelOp ops[] = {
      ChannelOp::pay,      ChannelOp::inquire,         ChannelOp::close, ChannelOp::refund, ChannelOp::inquire_refund,
      ChannelOp::transfer, ChannelOp::inquire_transfer};
  ChannelRequest request;
  for (const auto op : ops)
    if (name_of(op) == text(asked, "op")) request.op = op;
  request.number = text(asked, "number");
  request.attempt = text(asked, "attempt", request.number);
  request.order_id = "order";
  request.method = text(asked, "method");
  request.channel_transaction = text(asked, "transaction");
  request.subject = text(asked, "subject", "包子 & tea");
  request.payer = text(asked, "payer");
  const auto amount = asked.if_contains("amount") ? asked.at("amount").to_number<std::int64_t>() : 0;
  const auto total = asked.if_contains("total") ? asked.at("total").to_number<std::int64_t>() : amount;
  const auto currency = Currency::parse(text(asked, "currency", "CNY")).value_or(cny);
  request.amount = {amount, currency};
  request.total = {total, currency};
  request.expires_at = now + Duration{30 * 60'000};
  tap.answer = {};
  if (const auto* given = asked.if_contains("answer")) {
    const auto& answer = given->as_object();
    tap.answer.transport = Transport::answered;
    tap.answer.status = answer.at("status").to_number<int>();
    tap.answer.headers = headers_of(answer);
    tap.answer.body = text(answer, "body");
  }
  std::promise<ChannelAnswer> promise;
  channel.call(request, Duration{8'000}, [&](ChannelAnswer answer) { promise.set_value(std::move(answer)); });
  const auto answer = promise.get_future().get();
  json::object headers;
  for (const auto& [name, value] : tap.sent.headers) headers[name] = value;
  return {
      {"call",
       json::object{{"method", tap.sent.method}, {"url", tap.sent.url}, {"headers", headers}, {"body", tap.sent.body}}},
      {"answer", show(answer)}};
}

json::object hear(Channel& channel, const json::object& told, TimePoint now) {
  const auto callback = channel.hear({"/callback", headers_of(told), text(told, "body"), now});
  auto shown = show(callback.answer);
  shown["refusal"] = callback.refusal;
  shown["op"] = name_of(callback.op);
  shown["number"] = callback.number;
  const auto taken = channel.acknowledge(Reception::taken);
  shown["acknowledgement"] = json::object{{"status", taken.status}, {"body", taken.body}};
  return shown;
}

int run(const std::string& folder, const std::string& code) {
  const auto loaded = config::load_folder(folder);
  for (const auto& error : loaded.errors) std::cerr << to_text(error) << "\n";
  if (!loaded.config || !loaded.config->channels.contains(code)) return 2;
  Tap tap;
  CurlClient client;
  WallClock clock;
  SystemDice dice;
  const auto channel =
      make_channel_adapter(loaded.config->channels.at(code), "http://127.0.0.1:8080", {tap, clock, dice});
  for (std::string line; std::getline(std::cin, line);) {
    const auto asked = json::parse(line).as_object();
    const auto what = text(asked, "do");
    tap.live = what == "live" ? &client : nullptr;
    const auto said = what == "hear" ? hear(*channel, asked, clock.now()) : call(*channel, tap, asked, clock.now());
    std::cout << json::serialize(said) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace tael

int main(int argc, char** argv) {
  if (argc == 3) return tael::run(argv[1], argv[2]);
  std::cerr << "usage: wire_tool FOLDER CHANNEL\n";
  return 2;
}
