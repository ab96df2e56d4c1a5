#include "adapters/channels/wechat_v3/wechat_v3_parser.hpp"

#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/access/nonce.hpp"
#include "adapters/channels/access/wire_time.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_signature.hpp"
#include "adapters/crypto/ciphers.hpp"
#include "adapters/encoding/base64.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace tael {

namespace {

/// Three objects, three sets of names.
void read_payment(FieldReader& fields, Reading& reading) {
  reading.word = fields.word("trade_state");
  reading.message = fields.message("trade_state_desc");
  reading.number = fields.our_number("out_trade_no");
  reading.transaction = fields.word("transaction_id");
  reading.merchant = fields.aside("mchid");
  reading.amount = fields.minor("amount/total", fields.currency("amount/currency", cny));
  reading.at = fields.rfc3339("success_time");
}

void read_refund(FieldReader& fields, Reading& reading, std::string_view status) {
  reading.word = fields.word(status);
  reading.number = fields.our_number("out_refund_no");
  reading.transaction = fields.word("refund_id");
  reading.merchant = fields.aside("mchid");
  reading.amount = fields.minor("amount/refund", fields.currency("amount/currency", cny));
  reading.at = fields.rfc3339("success_time");
}

void read_transfer(FieldReader& fields, Reading& reading) {
  reading.word = fields.word("state");
  reading.number = fields.our_number("out_bill_no");
  reading.transaction = fields.word("transfer_bill_no");
  reading.merchant = fields.aside("mch_id");
  reading.message = fields.message("fail_reason");
  reading.amount = fields.minor("transfer_amount", cny);
  reading.at = fields.rfc3339("update_time");
}

void read_error(FieldReader& fields, Reading& reading) {
  reading.word = fields.word("code");
  reading.message = fields.message("message");
}

bool is_success(int status) { return status >= 200 && status < 300; }

}  // namespace

std::optional<std::string> open_wechat_v3_resource(const Tree& resource, std::string_view api_v3_key) {
  const auto sealed = from_base64(resource.text_of("ciphertext"));
  if (!sealed) return std::nullopt;
  return open_aes_256_gcm({api_v3_key, resource.text_of("nonce"), resource.text_of("associated_data")}, *sealed);
}

std::vector<VerifyKey> read_wechat_v3_certificates(std::string_view body, std::string_view api_v3_key) {
  const auto tree = read_json_tree(body);
  const auto* data = tree ? tree->find("data") : nullptr;
  if (data == nullptr) return {};
  std::vector<VerifyKey> keys;
  for (const auto& entry : data->children) {
    const auto* sealed = entry.find("encrypt_certificate");
    const auto pem = sealed == nullptr ? std::nullopt : open_wechat_v3_resource(*sealed, api_v3_key);
    const auto chain = pem ? read_certificates(*pem) : std::nullopt;
    // One that we cannot open, of another algorithm or sealed with another key, says nothing against the others.
    if (!chain || chain->front().serial != entry.text_of("serial_no")) continue;
    keys.push_back({chain->front().serial, chain->front().key, chain->front().not_before, chain->front().not_after});
  }
  return keys;
}

