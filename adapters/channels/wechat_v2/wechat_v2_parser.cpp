// Step three of WeChat Pay v2: bytes become fields.
#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/access/nonce.hpp"
#include "adapters/channels/access/wire_time.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_steps.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace tael {

namespace {

void read_trade(FieldReader& fields, Reading& reading) {
  reading.number = fields.our_number("out_trade_no");
  reading.transaction = fields.word("transaction_id");
  reading.amount = fields.minor("total_fee", fields.currency("fee_type", cny));
  reading.at = fields.beijing("time_end");
}

void read_refund_inquiry(FieldReader& fields, Reading& reading) {
  reading.word = fields.word("refund_status_0");
  reading.number = fields.our_number("out_refund_no_0");
  reading.transaction = fields.word("refund_id_0");
  reading.amount = fields.minor("refund_fee_0", cny);
  reading.at = fields.beijing("refund_success_time_0");
}

}  // namespace

Reading WechatV2Parser::parse(const HttpAnswer& answer, const ChannelRequest& asked) const {
  Reading reading;
  reading.raw = answer.body;
  const auto tree = read_xml_tree(answer.body);
  if (!tree || tree->text_of("return_code") != "SUCCESS" || answer.status != 200) return reading;
  FieldReader fields{*tree};
  reading.number = asked.number;  // Where an answer repeats a number, it is read below.
  reading.message = fields.message("err_code_des");
  if (tree->text_of("result_code") != "SUCCESS") {
    reading.word = fields.word("err_code");
  } else {
    switch (asked.op) {
      case ChannelOp::pay: read_pay(*tree, asked, reading); break;
      case ChannelOp::inquire:
        read_trade(fields, reading);
        reading.word = fields.word("trade_state");
        break;
      case ChannelOp::close:
        reading.word = asked.method != "code"           ? "CLOSED"
                       : tree->text_of("recall") == "Y" ? "REVERSE_AGAIN"
                                                        : "REVERSED";
        break;
      case ChannelOp::refund:
        reading.word = "REFUND_ACCEPTED";
        reading.number = fields.our_number("out_refund_no");
        reading.transaction = fields.word("refund_id");
        reading.amount = fields.minor("refund_fee", cny);
        break;
      case ChannelOp::inquire_refund: read_refund_inquiry(fields, reading); break;
      case ChannelOp::transfer:
      case ChannelOp::inquire_transfer: break;
    }
  }
  reading.readable = fields.clean() && !reading.word.empty();
  return reading;
}

void WechatV2Parser::read_pay(const Tree& tree, const ChannelRequest& asked, Reading& reading) const {
  FieldReader fields{tree};
  if (asked.method == "code") {
    read_trade(fields, reading);
    reading.word = fields.clean() ? "SUCCESS" : "";
    return;
  }
  if (tree.find("code_url") != nullptr)
    reading.voucher = fields.qr("code_url");
  else if (tree.find("mweb_url") != nullptr)
    reading.voucher = fields.redirect("mweb_url");
  else if (const auto prepay_id = fields.aside("prepay_id"); !prepay_id.empty())
    reading.voucher = params_of(prepay_id, asked.method == "app");
  reading.word = reading.voucher && fields.clean() ? "CREATED" : "";
}

/// What WeChat's own app wants from a page or an app of the business.
Voucher WechatV2Parser::params_of(const std::string& prepay_id, bool in_app) const {
  const auto type = options_.sign_with_md5 ? "MD5" : "HMAC-SHA256";
  const auto timestamp = unix_seconds(clock_.now()), nonce = make_nonce(dice_);
  WechatV2Members params = in_app ? WechatV2Members{{"appid", options_.app}, {"partnerid", options_.merchant},
                                                    {"prepayid", prepay_id}, {"package", "Sign=WXPay"},
                                                    {"noncestr", nonce},     {"timestamp", timestamp}}
                                  : WechatV2Members{{"appId", options_.app},
                                                    {"timeStamp", timestamp},
                                                    {"nonceStr", nonce},
                                                    {"package", "prepay_id=" + prepay_id},
                                                    {"signType", type}};
  params[in_app ? "sign" : "paySign"] = sign_wechat_v2(params, options_.key, options_.sign_with_md5);
  boost::json::object shown;
  for (const auto& [name, value] : params) shown[name] = value;
  return {"params", boost::json::serialize(shown)};
}

Reading WechatV2Parser::parse(const RawCallback& callback) const {
  Reading reading;
  reading.raw = callback.body;
  const auto tree = read_xml_tree(callback.body);
  if (!tree || tree->text_of("return_code") != "SUCCESS") return reading;
  FieldReader outer{*tree};
  reading.merchant = outer.aside("appid") == options_.app ? outer.aside("mch_id") : "another application";
  if (const auto req_info = tree->text_of("req_info"); !req_info.empty()) {
    const auto refund = open_wechat_v2_refund(req_info, keys_);
    if (!refund) return reading;
    FieldReader fields{*refund};
    reading.about = ChannelOp::inquire_refund;
    reading.word = fields.word("refund_status");
    reading.number = fields.our_number("out_refund_no");
    reading.transaction = fields.word("refund_id");
    reading.amount = fields.minor("refund_fee", cny);
    reading.at = fields.beijing("success_time");
    reading.readable = fields.clean() && !reading.word.empty();
    return reading;
  }
  reading.about = ChannelOp::inquire;
  read_trade(outer, reading);
  // Notifications tell of success alone, by result_code.
  reading.word = tree->text_of("result_code") == "SUCCESS" ? "SUCCESS" : "NOTPAY";
  reading.readable = outer.clean();
  return reading;
}

}  // namespace tael
