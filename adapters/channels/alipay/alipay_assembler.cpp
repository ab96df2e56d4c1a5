#include "adapters/channels/alipay/alipay_assembler.hpp"

#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/access/payer.hpp"
#include "adapters/channels/access/wire_time.hpp"
#include "adapters/encoding/percent.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace tael {

namespace json = boost::json;

namespace {

constexpr std::size_t subject_characters_max = 256, reason_characters_max = 256, title_characters_max = 128;
/// As their timeout_express: a minute, and a little for the way, to fifteen days.
constexpr ExpiryBounds expiry_bounds{Duration{75'000}, Duration{15LL * 24 * 3'600'000}};

struct Wire {
  std::string method;
  json::object content;
  std::string refusal{};
  bool by_browser = false;
};

std::string yuan_of(const Money& money) { return print_decimal(money.amount, money.currency.exponent()); }

Wire pay(const ChannelRequest& request, TimePoint now) {
  json::object content{{"out_trade_no", request.number},
                       {"total_amount", yuan_of(request.amount)},
                       {"subject", cut_characters(request.subject, subject_characters_max)},
                       {"time_expire", print_beijing(expiry_within(request.expires_at, now, expiry_bounds))}};
  if (request.method == "page") {
    content["product_code"] = "FAST_INSTANT_TRADE_PAY";
    return {"alipay.trade.page.pay", std::move(content), {}, true};
  }
  if (request.method == "code") {
    const auto auth_code = Payer{request.payer}.text("auth_code");
    if (auth_code.empty()) return {{}, {}, "payer_auth_code_missing"};
    content["product_code"] = "FACE_TO_FACE_PAYMENT";
    content["scene"] = "bar_code";
    content["auth_code"] = auth_code;
    return {"alipay.trade.pay", std::move(content)};
  }
  if (request.method != "qr") return {{}, {}, "method_not_offered"};
  content["product_code"] = "FACE_TO_FACE_PAYMENT";
  return {"alipay.trade.precreate", std::move(content)};
}

Wire transfer(const ChannelRequest& request) {
  const Payer payee{request.payer};
  const auto identity = payee.text("identity");
  if (identity.empty()) return {{}, {}, "payee_identity_missing"};
  const auto type = payee.text("identity_type");
  json::object info{{"identity", identity}, {"identity_type", type.empty() ? "ALIPAY_USER_ID" : type}};
  if (!payee.text("name").empty()) info["name"] = payee.text("name");
  return {"alipay.fund.trans.uni.transfer",
          {{"out_biz_no", request.number},
           {"trans_amount", yuan_of(request.amount)},
           {"product_code", "TRANS_ACCOUNT_NO_PWD"},
           {"biz_scene", "DIRECT_TRANSFER"},
           {"order_title", cut_characters(request.subject, title_characters_max)},
           {"payee_info", std::move(info)}}};
}

Wire wire_of(const ChannelRequest& request, TimePoint now) {
  // No call names a currency: they would take the number for their own.
  if (sends_money(request.op) && request.amount.currency != cny) return {{}, {}, "currency_not_taken"};
  switch (request.op) {
    case ChannelOp::pay: return pay(request, now);
    case ChannelOp::inquire: return {"alipay.trade.query", {{"out_trade_no", request.number}}};
    case ChannelOp::close:
      // A bar code that was shown cannot be taken back by closing: it is cancelled.
      return {request.method == "code" ? "alipay.trade.cancel" : "alipay.trade.close",
              {{"out_trade_no", request.number}}};
    case ChannelOp::refund:
      return {"alipay.trade.refund",
              {{"out_trade_no", request.attempt},
               {"refund_amount", yuan_of(request.amount)},
               {"out_request_no", request.number},
               {"refund_reason", cut_characters(request.subject, reason_characters_max)}}};
    case ChannelOp::inquire_refund:
      return {"alipay.trade.fastpay.refund.query",
              {{"out_trade_no", request.attempt}, {"out_request_no", request.number}}};
    case ChannelOp::transfer: return transfer(request);
    case ChannelOp::inquire_transfer:
      return {
          "alipay.fund.trans.common.query",
          {{"product_code", "TRANS_ACCOUNT_NO_PWD"}, {"biz_scene", "DIRECT_TRANSFER"}, {"out_biz_no", request.number}}};
  }
  return {{}, {}, "op_not_offered"};
}

std::string form_of(const AlipayParameters& parameters) {
  std::string form;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    if (!form.empty()) form += '&';
    form.append(name).append("=").append(percent_encoded(value));
  }
  return form;
}

}  // namespace

Assembled AlipayAssembler::assemble(const ChannelRequest& request, Duration deadline) const {
  auto wire = wire_of(request, clock_.now());
  if (!wire.refusal.empty()) return {.call = {}, .voucher = {}, .refusal = std::move(wire.refusal)};
  const auto content = json::serialize(wire.content);
  if (!wire.by_browser) return {.call = signed_call(wire.method, content, deadline), .voucher = {}, .refusal = {}};
  Assembled address;
  address.call.method = "GET";
  address.call.url = options_.base_url + "/gateway.do?" + form_of(parameters(wire.method, content, request.order_id));
  address.voucher = Voucher{"redirect", address.call.url};
  return address;
}

AlipayParameters AlipayAssembler::parameters(const std::string& method, const std::string& content,
                                             const std::string& order_id) const {
  AlipayParameters all{{"app_id", options_.app},
                       {"method", method},
                       {"format", "JSON"},
                       {"charset", "utf-8"},
                       {"sign_type", "RSA2"},
                       {"timestamp", print_beijing(clock_.now())},
                       {"version", "1.0"},
                       {"app_cert_sn", options_.app_cert_sn},
                       {"alipay_root_cert_sn", options_.alipay_root_sn},
                       {"biz_content", content}};
  const bool makes_order = method.starts_with("alipay.trade.p");
  if (makes_order) all["notify_url"] = options_.callback_url;
  if (method == "alipay.trade.page.pay") all["return_url"] = options_.return_url + order_id;
  all["sign"] = options_.key.sign(alipay_sign_text(all));
  return all;
}

/// As their own SDK has it: what is public in the query, the content in the body.
HttpCall AlipayAssembler::signed_call(const std::string& method, const std::string& content, Duration deadline) const {
  auto all = parameters(method, content, {});
  all.erase("biz_content");
  HttpCall call;
  call.url = options_.base_url + "/gateway.do?" + form_of(all);
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=utf-8"}, {"Accept", "*/*"}};
  call.body = "biz_content=" + percent_encoded(content);
  call.connect_deadline = std::min(options_.connect_deadline, deadline);
  call.deadline = deadline;
  return call;
}

}  // namespace tael
