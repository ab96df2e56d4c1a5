#include "adapters/simulated/dialects/wechat_v3_dialect.hpp"

#include "actors/ports/dice.hpp"
#include "adapters/crypto/ciphers.hpp"
#include "adapters/encoding/base64.hpp"
#include "adapters/simulated/dialects/dialect_text.hpp"
#include "adapters/simulated/dialects/wechat_bill.hpp"
#include "adapters/simulated/dialects/wechat_v3_refund.hpp"
#include "adapters/simulated/dialects/wire_error.hpp"
#include "adapters/simulated/institution.hpp"
#include "adapters/simulated/institution_json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace tael {

using namespace institution_json;
namespace json = boost::json;

namespace {

constexpr std::string_view pay_path = "/v3/pay/transactions/", order_path = "/v3/pay/transactions/out-trade-no/";
constexpr std::string_view refunds_path = "/v3/refund/domestic/refunds";
constexpr std::string_view transfers_path = "/v3/fund-app/mch-transfer/transfer-bills";

constexpr auto errors = std::to_array<WireErrorRow>({
    {"busy", {}, 429, "FREQUENCY_LIMITED"},
    {"bank_unavailable", {}, 500, "BANK_ERROR"},
    {"bad_request", {}, 400, "PARAM_ERROR"},
    {"bad_signature", {}, 401, "SIGN_ERROR"},
    {"method_not_offered", {}, 403, "NO_AUTH"},
    {"not_found", ChannelOp::inquire_refund, 404, "RESOURCE_NOT_EXISTS"},
    {"not_found", ChannelOp::inquire_transfer, 404, "NOT_FOUND"},
    {"not_found", {}, 404, "ORDER_NOT_EXIST"},
    {"payment_not_found", {}, 404, "ORDER_NOT_EXIST"},
    {"number_conflict", ChannelOp::transfer, 400, "ALREADY_EXISTS"},
    {"number_conflict", {}, 400, "INVALID_REQUEST"},
    {"already_paid", {}, 400, "ORDERPAID"},
    {"refused_by_bank", {}, 403, "TRADE_ERROR"},
    {"closed", {}, 400, "ORDER_CLOSED"},
    {"payment_not_paid", {}, 400, "INVALID_REQUEST"},
    {"refund_too_large", {}, 400, "INVALID_REQUEST"},
    {"total_differs", {}, 400, "INVALID_REQUEST"},
    {"account_closed", {}, 403, "USER_ACCOUNT_ABNORMAL"},
    {unheard_of, {}, 400, "UNHEARD_OF"},
    {"", {}, 404, "NOT_FOUND"},
});

std::string_view trade_state_of(std::string_view status) {
  if (status == unheard_of) return "UNHEARD_OF";
  if (status == "paid") return "SUCCESS";
  if (status == "closed") return "CLOSED";
  return status == "failed" ? "PAYERROR" : "NOTPAY";
}
std::string_view transfer_state_of(std::string_view status) {
  if (status == "paid_out") return "SUCCESS";
  return status == "rejected" ? "FAIL" : "WAIT_USER_CONFIRM";
}

std::string lines(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const auto part : parts) joined.append(part).append("\n");
  return joined;
}

class WechatV3Dialect final : public Dialect {
 public:
  WechatV3Dialect(WechatV3DialectOptions options, Dice& dice) : options_(std::move(options)), dice_(dice) {}

  std::variant<HeardCall, InstitutionReply> hear(const InstitutionRequest& request, Institution& institution,
                                                 TimePoint now) override {
    if (!is_signed(request, now)) return signed_at(now, error(401, "SIGN_ERROR", "the signature does not verify"));
    const std::string_view target = request.target;
    const auto path = target.substr(0, target.find('?'));
    const bool post = request.method == "POST", get = request.method == "GET";
    const auto body = object(request.body);
    if (get && path == "/v3/certificates") return signed_at(now, certificates());
    if (get && path.starts_with("/v3/bill/")) return signed_at(now, announce_bill(target, institution));
    if (get && path == "/v3/billdownload/file") return bill_file(target);
    if (post && path == refunds_path) return heard_refund(body);
    if (post && path == transfers_path) return heard_transfer(body);
    if (post && path.starts_with(order_path) && path.ends_with("/close"))
      return about(ChannelOp::close, path.substr(order_path.size(), path.size() - order_path.size() - 6));
    if (get && path.starts_with(order_path)) return about(ChannelOp::inquire, path.substr(order_path.size()));
    if (get && path.starts_with(refunds_path) && path.size() > refunds_path.size())
      return about(ChannelOp::inquire_refund, path.substr(refunds_path.size() + 1));
    constexpr std::string_view by_number = "/out-bill-no/";
    if (const auto at = path.find(by_number); get && path.starts_with(transfers_path) && at != path.npos)
      return about(ChannelOp::inquire_transfer, path.substr(at + by_number.size()));
    if (post && path.starts_with(pay_path)) return heard_pay(std::string{path.substr(pay_path.size())}, body, now);
    return signed_at(now, error(404, "NOT_FOUND", "no call of this name"));
  }

