#include "adapters/channels/wechat_v3/wechat_v3_signature.hpp"

#include "adapters/channels/access/wire_time.hpp"

namespace tael {

namespace {

constexpr std::string_view scheme = "WECHATPAY2-SHA256-RSA2048";

}  // namespace

std::string wechat_v3_lines(std::initializer_list<std::string_view> lines) {
  std::string joined;
  for (const auto line : lines) joined.append(line).push_back('\n');
  return joined;
}

std::string wechat_v3_authorization(const WechatV3Signer& signer, std::string_view method,
                                    std::string_view path_and_query, WechatV3Stamp stamp, std::string_view body) {
  const auto signature = signer.key.sign(wechat_v3_lines({method, path_and_query, stamp.timestamp, stamp.nonce, body}));
  std::string value{scheme};
  value.append(" mchid=\"").append(signer.merchant);
  value.append("\",nonce_str=\"").append(stamp.nonce);
  value.append("\",signature=\"").append(signature);
  value.append("\",timestamp=\"").append(stamp.timestamp);
  value.append("\",serial_no=\"").append(signer.serial).append("\"");
  return value;
}

std::optional<std::string_view> only_header(const HttpHeaders& headers, std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : headers) {
    if (key != name) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

std::string WechatV3Verifier::refuses(const HttpAnswer& answer, TimePoint now) const {
  return refuses(answer.headers, answer.body, now);
}

std::string WechatV3Verifier::refuses(const RawCallback& callback) const {
  return refuses(callback.headers, callback.body, callback.heard_at);
}

std::string WechatV3Verifier::refuses(const HttpHeaders& headers, std::string_view body, TimePoint now) const {
  const auto serial = only_header(headers, "wechatpay-serial"), timestamp = only_header(headers, "wechatpay-timestamp"),
             nonce = only_header(headers, "wechatpay-nonce"), signature = only_header(headers, "wechatpay-signature");
  if (!serial || !timestamp || !nonce || !signature) return "bad_signature";
  const auto type = only_header(headers, "wechatpay-signature-type");
  if (type && *type != scheme) return "bad_signature";
  const auto key = keys_->find(*serial, now);
  if (!key) return "unknown_key";
  if (!key->verifies(wechat_v3_lines({*timestamp, *nonce, body}), *signature)) return "bad_signature";
  const auto signed_at = parse_unix_seconds(*timestamp);
  if (!signed_at) return "malformed";
  const auto age = now - *signed_at;
  return age >= wechat_v3_skew_max || age <= -wechat_v3_skew_max ? "stale" : "";
}

}  // namespace tael
