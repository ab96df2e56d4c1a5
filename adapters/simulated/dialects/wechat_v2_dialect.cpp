#include "adapters/simulated/dialects/wechat_v2_dialect.hpp"

#include "actors/ports/dice.hpp"
#include "adapters/channels/access/tree.hpp"
#include "adapters/crypto/ciphers.hpp"
#include "adapters/crypto/crypto.hpp"
#include "adapters/encoding/base64.hpp"
#include "adapters/simulated/dialects/dialect_text.hpp"
#include "adapters/simulated/dialects/wechat_bill.hpp"
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

using Members = std::map<std::string, std::string>;

constexpr auto errors = std::to_array<WireErrorRow>({
    {"busy", {}, 200, "FREQUENCY_LIMITED"},
    {"bank_unavailable", {}, 200, "BANKERROR"},
    {"bad_request", {}, 200, "PARAM_ERROR"},
    {"method_not_offered", {}, 200, "NOAUTH"},
    {"not_found", ChannelOp::inquire_refund, 200, "REFUNDNOTEXIST"},
    {"not_found", {}, 200, "ORDERNOTEXIST"},
    {"payment_not_found", {}, 200, "ORDERNOTEXIST"},
    {"number_conflict", {}, 200, "OUT_TRADE_NO_USED"},
    {"already_paid", {}, 200, "ORDERPAID"},
    {"payment_not_paid", {}, 200, "TRADE_STATE_ERROR"},
    {"refund_too_large", {}, 200, "ERROR"},
    {"total_differs", {}, 200, "PARAM_ERROR"},
    {unheard_of, {}, 200, "UNHEARD_OF"},
    {"", {}, 200, "SYSTEMERROR"},
});

struct Operation {
  std::string_view path;
  ChannelOp op;
};
constexpr auto operations = std::to_array<Operation>({{"/pay/unifiedorder", ChannelOp::pay},
                                                      {"/pay/micropay", ChannelOp::pay},
                                                      {"/pay/orderquery", ChannelOp::inquire},
                                                      {"/pay/closeorder", ChannelOp::close},
                                                      {"/secapi/pay/reverse", ChannelOp::close},
                                                      {"/secapi/pay/refund", ChannelOp::refund},
                                                      {"/pay/refundquery", ChannelOp::inquire_refund}});

std::string_view method_of(std::string_view trade_type) {
  if (trade_type == "JSAPI") return "jsapi";
  if (trade_type == "APP") return "app";
  return trade_type == "MWEB" ? "h5" : "native";
}

std::string_view trade_state_of(std::string_view status) {
  if (status == unheard_of) return "UNHEARD_OF";
  if (status == "paid") return "SUCCESS";
  if (status == "closed") return "CLOSED";
  return status == "failed" ? "PAYERROR" : "NOTPAY";
}
std::string_view refund_status_of(std::string_view status) {
  if (status == "refunded") return "SUCCESS";
  return status == "rejected" ? "REFUNDCLOSE" : "PROCESSING";
}

std::string compact_wall(std::string_view rfc3339) {
  auto text = beijing(parse_rfc3339(rfc3339).value_or(TimePoint{})).substr(0, 19);
  std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
  return text;
}

/// 20260102030405 in Beijing.
std::string rfc3339_of(const std::string& compact, TimePoint now) {
  if (compact.size() != 14) return to_rfc3339(now + Duration{2LL * 3'600'000});
  return compact.substr(0, 4) + "-" + compact.substr(4, 2) + "-" + compact.substr(6, 2) + "T" + compact.substr(8, 2) +
         ":" + compact.substr(10, 2) + ":" + compact.substr(12, 2) + "+08:00";
}

std::string xml_of(const Members& members) {
  std::string xml = "<xml>";
  for (const auto& [name, value] : members) xml += "<" + name + "><![CDATA[" + value + "]]></" + name + ">\n";
  return xml + "</xml>";
}

class WechatV2Dialect final : public Dialect {
 public:
  WechatV2Dialect(WechatV2DialectOptions options, Dice& dice) : options_(std::move(options)), dice_(dice) {}

  std::variant<HeardCall, InstitutionReply> hear(const InstitutionRequest& request, Institution& institution,
                                                 TimePoint now) override {
    Members given;
    if (const auto tree = read_xml_tree(request.body))
      for (const auto& child : tree->children) given[child.name] = child.text;
    const bool with_hmac = given["sign"].size() == 64;
    const auto sign = given["sign"];
    const bool is_signed = sign == signature(given, with_hmac, options_.key) ||
                           (!old_key_.empty() && sign == signature(given, with_hmac, old_key_));
    if (sign.empty() || !is_signed) return plain({{"return_code", "FAIL"}, {"return_msg", "签名错误"}});
    if (given["appid"] != options_.app || given["mch_id"] != options_.merchant)
      return plain({{"return_code", "FAIL"}, {"return_msg", "appid and mch_id do not match"}});
    with_hmac_ = with_hmac;
    if (request.target == "/pay/downloadbill") return bill(given, institution);
    const auto* operation = std::ranges::find(operations, std::string_view{request.target}, &Operation::path);
    if (operation == operations.end()) return plain({{"return_code", "FAIL"}, {"return_msg", "no such call"}});
    return HeardCall{operation->op, heard(operation->op, request.target, given, now), request.target};
  }

