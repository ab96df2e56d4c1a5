#include "adapters/simulated/dialects/alipay_dialect.hpp"

#include "actors/ports/dice.hpp"
#include "adapters/channels/access/tree.hpp"
#include "adapters/encoding/percent.hpp"
#include "adapters/simulated/dialects/alipay_bill.hpp"
#include "adapters/simulated/dialects/dialect_text.hpp"
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

/// `status` is the gateway's code here; `code` the sub_code.
constexpr auto errors = std::to_array<WireErrorRow>({
    {"busy", {}, 40005, "isv.app-call-limited"},
    {"bad_request", {}, 40004, "ACQ.INVALID_PARAMETER"},
    {"method_not_offered", {}, 40006, "isv.insufficient-isv-permissions"},
    {"not_found", ChannelOp::inquire_transfer, 40004, "ORDER_NOT_EXIST"},
    {"not_found", {}, 40004, "ACQ.TRADE_NOT_EXIST"},
    {"payment_not_found", {}, 40004, "ACQ.TRADE_NOT_EXIST"},
    {"number_conflict", ChannelOp::refund, 40004, "ACQ.DISCORDANT_REPEAT_REQUEST"},
    {"number_conflict", {}, 40004, "ACQ.CONTEXT_INCONSISTENT"},
    {"already_paid", {}, 40004, "ACQ.TRADE_STATUS_ERROR"},
    {"payment_not_paid", {}, 40004, "ACQ.TRADE_STATUS_ERROR"},
    {"refund_too_large", {}, 40004, "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"},
    {unheard_of, {}, 40004, "ACQ.UNHEARD_OF"},
    {"", {}, 40004, "ACQ.SYSTEM_ERROR"},
});

struct Operation {
  std::string_view method;
  ChannelOp op;
};
constexpr auto operations = std::to_array<Operation>({{"alipay.trade.precreate", ChannelOp::pay},
                                                      {"alipay.trade.page.pay", ChannelOp::pay},
                                                      {"alipay.trade.pay", ChannelOp::pay},
                                                      {"alipay.trade.query", ChannelOp::inquire},
                                                      {"alipay.trade.close", ChannelOp::close},
                                                      {"alipay.trade.cancel", ChannelOp::close},
                                                      {"alipay.trade.refund", ChannelOp::refund},
                                                      {"alipay.trade.fastpay.refund.query", ChannelOp::inquire_refund},
                                                      {"alipay.fund.trans.uni.transfer", ChannelOp::transfer},
                                                      {"alipay.fund.trans.common.query", ChannelOp::inquire_transfer}});

constexpr std::string_view node_header = "node";

std::string_view trade_status_of(std::string_view status) {
  if (status == "paid") return "TRADE_SUCCESS";
  if (status == unheard_of) return "TRADE_UNHEARD_OF";
  return status == "pending" ? "WAIT_BUYER_PAY" : "TRADE_CLOSED";
}

/// 88.80 as 8880; anything that is not exactly cents is nought, which no call takes.
std::int64_t fen(std::string_view yuan) {
  const auto dot = yuan.find('.');
  auto part = dot == std::string_view::npos ? std::string{} : std::string{yuan.substr(dot + 1)};
  if (part.size() > 2) return 0;
  part.append(2 - part.size(), '0');
  const auto all = digits(std::string{yuan.substr(0, dot)} + part);
  return all.value_or(0);
}

std::string sign_text(const std::map<std::string, std::string>& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (name == "sign" || value.empty()) continue;
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return text;
}

class AlipayDialect final : public Dialect {
 public:
  AlipayDialect(AlipayDialectOptions options, Dice& dice) : options_(std::move(options)), dice_(dice) {}

