#include "adapters/channels/http_json/http_json_assembler.hpp"

#include "adapters/channels/access/nonce.hpp"
#include "adapters/channels/http_json/http_json_signature.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace tael {

namespace json = boost::json;

namespace {

struct Wire {
  std::string method, path, body;
};

Wire pay(const ChannelRequest& request, const HttpJsonOptions& options) {
  json::object body{{"number", request.number},
                    {"method", request.method},
                    {"bank", request.bank},
                    {"amount", request.amount.amount},
                    {"currency", request.amount.currency.text()},
                    {"subject", request.subject},
                    {"expires_at", to_rfc3339(request.expires_at)},
                    {"callback_url", options.callback_url}};
  return {"POST", "/v1/payments", json::serialize(body)};
}

Wire refund(const ChannelRequest& request, const HttpJsonOptions& options) {
  json::object body{{"number", request.number},        {"payment_number", request.attempt},
                    {"amount", request.amount.amount}, {"currency", request.amount.currency.text()},
                    {"reason", request.subject},       {"callback_url", options.callback_url}};
  return {"POST", "/v1/refunds", json::serialize(body)};
}

Wire wire_of(const ChannelRequest& request, const HttpJsonOptions& options) {
  switch (request.op) {
    case ChannelOp::pay: return pay(request, options);
    case ChannelOp::inquire: return {"GET", "/v1/payments/" + request.number, ""};
    case ChannelOp::close: return {"POST", "/v1/payments/" + request.number + "/close", ""};
    case ChannelOp::refund: return refund(request, options);
    case ChannelOp::inquire_refund: return {"GET", "/v1/refunds/" + request.number, ""};
    case ChannelOp::transfer:
    case ChannelOp::inquire_transfer: break;  // The house protocol knows none.
  }
  return {};
}

/// The path part of the base URL is signed too: what is signed is what goes over the wire.
std::string path_of(std::string_view url) {
  const auto scheme = url.find("://");
  const auto slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return slash == std::string_view::npos ? std::string{} : std::string{url.substr(slash)};
}

}  // namespace

HttpJsonAssembler::HttpJsonAssembler(HttpJsonOptions options, Clock& clock, Dice& dice)
    : options_(std::move(options)), clock_(clock), dice_(dice) {}

Assembled HttpJsonAssembler::assemble(const ChannelRequest& request, Duration deadline) const {
  auto wire = wire_of(request, options_);
  if (wire.method.empty()) return {.call = {}, .voucher = {}, .refusal = "op_not_offered"};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
  const auto timestamp = std::to_string(seconds), nonce = make_nonce(dice_);
  const auto path = path_of(options_.base_url) + wire.path;
  auto signature = sign_http_json_request(options_.key, {wire.method, path}, timestamp, nonce, wire.body);

  HttpCall call;
  call.method = std::move(wire.method);
  call.url = options_.base_url + wire.path;
  call.body = std::move(wire.body);
  call.headers = {{"Content-Type", "application/json"},
                  {"House-Merchant", options_.merchant},
                  {"House-Key", options_.key.id},
                  {"House-Timestamp", timestamp},
                  {"House-Nonce", nonce},
                  {"House-Signature", std::move(signature)}};
  call.connect_deadline = std::min(options_.connect_deadline, deadline);
  call.deadline = deadline;
  return {.call = std::move(call), .voucher = {}, .refusal = {}};
}

}  // namespace tael
