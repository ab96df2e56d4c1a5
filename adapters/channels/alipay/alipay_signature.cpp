#include "adapters/channels/alipay/alipay_signature.hpp"

#include "adapters/crypto/ciphers.hpp"

#include <algorithm>
#include <ranges>

namespace tael {

std::string alipay_sign_text(const AlipayParameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (name == "sign" || value.empty()) continue;
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(value);
  }
  return text;
}

AlipayAnswer open_alipay_answer(const Tree& root) {
  AlipayAnswer answer;
  // Of two that could be meant, none is.
  const Tree* error = nullptr;
  int named = 0;
  for (const auto& member : root.children) {
    if (member.kind != Tree::Kind::object || member.unclear) continue;
    if (member.name == "error_response") error = &member;
    if (!member.name.starts_with("alipay_") || !member.name.ends_with("_response")) continue;
    answer.inner = &member;
    ++named;
  }
  if (named != 1) answer.inner = named == 0 ? error : nullptr;
  answer.sign = root.text_of("sign");
  answer.certificate = root.text_of("alipay_cert_sn");
  return answer;
}

std::string alipay_certificate_sn(const Certificate& certificate) {
  std::string issuer;
  for (const auto& [name, value] : certificate.issuer | std::views::reverse) {
    if (!issuer.empty()) issuer += ',';
    issuer.append(name).append("=").append(value);
  }
  return md5_hex(issuer + certificate.serial_decimal);
}

std::string alipay_root_sn(const std::vector<Certificate>& roots) {
  std::string joined;
  for (const auto& root : roots) {
    if (!root.signed_with_rsa) continue;
    if (!joined.empty()) joined += '_';
    joined += alipay_certificate_sn(root);
  }
  return joined;
}

std::string AlipayVerifier::refuses(const HttpAnswer& answer, TimePoint now) const {
  const auto root = read_json_tree(answer.body);
  if (!root || root->kind != Tree::Kind::object) return "bad_signature";
  const auto [inner, sign, certificate] = open_alipay_answer(*root);
  if (inner == nullptr || sign.empty()) return "bad_signature";
  return refuses(std::string_view{answer.body}.substr(inner->begin, inner->end - inner->begin), sign, certificate, now);
}

/// Notifications leave `sign_type` out of what they sign; some products leave it in.
std::string AlipayVerifier::refuses(const RawCallback& callback) const {
  const auto form = read_form_tree(callback.body);
  if (!form || form->text_of("sign").empty()) return "bad_signature";
  AlipayParameters parameters;
  for (const auto& member : form->children) parameters[member.name] = member.text;
  const auto with_type = alipay_sign_text(parameters);
  parameters.erase("sign_type");
  const auto certificate = form->text_of("alipay_cert_sn");
  auto refusal = refuses(alipay_sign_text(parameters), form->text_of("sign"), certificate, callback.heard_at);
  if (refusal == "bad_signature") refusal = refuses(with_type, form->text_of("sign"), certificate, callback.heard_at);
  return refusal;
}

std::string AlipayVerifier::refuses(std::string_view text, std::string_view sign, std::string_view certificate,
                                    TimePoint now) const {
  if (!certificate.empty()) {
    const auto key = keys_->find(certificate, now);
    if (!key) return "unknown_key";
    return key->verifies(text, sign) ? "" : "bad_signature";
  }
  // The signature does not say with which key: during a rotation either may be right.
  const auto valid = keys_->valid(now);
  const bool good = std::ranges::any_of(valid, [&](const PublicKey& key) { return key.verifies(text, sign); });
  return good ? "" : "bad_signature";
}

}  // namespace tael