  std::variant<HeardCall, InstitutionReply> hear(const InstitutionRequest& request, Institution& institution,
                                                 TimePoint now) override {
    if (request.target.starts_with("/bill?")) return bill_file(request.target);
    std::map<std::string, std::string> given;
    const auto mark = request.target.find('?');
    const auto query = mark == std::string::npos ? std::string{} : request.target.substr(mark + 1);
    for (const auto& text : {query, request.body})
      if (const auto form = read_form_tree(text))
        for (const auto& member : form->children) given[member.name] = member.text;
    const auto method = given["method"];
    const auto refuse_call = [&](int code, std::string_view sub_code) { return refused(now, method, code, sub_code); };
    if (!options_.app_key.verifies(sign_text(given), given["sign"])) return refuse_call(40002, "isv.invalid-signature");
    if (given["app_id"] != options_.app) return refuse_call(40002, "isv.invalid-app-id");
    auto timestamp = given["timestamp"];
    if (timestamp.size() == 19) timestamp[10] = 'T';
    const auto sent_at = parse_rfc3339(timestamp + "+08:00");
    constexpr Duration skew_max{15 * 60'000};
    if (!sent_at || now - *sent_at > skew_max || *sent_at - now > skew_max)
      return refuse_call(40002, "isv.invalid-timestamp");
    const auto content = object(given["biz_content"]);
    if (method == "alipay.data.dataservice.bill.downloadurl.query")
      return announce_bill(now, method, text(content, "bill_date"), institution);
    const auto* operation = std::ranges::find(operations, std::string_view{method}, &Operation::method);
    if (operation == operations.end()) return refuse_call(40002, "isv.invalid-method");
    HeardCall call{operation->op, heard(operation->op, method, content, given["notify_url"], now), method};
    return call;
  }

  InstitutionReply answer(const HeardCall& call, int status, const json::object& body) override {
    json::object inner;
    const auto state = text(body, "status");
    if (status != 200 && !(call.op == ChannelOp::inquire_refund && text(body, "code") == "not_found")) {
      const auto& row = wire_error(errors, text(body, "code"), call.op);
      inner = error(row.status, row.code);
    } else if (call.detail == "alipay.trade.page.pay") {
      InstitutionReply page;  // For a browser, which goes on to the payer's page.
      page.status = 302;
      page.content_type = "text/html";
      page.headers = {{"location", text(member(body, "voucher"), "value")}};
      return page;
    } else {
      inner = success(call, body, state);
    }
    auto node = call.detail + "_response";
    std::ranges::replace(node, '.', '_');
    auto made = reply(inner);
    made.content_type = "text/html;charset=utf-8";
    made.headers = {{std::string{node_header}, node}};
    return made;
  }

  void sign(InstitutionReply& reply, Signing signing, TimePoint) override {
    if (reply.status == 302) return;
    const auto node = header(reply.headers, node_header);
    reply.headers.clear();
    // The gateway escapes slashes, and signs what it sends: whoever parses and prints again signs something else.
    std::string inner;
    for (const char c : reply.body) inner += c == '/' ? std::string{"\\/"} : std::string(1, c);
    auto body = "{\"" + node + "\":" + inner;
    if (signing == Signing::unknown_key)
      body += ",\"alipay_cert_sn\":\"of-nobody\"";
    else if (!options_.certificate_sn.empty())
      body += ",\"alipay_cert_sn\":\"" + options_.certificate_sn + "\"";
    if (signing != Signing::absent) body += ",\"sign\":\"" + signature(inner, signing) + "\"";
    reply.body = body + "}";
  }

  std::optional<HttpCall> callback(const json::object& body, Signing signing, TimePoint, TimePoint now,
                                   bool cut) override {
    const auto type = text(body, "type"), state = text(body, "status");
    if (type == "transfer" || state == "failed" || state == "rejected") return std::nullopt;
    auto wall = beijing(now).substr(0, 19);
    wall[10] = ' ';
    const auto amount = yuan(integer(body, "amount").value_or(0));
    std::map<std::string, std::string> form{{"notify_time", wall},
                                            {"notify_type", "trade_status_sync"},
                                            {"notify_id", text(body, "event")},
                                            {"app_id", options_.app},
                                            {"auth_app_id", options_.app},
                                            {"charset", "utf-8"},
                                            {"version", "1.0"},
                                            {"seller_id", options_.merchant},
                                            {"buyer_id", "2088000000000001"},
                                            {"trade_no", text(body, "transaction")},
                                            {"total_amount", amount},
                                            {"subject", "水 a&b=c %41"},
                                            {"gmt_payment", wall_of(text(body, "at"))},
                                            {"out_trade_no", text(body, "number")},
                                            {"trade_status", "TRADE_SUCCESS"}};
    if (type == "refund") {
      form["out_trade_no"] = text(body, "payment_number");
      form["out_biz_no"] = text(body, "number");
      form["trade_no"] = text(body, "payment_transaction");
      form["total_amount"] = yuan(integer(body, "total").value_or(0));
      form["refund_fee"] = yuan(integer(body, "returned").value_or(0));
      if (integer(body, "returned") == integer(body, "total")) form["trade_status"] = "TRADE_CLOSED";
      form["gmt_refund"] = wall;
    }
    const auto sign = signature(sign_text(form), signing);
    form["sign_type"] = "RSA2";
    if (signing != Signing::absent) form["sign"] = sign;
    HttpCall call;
    call.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
    for (const auto& [name, value] : form)
      call.body += (call.body.empty() ? "" : "&") + name + "=" + percent_encoded(value);
    if (cut) call.body.resize(call.body.size() / 2);
    return call;
  }

  bool is_acknowledged(const HttpAnswer& answer) const override {
    return answer.status == 200 && answer.body == "success";
  }

  void rotate() override { std::ranges::rotate(options_.keys, options_.keys.begin() + 1); }

 private:
  static json::object heard(ChannelOp op, const std::string& method, const json::object& content,
                            const std::string& notify_url, TimePoint now) {
    const auto trade = text(content, "out_trade_no");
    if (op == ChannelOp::refund || op == ChannelOp::inquire_refund)
      return {{"number", text(content, "out_request_no")},     {"payment_number", trade},
              {"amount", fen(text(content, "refund_amount"))}, {"currency", "CNY"},
              {"reason", text(content, "refund_reason")},      {"callback_url", notify_url}};
    if (op == ChannelOp::transfer || op == ChannelOp::inquire_transfer)
      return {{"number", text(content, "out_biz_no")},
              {"payee", text(member(content, "payee_info"), "identity")},
              {"amount", fen(text(content, "trans_amount"))},
              {"currency", "CNY"}};
    if (method == "alipay.trade.cancel") return {{"number", trade}, {"gives_back", true}};
    if (op != ChannelOp::pay) return {{"number", trade}};
    const auto by_code = method == "alipay.trade.pay", by_page = method == "alipay.trade.page.pay";
    auto expires = text(content, "time_expire");
    if (expires.size() == 19) expires = expires.replace(10, 1, "T") + "+08:00";
    if (expires.empty()) expires = to_rfc3339(now + Duration{2LL * 3'600'000});
    return {{"number", trade},
            {"method", by_code   ? "code"
                       : by_page ? "page"
                                 : "qr"},
            {"bank", ""},
            {"amount", fen(text(content, "total_amount"))},
            {"currency", "CNY"},
            {"subject", text(content, "subject")},
            {"expires_at", end_of_payment(expires, now, Duration{15LL * 24 * 3'600'000})},
            {"callback_url", notify_url}};
  }

  static json::object error(int code, std::string_view sub_code) {
    json::object inner{{"code", std::to_string(code)}, {"msg", "Business Failed"}, {"sub_code", sub_code}};
    inner["sub_msg"] = "see a/b";  // A slash, which the gateway escapes.
    return inner;
  }

  static json::object success(const HeardCall& call, const json::object& body, std::string_view state) {
    json::object inner{{"code", "10000"}, {"msg", "Success"}};
    const auto amount = integer(body, "amount");
    const auto set_amount = [&](std::string_view name) {
      if (amount) inner[name] = yuan(*amount);
    };
    const auto number = text(body, "number");
    switch (call.op) {
      case ChannelOp::pay:
        if (state == "failed") return error(40004, "ACQ.PAYMENT_FAIL");
        if (state == "closed") return error(40004, "ACQ.TRADE_HAS_CLOSE");
        if (state == "paid" && call.detail != "alipay.trade.pay") return error(40004, "ACQ.TRADE_HAS_SUCCESS");
        inner["out_trade_no"] = number;
        if (call.detail == "alipay.trade.precreate") {
          inner["qr_code"] = text(member(body, "voucher"), "value");
        } else if (state == "paid") {
          inner["trade_no"] = text(body, "transaction");
          inner["gmt_payment"] = wall_of(text(body, "at"));
          set_amount("total_amount");
        } else {
          inner["code"] = "10003";
        }
        break;
      case ChannelOp::inquire:
        inner["out_trade_no"] = number;
        inner["trade_status"] = trade_status_of(state);
        set_amount("total_amount");
        if (state == "paid") {
          inner["trade_no"] = text(body, "transaction");
          inner["send_pay_date"] = wall_of(text(body, "at"));
          if (amount && integer(body, "returned") == amount)
            inner["trade_status"] = "TRADE_CLOSED";  // All of it went back.
        }
        break;
      case ChannelOp::close:
        inner["out_trade_no"] = number;
        if (call.detail == "alipay.trade.cancel")
          inner["retry_flag"] = "N", inner["action"] = body.contains("given_back") ? "refund" : "close";
        break;
      case ChannelOp::refund:
        if (state == "rejected") return error(40004, "ACQ.TRADE_NOT_ALLOW_REFUND");
        // A refund's answer names its trade, not itself.
        inner["out_trade_no"] = text(body, "payment_number");
        inner["trade_no"] = text(body, "payment_transaction");
        // A repeat moves nothing; the fee is the sum of all that went back.
        inner["fund_change"] = state == "refunded" && !body.contains("repeated") ? "Y" : "N";
        if (amount) inner["refund_fee"] = yuan(integer(body, "returned").value_or(0));
        break;
      case ChannelOp::inquire_refund:
        inner["out_request_no"] = number;
        if (text(body, "code") == "not_found" || state == "rejected") break;
        inner["out_trade_no"] = text(body, "payment_number");
        inner["trade_no"] = text(body, "payment_transaction");
        inner["refund_status"] = state == "refunded" ? "REFUND_SUCCESS" : "REFUND_PROCESSING";
        set_amount("refund_amount");
        break;
      case ChannelOp::transfer:
      case ChannelOp::inquire_transfer:
        inner["out_biz_no"] = number;
        inner["order_id"] = "O" + number;
        inner["status"] = state == "paid_out" ? "SUCCESS" : state == "rejected" ? "FAIL" : "DEALING";
        if (call.op == ChannelOp::inquire_transfer) set_amount("trans_amount");
        break;
    }
    return inner;
  }

  std::string signature(const std::string& over, Signing signing) const {
    return options_.keys.front().sign(signing == Signing::forged ? over + " " : over);
  }

  InstitutionReply refused(TimePoint now, const std::string& method, int code, std::string_view sub_code) {
    auto made = reply(error(code, sub_code));
    auto node = (method.empty() ? "error" : method) + "_response";
    std::ranges::replace(node, '.', '_');
    made.headers = {{std::string{node_header}, node}};
    sign(made, Signing::right, now);
    return made;
  }

  InstitutionReply announce_bill(TimePoint now, const std::string& method, const std::string& date,
                                 Institution& institution) {
    const auto token = make_word(dice_, "bill");
    bills_[token] = alipay_trade_bill(institution.book().lines(), date, options_.merchant);
    json::object inner{{"code", "10000"}, {"msg", "Success"}};
    inner["bill_download_url"] = institution.options().url + "/bill?token=" + token;
    auto made = reply(inner);
    auto node = method + "_response";
    std::ranges::replace(node, '.', '_');
    made.headers = {{std::string{node_header}, node}};
    sign(made, Signing::right, now);
    return made;
  }

  InstitutionReply bill_file(std::string_view target) {
    InstitutionReply file;
    file.content_type = "application/zip";
    const auto found = bills_.find(query(target, "token"));
    if (found == bills_.end()) return refuse(404, "not_found", "no such bill");
    file.body = found->second;
    return file;
  }

  AlipayDialectOptions options_;
  Dice& dice_;
  std::map<std::string, std::string> bills_;  ///< By token.
};

}  // namespace

std::unique_ptr<Dialect> make_alipay_dialect(AlipayDialectOptions options, Dice& dice) {
  return std::make_unique<AlipayDialect>(std::move(options), dice);
}

}  // namespace tael
