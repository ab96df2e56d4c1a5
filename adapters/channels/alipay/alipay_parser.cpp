#include "adapters/channels/alipay/alipay_parser.hpp"

#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/alipay/alipay_signature.hpp"

#include <utility>

namespace tael {

namespace {

constexpr std::string_view success = "10000", business_refusal = "40004";

void read_trade(FieldReader& fields, Reading& reading) {
  reading.word = fields.word("trade_status");
  reading.transaction = fields.word("trade_no");
  reading.amount = fields.major("total_amount", cny);
  reading.at = fields.beijing("send_pay_date");
  // A trade that was paid and returned in full is closed too; only that it has a pay date tells it from one never paid.
  if (reading.word == "TRADE_CLOSED" && !fields.message("send_pay_date").empty()) reading.word = "TRADE_CLOSED_PAID";
}

void read_pay(FieldReader& fields, Reading& reading, const ChannelRequest& asked) {
  if (asked.method == "code") {
    reading.word = "TRADE_SUCCESS";
    reading.transaction = fields.word("trade_no");
    reading.amount = fields.major("total_amount", cny);
    reading.at = fields.beijing("gmt_payment");
    return;
  }
  reading.voucher = fields.qr("qr_code");
  reading.word = reading.voucher ? "CREATED" : "";
}

/// `refund_fee` is the sum of all refunds so far: that this one is in it is all it can tell. A refund has no
/// transaction of its own here: `trade_no` is the payment's, the same for every refund of it.
void read_refund(FieldReader& fields, Reading& reading, const ChannelRequest& asked) {
  reading.word = "FUND_CHANGE_" + fields.word("fund_change");
  const auto sum = fields.major("refund_fee", cny);
  if (sum && sum->amount >= asked.amount.amount) reading.amount = asked.amount;
  reading.at = fields.beijing("gmt_refund_pay");
}

void read_refund_inquiry(FieldReader& fields, Reading& reading) {
  reading.word = fields.word("refund_status");
  reading.amount = fields.major("refund_amount", cny);
  reading.at = fields.beijing("gmt_refund_pay");
  if (reading.word.empty()) reading.word = "NO_REFUND_STATUS";
}

void read_transfer(FieldReader& fields, Reading& reading, const ChannelRequest& asked) {
  reading.word = fields.word("status");
  reading.transaction = fields.word("order_id");
  reading.amount = fields.major("trans_amount", cny);
  reading.message = fields.message("fail_reason");
  // The answer to the call itself repeats no amount.
  if (asked.op == ChannelOp::transfer && !reading.amount) reading.amount = asked.amount;
}

void read_success(FieldReader& fields, Reading& reading, const ChannelRequest& asked) {
  switch (asked.op) {
    case ChannelOp::pay: return read_pay(fields, reading, asked);
    case ChannelOp::inquire: return read_trade(fields, reading);
    case ChannelOp::close:
      reading.word = asked.method != "code"             ? "CLOSED"
                     : fields.word("retry_flag") == "Y" ? "CANCEL_AGAIN"
                                                        : "CANCELLED";
      return;
    case ChannelOp::refund: return read_refund(fields, reading, asked);
    case ChannelOp::inquire_refund: return read_refund_inquiry(fields, reading);
    case ChannelOp::transfer:
    case ChannelOp::inquire_transfer: return read_transfer(fields, reading, asked);
  }
}

/// The number an answer speaks about is another member for each call; an answer without one came over our connection.
std::string number_in(FieldReader& fields, const ChannelRequest& asked) {
  const bool is_refund = asked.op == ChannelOp::refund, is_refund_inquiry = asked.op == ChannelOp::inquire_refund;
  const bool is_transfer = asked.op == ChannelOp::transfer || asked.op == ChannelOp::inquire_transfer;
  auto number = fields.word(is_refund_inquiry ? "out_request_no" : is_transfer ? "out_biz_no" : "out_trade_no");
  if (number.empty()) return asked.number;
  if (is_refund) return number == asked.attempt ? asked.number : number;  // A refund's answer names its trade.
  return number;
}

}  // namespace

Reading AlipayParser::parse(const HttpAnswer& answer, const ChannelRequest& asked) const {
  Reading reading;
  reading.raw = answer.body;
  const auto root = read_json_tree(answer.body);
  const auto* inner = root ? open_alipay_answer(*root).inner : nullptr;
  if (inner == nullptr) return reading;
  FieldReader fields{*inner};
  const auto code = fields.word("code"), sub_code = code == success ? std::string{} : fields.word("sub_code");
  reading.message = fields.message("sub_msg");
  if (code == success)
    read_success(fields, reading, asked);
  else
    reading.word = code == business_refusal && !sub_code.empty() ? sub_code : code;
  if (sub_code.starts_with("isv.app-call-limited")) reading.word = sub_code;
  reading.number = number_in(fields, asked);
  reading.readable = fields.clean() && !reading.word.empty();
  return reading;
}

Reading AlipayParser::parse(const RawCallback& callback) const {
  Reading reading;
  reading.raw = callback.body;
  const auto form = read_form_tree(callback.body);
  if (!form) return reading;
  FieldReader fields{*form};
  const bool is_refund = form->find("gmt_refund") != nullptr || form->find("refund_fee") != nullptr;
  const auto seller = fields.word("seller_id");  // Some notifications name the application alone.
  reading.merchant = fields.word("app_id") != app_ ? "another application" : seller.empty() ? merchant_ : seller;
  reading.transaction = fields.word("trade_no");
  if (is_refund) {
    reading.about = ChannelOp::inquire_refund;
    reading.number = fields.our_number("out_biz_no");
    reading.word = "REFUND_NOTICE";
    reading.at = fields.beijing("gmt_refund");
    reading.ignorable = reading.number.empty();
  } else {
    reading.about = ChannelOp::inquire;
    reading.number = fields.our_number("out_trade_no");
    reading.word = fields.word("trade_status");
    reading.amount = fields.major("total_amount", cny);
    reading.at = fields.beijing("gmt_payment");
    if (reading.word == "TRADE_CLOSED" && !fields.message("gmt_payment").empty()) reading.word = "TRADE_CLOSED_PAID";
  }
  reading.readable = fields.clean() && !reading.word.empty();
  return reading;
}

}  // namespace tael