Reading WechatV3Parser::parse(const HttpAnswer& answer, const ChannelRequest& asked) const {
  Reading reading;
  reading.raw = answer.body;
  const bool closed = asked.op == ChannelOp::close && answer.status == 204;
  const auto tree = closed ? std::optional{Tree{}} : read_json_tree(answer.body);
  if (!tree || (!closed && tree->kind != Tree::Kind::object)) return reading;
  FieldReader fields{*tree};
  if (closed) {
    reading.word = answer.body.empty() ? "CLOSED" : "";
    reading.number = asked.number;
  } else if (!is_success(answer.status)) {
    read_error(fields, reading);
  } else {
    switch (asked.op) {
      case ChannelOp::pay:
        // The answer to a create says neither number nor state; it came over the connection that asked.
        reading.voucher = voucher_of(*tree, asked);
        reading.word = reading.voucher ? "CREATED" : "";
        reading.number = asked.number;
        break;
      case ChannelOp::inquire:
      case ChannelOp::close: read_payment(fields, reading); break;
      case ChannelOp::refund:
      case ChannelOp::inquire_refund: read_refund(fields, reading, "status"); break;
      case ChannelOp::transfer:
      case ChannelOp::inquire_transfer:
        read_transfer(fields, reading);
        // Its amount is repeated by the inquiry alone.
        if (asked.op == ChannelOp::transfer && !reading.amount) reading.amount = asked.amount;
        if (const auto package = fields.aside("package_info"); !package.empty())
          reading.voucher =
              Voucher{"params", boost::json::serialize(boost::json::object{
                                    {"mchId", options_.merchant}, {"appId", options_.app}, {"package", package}})};
        break;
    }
  }
  reading.readable = fields.clean() && !reading.word.empty();
  return reading;
}

Reading WechatV3Parser::parse(const RawCallback& callback) const {
  Reading reading;
  reading.raw = callback.body;
  const auto tree = read_json_tree(callback.body);
  if (!tree) return reading;
  const auto event = tree->text_of("event_type");
  const bool is_followed =
      event.starts_with("TRANSACTION.") || event.starts_with("REFUND.") || event.starts_with("MCHTRANSFER.");
  if (!event.empty() && !is_followed) {
    reading.ignorable = true;
    return reading;
  }
  const auto* resource = tree->find("resource");
  if (resource == nullptr || resource->text_of("algorithm") != "AEAD_AES_256_GCM") return reading;
  const auto plain = open_wechat_v3_resource(*resource, options_.api_v3_key);
  const auto inner = plain ? read_json_tree(*plain) : std::nullopt;
  if (!inner || inner->kind != Tree::Kind::object) return reading;
  FieldReader fields{*inner};
  if (event.starts_with("TRANSACTION.")) {
    reading.about = ChannelOp::inquire;
    read_payment(fields, reading);
    if (fields.aside("appid") != options_.app) reading.merchant = "another application";
  } else if (event.starts_with("REFUND.")) {
    reading.about = ChannelOp::inquire_refund;
    read_refund(fields, reading, "refund_status");
  } else if (event.starts_with("MCHTRANSFER.")) {
    reading.about = ChannelOp::inquire_transfer;
    read_transfer(fields, reading);
  }
  reading.readable = fields.clean() && !reading.word.empty();
  return reading;
}

std::optional<Voucher> WechatV3Parser::voucher_of(const Tree& body, const ChannelRequest& asked) const {
  const FieldReader fields{body};
  if (body.find("code_url") != nullptr) return fields.qr("code_url");
  if (body.find("h5_url") != nullptr) return fields.redirect("h5_url");
  const auto prepay_id = fields.aside("prepay_id");
  return prepay_id.empty() ? std::nullopt : std::optional{params_of(prepay_id, asked.method == "app")};
}

/// What WeChat's own app wants from a page or an app of the business, signed with the merchant's key.
Voucher WechatV3Parser::params_of(const std::string& prepay_id, bool in_app) const {
  const auto timestamp = unix_seconds(clock_.now()), nonce = make_nonce(dice_);
  const auto package = in_app ? prepay_id : "prepay_id=" + prepay_id;
  const auto signature = options_.key.sign(wechat_v3_lines({options_.app, timestamp, nonce, package}));
  const boost::json::object params =
      in_app ? boost::json::object{{"appid", options_.app}, {"partnerid", options_.merchant},
                                   {"prepayid", prepay_id}, {"package", "Sign=WXPay"},
                                   {"noncestr", nonce},     {"timestamp", timestamp},
                                   {"sign", signature}}
             : boost::json::object{{"appId", options_.app}, {"timeStamp", timestamp}, {"nonceStr", nonce},
                                   {"package", package},    {"signType", "RSA"},      {"paySign", signature}};
  return {"params", boost::json::serialize(params)};
}

}  // namespace tael