  InstitutionReply answer(const HeardCall& call, int status, const json::object& body) override {
    Members members{{"return_code", "SUCCESS"},
                    {"return_msg", "OK"},
                    {"appid", options_.app},
                    {"mch_id", options_.merchant},
                    {"nonce_str", make_word(dice_, "n")},
                    {"result_code", "SUCCESS"}};
    const auto refuse_with = [&](std::string_view code) {
      members["result_code"] = "FAIL";
      members["err_code"] = code;
      members["err_code_des"] = text(body, "message");
    };
    const auto state = text(body, "status");
    if (status != 200)
      refuse_with(wire_error(errors, text(body, "code"), call.op).code);
    else
      succeed(call, body, state, members, refuse_with);
    InstitutionReply made;
    made.content_type = "text/xml";
    made.body = xml_of(members);
    return made;
  }

  /// The signature stands inside: the body is taken apart and written again.
  void sign(InstitutionReply& reply, Signing signing, TimePoint) override {
    Members members;
    if (const auto tree = read_xml_tree(reply.body))
      for (const auto& child : tree->children) members[child.name] = child.text;
    if (members.empty() || signing == Signing::absent) return;
    members["sign"] = signing == Signing::right ? signature(members, with_hmac_, options_.key)
                                                : std::string(with_hmac_ ? 64 : 32, '0');
    reply.body = xml_of(members);
  }

  std::optional<HttpCall> callback(const json::object& body, Signing signing, TimePoint, TimePoint, bool cut) override {
    const auto type = text(body, "type"), state = text(body, "status");
    const bool by_code = bar_codes_.contains(text(body, "number"));
    if (type == "transfer" || state == "failed" || by_code) return std::nullopt;
    Members members{{"return_code", "SUCCESS"},
                    {"appid", options_.app},
                    {"mch_id", options_.merchant},
                    {"nonce_str", make_word(dice_, "n")}};
    if (type == "refund") {
      // Not signed: sealed with a key made of the shared one.
      const Members inside{{"out_refund_no", text(body, "number")},
                           {"out_trade_no", text(body, "payment_number")},
                           {"refund_id", "50" + text(body, "number")},
                           {"transaction_id", text(body, "payment_transaction")},
                           {"total_fee", std::to_string(integer(body, "total").value_or(0))},
                           {"refund_fee", std::to_string(integer(body, "amount").value_or(0))},
                           {"settlement_refund_fee", std::to_string(integer(body, "amount").value_or(0))},
                           {"success_time", state == "refunded" ? wall_of(text(body, "at")) : std::string{}},
                           {"refund_recv_accout", "招商银行信用卡0403"},
                           {"refund_account", "REFUND_SOURCE_UNSETTLED_FUNDS"},
                           {"refund_request_source", "API"},
                           {"refund_status", std::string{refund_status_of(state)}}};
      auto xml = xml_of(inside);
      xml = "<root>" + xml.substr(5, xml.size() - 11) + "</root>";
      const auto key = signing == Signing::right ? options_.key : "a guess";
      members["req_info"] = to_base64(encrypt_aes_256_ecb(md5_hex(key), xml).value_or(""));
    } else {
      members["result_code"] = "SUCCESS";
      put_trade(body, members);
      members["sign"] = signing == Signing::right ? signature(members, true, options_.key) : std::string(64, '0');
    }
    HttpCall call;
    call.headers = {{"content-type", "text/xml"}};
    call.body = xml_of(members);
    if (cut) call.body.resize(call.body.size() / 2);
    return call;
  }

  void rotate() override {
    if (options_.next_keys.empty()) return;
    old_key_ = std::exchange(options_.key, options_.next_keys.front());
    options_.next_keys.erase(options_.next_keys.begin());
  }

  bool is_acknowledged(const HttpAnswer& answer) const override {
    return answer.status == 200 && answer.body.find("SUCCESS") != std::string::npos;
  }

 private:
  static std::string signature(const Members& members, bool with_hmac, const std::string& key) {
    std::string over;
    for (const auto& [name, value] : members)
      if (name != "sign" && !value.empty()) over += name + "=" + value + "&";
    over += "key=" + key;
    auto hex = with_hmac ? hmac_sha256_hex(key, over) : md5_hex(over);
    std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    return hex;
  }

  static InstitutionReply plain(const Members& members) {
    InstitutionReply made;
    made.content_type = "text/xml";
    made.body = xml_of(members);
    return made;
  }

