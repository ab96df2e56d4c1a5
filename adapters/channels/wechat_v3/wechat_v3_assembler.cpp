#include "adapters/channels/wechat_v3/wechat_v3_assembler.hpp"

#include "adapters/channels/access/nonce.hpp"
#include "adapters/channels/access/payer.hpp"
#include "adapters/channels/access/wire_time.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_signature.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace tael {

namespace json = boost::json;

namespace {

/// What they check is bytes for the first two ("字节数 .. 大于最大值 127"), and characters for a remark.
constexpr std::size_t description_bytes_max = 127, reason_bytes_max = 80, remark_characters_max = 32;
/// "More than a minute" when it reaches them, and at most a week, after which they close by themselves.
constexpr ExpiryBounds expiry_bounds{Duration{75'000}, Duration{7LL * 24 * 3'600'000}};
constexpr std::string_view order_path = "/v3/pay/transactions/out-trade-no/";
constexpr std::string_view refunds_path = "/v3/refund/domestic/refunds";
constexpr std::string_view transfers_path = "/v3/fund-app/mch-transfer/transfer-bills";

struct Wire {
  std::string method, path, body;
  std::string refusal{};
};

Wire refuse(std::string what) { return {{}, {}, {}, std::move(what)}; }

/// `qr` is what our own paths call it.
std::string_view kind_of(std::string_view method) { return method == "qr" ? "native" : method; }

Wire pay(const ChannelRequest& request, const WechatV3Options& options, TimePoint now) {
  const auto kind = kind_of(request.method);
  const Payer payer{request.payer};
  json::object body{{"appid", options.app},
                    {"mchid", options.merchant},
                    {"description", cut_text(request.subject, description_bytes_max)},
                    {"out_trade_no", request.number},
                    {"time_expire", print_beijing_rfc3339(expiry_within(request.expires_at, now, expiry_bounds))},
                    {"notify_url", options.callback_url},
                    {"amount", {{"total", request.amount.amount}, {"currency", request.amount.currency.text()}}}};
  if (kind == "jsapi") {
    if (payer.text("openid").empty()) return refuse("payer_openid_missing");
    body["payer"] = {{"openid", payer.text("openid")}};
  } else if (kind == "h5") {
    if (payer.text("client_ip").empty()) return refuse("payer_client_ip_missing");
    body["scene_info"] = {{"payer_client_ip", payer.text("client_ip")}, {"h5_info", {{"type", "Wap"}}}};
  } else if (kind != "native" && kind != "app") {
    return refuse("method_not_offered");
  }
  return {"POST", "/v3/pay/transactions/" + std::string{kind}, json::serialize(body)};
}

Wire refund(const ChannelRequest& request, const WechatV3Options& options) {
  json::object body{{"out_trade_no", request.attempt},
                    {"out_refund_no", request.number},
                    {"notify_url", options.callback_url},
                    {"amount",
                     {{"refund", request.amount.amount},
                      {"total", request.total.amount},
                      {"currency", request.amount.currency.text()}}}};
  const auto reason = cut_text(request.subject, reason_bytes_max);
  if (!reason.empty()) body["reason"] = reason;
  return {"POST", std::string{refunds_path}, json::serialize(body)};
}

/// A name is for the channel alone: it travels sealed with their key, never in the clear.
std::optional<std::string> sealed_name(const Payer& payee, const WechatV3Options& options, TimePoint now) {
  const auto newest = options.platform_keys->newest(now);
  return newest ? newest->key.encrypt_oaep(payee.text("name")) : std::nullopt;
}

Wire transfer(const ChannelRequest& request, const WechatV3Options& options, TimePoint now) {
  const Payer payee{request.payer};
  if (payee.text("openid").empty()) return refuse("payee_openid_missing");
  const auto remark = cut_characters(request.subject, remark_characters_max);
  json::object body{
      {"appid", options.app},
      {"out_bill_no", request.number},
      {"transfer_scene_id", options.transfer_scene},
      {"openid", payee.text("openid")},
      {"transfer_amount", request.amount.amount},
      {"transfer_remark", remark},
      {"notify_url", options.callback_url},
      {"transfer_scene_report_infos", json::array{json::object{{"info_type", "活动名称"}, {"info_content", remark}},
                                                  json::object{{"info_type", "奖励说明"}, {"info_content", remark}}}}};
  if (!payee.text("name").empty()) {
    const auto sealed = sealed_name(payee, options, now);
    if (!sealed) return refuse("no_key_to_seal_with");
    body["user_name"] = *sealed;
  }
  return {"POST", std::string{transfers_path}, json::serialize(body)};
}

Wire wire_of(const ChannelRequest& request, const WechatV3Options& options, TimePoint now) {
  const auto close_body = [&] { return json::serialize(json::object{{"mchid", options.merchant}}); };
  // All they count in is fen.
  if (sends_money(request.op) && request.amount.currency != cny) return refuse("currency_not_taken");
  switch (request.op) {
    case ChannelOp::pay: return pay(request, options, now);
    case ChannelOp::inquire:
      return {"GET", std::string{order_path} + request.number + "?mchid=" + options.merchant, ""};
    case ChannelOp::close: return {"POST", std::string{order_path} + request.number + "/close", close_body()};
    case ChannelOp::refund: return refund(request, options);
    case ChannelOp::inquire_refund: return {"GET", std::string{refunds_path} + "/" + request.number, ""};
    case ChannelOp::transfer: return transfer(request, options, now);
    case ChannelOp::inquire_transfer:
      return {"GET", std::string{transfers_path} + "/out-bill-no/" + request.number, ""};
  }
  return refuse("op_not_offered");
}

}  // namespace

WechatV3Assembler::WechatV3Assembler(const WechatV3Options& options, Clock& clock, Dice& dice)
    : options_(options), base_path_(path_of_url(options.base_url)), clock_(clock), dice_(dice) {}

Assembled WechatV3Assembler::assemble(const ChannelRequest& request, Duration deadline) const {
  auto wire = wire_of(request, options_, clock_.now());
  if (!wire.refusal.empty()) return {.call = {}, .voucher = {}, .refusal = std::move(wire.refusal)};
  return {.call = signed_call(std::move(wire.method), wire.path, std::move(wire.body), deadline),
          .voucher = {},
          .refusal = {}};
}

HttpCall WechatV3Assembler::signed_call(std::string method, const std::string& path, std::string body,
                                        Duration deadline) const {
  const auto now = clock_.now();
  const auto timestamp = unix_seconds(now), nonce = make_nonce(dice_);
  HttpCall call;
  call.headers = {{"Accept", "application/json"},
                  {"Content-Type", "application/json"},
                  {"User-Agent", "tael/0.1"},
                  {"Authorization", wechat_v3_authorization({options_.merchant, options_.serial, options_.key}, method,
                                                            base_path_ + path, {timestamp, nonce}, body)}};
  if (const auto newest = options_.platform_keys->newest(now))
    call.headers.emplace_back("Wechatpay-Serial", newest->id);
  call.method = std::move(method);
  call.url = options_.base_url + path;
  call.body = std::move(body);
  call.connect_deadline = std::min(options_.connect_deadline, deadline);
  call.deadline = deadline;
  return call;
}

}  // namespace tael