  InstitutionReply answer(const HeardCall& call, int status, const json::object& body) override {
    const auto number = text(body, "number");
    const auto state = text(body, "status");
    if (status != 200) {
      const auto& row = wire_error(errors, text(body, "code"), call.op);
      return error(row.status, row.code, text(body, "message"));
    }
    switch (call.op) {
      case ChannelOp::pay: return answer_pay(call, body, state);
      case ChannelOp::inquire: {
        auto found = payment(body);
        if (state == "paid" && body.contains("returned")) found["trade_state"] = "REFUND";  // It has refunds.
        return reply(found);
      }
      case ChannelOp::close: {
        InstitutionReply closed;
        closed.status = 204;
        return closed;
      }
      case ChannelOp::refund:
      case ChannelOp::inquire_refund:
        return call.op == ChannelOp::refund && state == "rejected"
                   ? error(403, "USER_ACCOUNT_ABNORMAL", "rejected")
                   : reply(wechat_v3_refund(body, "status", options_.merchant));
      case ChannelOp::transfer:
      case ChannelOp::inquire_transfer: return reply(transfer(body, call.op == ChannelOp::inquire_transfer));
    }
    return error(404, "NOT_FOUND", number);
  }

  void sign(InstitutionReply& reply, Signing signing, TimePoint signed_at) override {
    reply.headers = headers(reply.body, signing, signed_at);
    reply.headers.emplace_back("request-id", make_word(dice_, "") + "-0");
  }

  std::optional<HttpCall> callback(const json::object& body, Signing signing, TimePoint signed_at, TimePoint now,
                                   bool cut) override {
    const auto type = text(body, "type"), status = text(body, "status");
    json::object inside;
    std::string event, original;
    if (type == "payment") {
      if (status != "paid") return std::nullopt;  // WeChat tells of success alone.
      inside = payment(body);
      event = "TRANSACTION.SUCCESS";
      original = "transaction";
    } else if (type == "refund") {
      inside = wechat_v3_refund(body, "refund_status", options_.merchant);
      event = status == "refunded" ? "REFUND.SUCCESS" : "REFUND.CLOSED";
      original = "refund";
    } else {
      inside = transfer(body, true);
      event = "MCHTRANSFER.BILL.FINISHED";
      original = "mch_payment";
    }
    const auto nonce = make_word(dice_, "").substr(0, 12);
    const auto sealed = seal_aes_256_gcm({options_.api_v3_key, nonce, original}, json::serialize(inside));
    const json::object wrapped{{"id", "EV-" + text(body, "event")},
                               {"create_time", beijing(now)},
                               {"resource_type", "encrypt-resource"},
                               {"event_type", event},
                               {"summary", original},
                               {"resource", json::object{{"original_type", original},
                                                         {"algorithm", "AEAD_AES_256_GCM"},
                                                         {"ciphertext", to_base64(sealed.value_or(""))},
                                                         {"associated_data", original},
                                                         {"nonce", nonce}}}};
    HttpCall call;
    call.body = json::serialize(wrapped);
    call.headers = headers(call.body, signing, signed_at);
    call.headers.emplace_back("content-type", "application/json");
    if (cut) call.body.resize(call.body.size() / 2);
    return call;
  }

  void rotate() override {
    if (options_.platform_keys.size() > 1)
      std::ranges::rotate(options_.platform_keys, options_.platform_keys.begin() + 1);
  }

 private:
  // --- hearing ---

