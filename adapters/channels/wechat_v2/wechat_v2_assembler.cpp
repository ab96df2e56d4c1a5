// Step one of WeChat Pay v2: a request becomes a signed XML body. A bar code is charged at once or waits for the
// payer's password; it is polled by inquiries, and what an order calls closing is reversing for it.
#include "adapters/channels/access/nonce.hpp"
#include "adapters/channels/access/payer.hpp"
#include "adapters/channels/access/wire_time.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_steps.hpp"

#include <algorithm>
#include <utility>

namespace tael {

namespace {

constexpr std::size_t body_bytes_max = 127, reason_bytes_max = 80;  // Bytes are what v2 counts too.
/// "More than a minute" when it reaches them, and at most a week, after which they close by themselves.
constexpr ExpiryBounds expiry_bounds{Duration{75'000}, Duration{7LL * 24 * 3'600'000}};

struct Wire {
  std::string path;
  WechatV2Members members;
  bool with_certificate = false;
  std::string refusal{};
};

Wire refuse(std::string what) { return {{}, {}, false, std::move(what)}; }

std::string client_ip(const Payer& payer) {
  const auto ip = payer.text("client_ip");
  return ip.empty() ? "127.0.0.1" : ip;
}

Wire pay_by_code(const ChannelRequest& request, const Payer& payer) {
  if (payer.text("auth_code").empty()) return refuse("payer_auth_code_missing");
  return {"/pay/micropay",
          {{"body", cut_text(request.subject, body_bytes_max)},
           {"out_trade_no", request.number},
           {"total_fee", std::to_string(request.amount.amount)},
           {"spbill_create_ip", client_ip(payer)},
           {"auth_code", payer.text("auth_code")}}};
}

Wire pay(const ChannelRequest& request, const WechatV2Options& options, TimePoint now) {
  struct Row {
    std::string_view method, type;
  };
  static constexpr Row types[] = {
      {"native", "NATIVE"}, {"qr", "NATIVE"}, {"jsapi", "JSAPI"}, {"app", "APP"}, {"h5", "MWEB"}};
  const Payer payer{request.payer};
  if (request.method == "code") return pay_by_code(request, payer);
  const auto* row = std::ranges::find(types, request.method, &Row::method);
  if (row == std::end(types)) return refuse("method_not_offered");
  if (row->type == "JSAPI" && payer.text("openid").empty()) return refuse("payer_openid_missing");
  if (row->type == "MWEB" && payer.text("client_ip").empty()) return refuse("payer_client_ip_missing");
  return {"/pay/unifiedorder",
          {{"body", cut_text(request.subject, body_bytes_max)},
           {"out_trade_no", request.number},
           {"total_fee", std::to_string(request.amount.amount)},
           {"spbill_create_ip", client_ip(payer)},
           {"notify_url", options.callback_url},
           {"trade_type", std::string{row->type}},
           {"product_id", request.number},
           {"openid", payer.text("openid")},
           {"time_expire", print_beijing(expiry_within(request.expires_at, now, expiry_bounds), true)}}};
}

Wire wire_of(const ChannelRequest& request, const WechatV2Options& options, TimePoint now) {
  // Without a currency in the call they would take the number for their own.
  if (sends_money(request.op) && request.amount.currency != cny) return refuse("currency_not_taken");
  switch (request.op) {
    case ChannelOp::pay: return pay(request, options, now);
    case ChannelOp::inquire: return {"/pay/orderquery", {{"out_trade_no", request.number}}};
    case ChannelOp::close:
      if (request.method == "code") return {"/secapi/pay/reverse", {{"out_trade_no", request.number}}, true};
      return {"/pay/closeorder", {{"out_trade_no", request.number}}};
    case ChannelOp::refund:
      return {"/secapi/pay/refund",
              {{"out_trade_no", request.attempt},
               {"out_refund_no", request.number},
               {"total_fee", std::to_string(request.total.amount)},
               {"refund_fee", std::to_string(request.amount.amount)},
               {"refund_desc", cut_text(request.subject, reason_bytes_max)},
               {"notify_url", options.callback_url}},
              true};
    case ChannelOp::inquire_refund: return {"/pay/refundquery", {{"out_refund_no", request.number}}};
    case ChannelOp::transfer:
    case ChannelOp::inquire_transfer: break;  // Money out goes by v3.
  }
  return refuse("op_not_offered");
}

}  // namespace

Assembled WechatV2Assembler::assemble(const ChannelRequest& request, Duration deadline) const {
  auto wire = wire_of(request, options_, clock_.now());
  if (!wire.refusal.empty()) return {.call = {}, .voucher = {}, .refusal = std::move(wire.refusal)};
  wire.members["appid"] = options_.app;
  wire.members["mch_id"] = options_.merchant;
  wire.members["nonce_str"] = make_nonce(dice_);
  wire.members["sign_type"] = options_.sign_with_md5 ? "MD5" : "HMAC-SHA256";
  wire.members["sign"] = sign_wechat_v2(wire.members, options_.key, options_.sign_with_md5);
  HttpCall call;
  call.url = options_.base_url + wire.path;
  call.headers = {{"Content-Type", "text/xml; charset=utf-8"}, {"Accept", "*/*"}};
  call.body = write_wechat_v2(wire.members);
  if (wire.with_certificate) call.client_certificate = options_.client_certificate;
  call.connect_deadline = std::min(options_.connect_deadline, deadline);
  call.deadline = deadline;
  return {.call = std::move(call), .voucher = {}, .refusal = {}};
}

}  // namespace tael