  json::object heard(ChannelOp op, std::string_view path, Members& given, TimePoint now) {
    const auto number = given["out_trade_no"];
    if (op == ChannelOp::refund || op == ChannelOp::inquire_refund)
      return {{"number", given["out_refund_no"]},
              {"payment_number", number},
              {"amount", digits(given["refund_fee"]).value_or(0)},
              {"total", digits(given["total_fee"]).value_or(0)},
              {"currency", "CNY"},
              {"reason", given["refund_desc"]},
              {"callback_url", given["notify_url"]}};
    if (path == "/secapi/pay/reverse") return {{"number", number}, {"gives_back", true}};
    if (op != ChannelOp::pay) return {{"number", number}};
    const bool by_code = path == "/pay/micropay";
    if (by_code) bar_codes_[number] = true;
    return {{"number", number},
            {"method", by_code ? "code" : method_of(given["trade_type"])},
            {"bank", ""},
            {"amount", digits(given["total_fee"]).value_or(0)},
            {"currency", "CNY"},
            {"subject", given["body"]},
            {"expires_at", end_of_payment(rfc3339_of(given["time_expire"], now), now, Duration{7LL * 24 * 3'600'000})},
            // A bar code has no notification; the institution's own bookkeeping wants an address all the same.
            {"callback_url", by_code ? "none:" : given["notify_url"]}};
  }

  /// What a refund's answers say of the payment.
  static void put_refunded_trade(const json::object& body, Members& members) {
    members["transaction_id"] = text(body, "payment_transaction");
    members["out_trade_no"] = text(body, "payment_number");
    members["total_fee"] = members["cash_fee"] = std::to_string(integer(body, "total").value_or(0));
  }

  static void put_trade(const json::object& body, Members& members) {
    members["out_trade_no"] = text(body, "number");
    if (const auto amount = integer(body, "amount")) {
      members["total_fee"] = std::to_string(*amount);
      members["cash_fee"] = std::to_string(*amount);
      members["fee_type"] = "CNY";
    }
    if (text(body, "status") != "paid") return;
    members["transaction_id"] = text(body, "transaction");
    members["time_end"] = compact_wall(text(body, "at"));
    members["bank_type"] = "OTHERS";
  }

  template <class Refuse>
  static void succeed(const HeardCall& call, const json::object& body, std::string_view state, Members& members,
                      const Refuse& refuse_with) {
    const auto number = text(body, "number");
    switch (call.op) {
      case ChannelOp::pay:
        if (state == "failed") return refuse_with("TRADE_ERROR");
        if (state == "closed") return refuse_with("ORDERCLOSED");
        if (call.detail == "/pay/micropay") {
          if (state == "pending") return refuse_with("USERPAYING");
          return put_trade(body, members);
        }
        if (state == "paid") return refuse_with("ORDERPAID");
        members["prepay_id"] = "wx" + number;
        if (const auto voucher = member(body, "voucher"); text(voucher, "kind") != "params")
          members[text(voucher, "kind") == "redirect" ? "mweb_url" : "code_url"] = text(voucher, "value");
        return;
      case ChannelOp::inquire:
        put_trade(body, members);
        members["trade_state"] = trade_state_of(state);
        if (body.contains("returned")) members["trade_state"] = state == "closed" ? "REVOKED" : "REFUND";
        return;
      case ChannelOp::close:
        if (call.detail == "/secapi/pay/reverse") members["recall"] = "N";
        return;
      case ChannelOp::refund:
        if (state == "rejected") return refuse_with("USER_ACCOUNT_ABNORMAL");
        put_refunded_trade(body, members);
        members["out_refund_no"] = number;
        members["refund_id"] = "50" + number;
        if (const auto amount = integer(body, "amount"))
          members["refund_fee"] = members["cash_refund_fee"] = std::to_string(*amount);
        return;
      case ChannelOp::inquire_refund:
        put_refunded_trade(body, members);
        members["refund_count"] = "1";
        members["out_refund_no_0"] = number;
        members["refund_id_0"] = "50" + number;
        members["refund_channel_0"] = "ORIGINAL";
        members["refund_status_0"] = refund_status_of(state);
        members["refund_recv_accout_0"] = "招商银行信用卡0403";
        if (state == "refunded") members["refund_success_time_0"] = wall_of(text(body, "at"));
        if (const auto amount = integer(body, "amount"))
          members["refund_fee"] = members["refund_fee_0"] = std::to_string(*amount);
        return;
      case ChannelOp::transfer:
      case ChannelOp::inquire_transfer: return;
    }
  }

  /// The bill's text, or an XML that says why there is none.
  InstitutionReply bill(Members& given, Institution& institution) {
    auto date = given["bill_date"];
    if (date.size() == 8) date = date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2);
    auto file = wechat_trade_bill(institution.book().lines(), date, options_.app, options_.merchant);
    if (!file) return plain({{"return_code", "FAIL"}, {"return_msg", "No Bill Exist"}, {"error_code", "20002"}});
    InstitutionReply made;
    made.content_type = "text/plain";
    made.body = std::move(*file);
    return made;
  }

  WechatV2DialectOptions options_;
  std::string old_key_;  ///< After a change.
  Dice& dice_;
  bool with_hmac_ = true;  ///< As the last request was signed.
  std::map<std::string, bool> bar_codes_;
};

}  // namespace

std::unique_ptr<Dialect> make_wechat_v2_dialect(WechatV2DialectOptions options, Dice& dice) {
  return std::make_unique<WechatV2Dialect>(std::move(options), dice);
}

}  // namespace tael