  bool is_signed(const InstitutionRequest& request, TimePoint now) const {
    constexpr std::string_view scheme = "WECHATPAY2-SHA256-RSA2048 ";
    constexpr std::int64_t skew_s_max = 300;
    const auto value = header(request.headers, "authorization");
    if (!value.starts_with(scheme)) return false;
    const auto part = [&](std::string_view name) { return quoted(value, std::string{name} + "=\""); };
    const auto timestamp = part("timestamp");
    const auto seconds = digits(timestamp);
    if (part("mchid") != options_.merchant || part("serial_no") != options_.merchant_serial || !seconds) return false;
    if (std::abs(unix_ms(now) / 1'000 - *seconds) > skew_s_max) return false;
    return options_.merchant_key.verifies(
        lines({request.method, request.target, timestamp, part("nonce_str"), request.body}), part("signature"));
  }

  static HeardCall about(ChannelOp op, std::string_view number) { return {op, json::object{{"number", number}}, {}}; }

  /// Unknown members are an error at WeChat: so they are here, or a misspelt one would go unnoticed.
  std::variant<HeardCall, InstitutionReply> heard_pay(const std::string& kind, const json::object& body,
                                                      TimePoint now) {
    static constexpr auto members = std::to_array<std::string_view>(
        {"appid", "mchid", "description", "out_trade_no", "notify_url", "amount", "time_expire", "attach", "goods_tag",
         "support_fapiao", "detail", "scene_info", "settle_info", "payer"});
    for (const auto& [name, value] : body)
      if (std::ranges::find(members, std::string_view{name}) == members.end() || value.is_null())
        return signed_at(now, error(400, "PARAM_ERROR", "unknown or empty member " + std::string{name}));
    const bool ours = text(body, "appid") == options_.app && text(body, "mchid") == options_.merchant;
    if (!ours) return signed_at(now, error(400, "APPID_MCHID_NOT_MATCH", "appid and mchid do not belong together"));
    const auto number = text(body, "out_trade_no");
    const bool payer_known = kind != "jsapi" || !text(member(body, "payer"), "openid").empty();
    const bool scene_known = kind != "h5" || !text(member(body, "scene_info"), "payer_client_ip").empty();
    const bool good = number.size() >= 6 && number.size() <= 32 && payer_known && scene_known &&
                      text(body, "description").size() <= 127 &&
                      text(body, "notify_url").find('?') == std::string::npos;
    if (!good) return signed_at(now, error(400, "PARAM_ERROR", "a member is missing, too long or too short"));
    if (!is_ours(body)) return signed_at(now, error(400, "PARAM_ERROR", "amount.currency is CNY, the only one here"));
    constexpr Duration week{7LL * 24 * 3'600'000};
    auto expires = text(body, "time_expire");
    if (expires.empty()) expires = to_rfc3339(now + week);
    if (end_of_payment(expires, now, week).empty())
      return signed_at(now, error(400, "PARAM_ERROR", "time_expire is more than a minute and at most a week ahead"));
    return HeardCall{ChannelOp::pay,
                     json::object{{"number", number},
                                  {"method", kind},
                                  {"bank", ""},
                                  {"amount", integer(member(body, "amount"), "total").value_or(0)},
                                  {"currency", "CNY"},
                                  {"subject", text(body, "description")},
                                  {"expires_at", expires},
                                  {"callback_url", text(body, "notify_url")}},
                     kind};
  }

  /// Left out it is ours: of a payment, that is; a refund must say it.
  static bool is_ours(const json::object& body) {
    const auto amount = member(body, "amount");
    return !amount.contains("currency") || text(amount, "currency") == "CNY";
  }

  static HeardCall heard_refund(const json::object& body) {
    return {ChannelOp::refund,
            json::object{{"number", text(body, "out_refund_no")},
                         {"payment_number", text(body, "out_trade_no")},
                         {"amount", integer(member(body, "amount"), "refund").value_or(0)},
                         {"total", integer(member(body, "amount"), "total").value_or(0)},
                         {"currency", text(member(body, "amount"), "currency")},
                         {"reason", text(body, "reason")},
                         {"callback_url", text(body, "notify_url")}},
            {}};
  }

  static HeardCall heard_transfer(const json::object& body) {
    return {ChannelOp::transfer,
            json::object{{"number", text(body, "out_bill_no")},
                         {"payee", text(body, "openid")},
                         {"amount", integer(body, "transfer_amount").value_or(0)},
                         {"currency", "CNY"},
                         {"callback_url", text(body, "notify_url")}},
            {}};
  }

  // --- answering ---

  static InstitutionReply error(int status, std::string_view code, std::string_view message) {
    auto made = reply({{"code", code}, {"message", message}});
    made.status = status;
    return made;
  }

  InstitutionReply answer_pay(const HeardCall& call, const json::object& body, std::string_view state) {
    if (state == "paid") return error(400, "ORDERPAID", "the order is paid");
    if (state == "closed") return error(400, "ORDER_CLOSED", "the order is closed");
    if (state == "failed") return error(403, "TRADE_ERROR", text(body, "code"));
    const auto voucher = member(body, "voucher");
    if (call.detail == "native") return reply({{"code_url", text(voucher, "value")}});
    if (call.detail == "h5") return reply({{"h5_url", text(voucher, "value")}});
    return reply({{"prepay_id", "wx" + text(body, "number")}});
  }

  json::object payment(const json::object& body) const {
    const auto status = text(body, "status");
    json::object made{{"appid", options_.app},
                      {"mchid", options_.merchant},
                      {"out_trade_no", text(body, "number")},
                      {"trade_state", trade_state_of(status)},
                      {"trade_state_desc", status}};
    if (const auto amount = integer(body, "amount"))
      made["amount"] = {{"total", *amount}, {"payer_total", *amount}, {"currency", "CNY"}, {"payer_currency", "CNY"}};
    if (status != "paid") return made;
    made["transaction_id"] = text(body, "transaction");
    made["trade_type"] = "NATIVE";
    made["bank_type"] = "OTHERS";
    made["success_time"] = text(body, "at");
    made["payer"] = {{"openid", "oSimulated"}};
    return made;
  }

  json::object transfer(const json::object& body, bool whole) const {
    json::object made{{"out_bill_no", text(body, "number")},
                      {"transfer_bill_no", "13" + text(body, "number")},
                      {"state", transfer_state_of(text(body, "status"))}};
    if (text(body, "status") == "processing") made["package_info"] = "affffddafdfafddffda==";
    if (!text(body, "code").empty()) made["fail_reason"] = "ACCOUNT_NOT_EXIST";
    if (!whole) return made;
    made["mch_id"] = options_.merchant;
    made["appid"] = options_.app;
    made["openid"] = text(body, "payee");
    if (const auto amount = integer(body, "amount")) made["transfer_amount"] = *amount;
    return made;
  }

  // --- keys and bills ---

  InstitutionReply certificates() {
    json::array data;
    for (const auto& key : options_.platform_keys) {
      if (key.certificate.empty()) continue;
      const auto nonce = make_word(dice_, "").substr(0, 12);
      const auto sealed = seal_aes_256_gcm({options_.api_v3_key, nonce, "certificate"}, key.certificate);
      data.push_back(
          json::object{{"serial_no", key.id},
                       {"effective_time", "2026-01-01T00:00:00+08:00"},
                       {"expire_time", "2031-01-01T00:00:00+08:00"},
                       {"encrypt_certificate", json::object{{"algorithm", "AEAD_AES_256_GCM"},
                                                            {"nonce", nonce},
                                                            {"associated_data", "certificate"},
                                                            {"ciphertext", to_base64(sealed.value_or(""))}}}});
    }
    return reply({{"data", std::move(data)}});
  }

  InstitutionReply announce_bill(std::string_view target, Institution& institution) {
    const auto date = query(target, "bill_date");
    const bool is_trade = target.starts_with("/v3/bill/tradebill");
    auto file = is_trade ? wechat_trade_bill(institution.book().lines(), date, options_.app, options_.merchant)
                         : wechat_fund_flow_bill(institution.book().lines(), date);
    if (!file) return error(400, "NO_STATEMENT_EXIST", "nothing happened on this day");
    const auto token = make_word(dice_, "bill");
    const auto hash = sha1_hex(*file);
    bills_[token] = std::move(*file);
    return reply({{"hash_type", "SHA1"},
                  {"hash_value", hash},
                  {"download_url", institution.options().url + "/v3/billdownload/file?token=" + token}});
  }

  /// Not signed, as at WeChat.
  InstitutionReply bill_file(std::string_view target) {
    const auto found = bills_.find(query(target, "token"));
    if (found == bills_.end()) return error(404, "NOT_FOUND", "no such bill");
    InstitutionReply file;
    file.content_type = "text/plain; charset=utf-8";
    file.body = found->second;
    return file;
  }

  // --- signing ---

  InstitutionReply signed_at(TimePoint now, InstitutionReply reply) {
    sign(reply, Signing::right, now);
    return reply;
  }

  HttpHeaders headers(std::string_view body, Signing signing, TimePoint at) {
    if (signing == Signing::absent) return {};
    const auto& key = options_.platform_keys.front();
    const auto timestamp = std::to_string(unix_ms(at) / 1'000), nonce = make_word(dice_, "n");
    // The platform's own probes look like this: a receiver that takes one does not verify.
    const auto signature = signing == Signing::forged ? "WECHATPAY/SIGNTEST/" + std::string(325, 'A')
                                                      : key.key.sign(lines({timestamp, nonce, body}));
    return {{"wechatpay-timestamp", timestamp},
            {"wechatpay-nonce", nonce},
            {"wechatpay-signature", signature},
            {"wechatpay-serial", signing == Signing::unknown_key ? "PUB_KEY_ID_OF_NOBODY" : key.id},
            {"wechatpay-signature-type", "WECHATPAY2-SHA256-RSA2048"}};
  }

  WechatV3DialectOptions options_;
  Dice& dice_;
  std::map<std::string, std::string> bills_;  ///< By token.
};

}  // namespace

std::unique_ptr<Dialect> make_wechat_v3_dialect(WechatV3DialectOptions options, Dice& dice) {
  return std::make_unique<WechatV3Dialect>(std::move(options), dice);
}

}  // namespace tael
