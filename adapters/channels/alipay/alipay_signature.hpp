// How Alipay signs: RSA2 over `name=value` joined by `&` in the order of the names, decoded; answers over the exact
// bytes of their inner object.
#pragma once

#include "adapters/channels/access/key_store.hpp"
#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/access/tree.hpp"

#include <map>
#include <memory>
#include <string>

namespace tael {

using AlipayParameters = std::map<std::string, std::string, std::less<>>;

/// What is signed: every parameter that is not empty, but `sign`.
std::string alipay_sign_text(const AlipayParameters& parameters);

/// The object that is signed and what it is signed with, in an answer of the gateway.
struct AlipayAnswer {
  const Tree* inner = nullptr;  ///< `..._response`
  std::string_view sign, certificate;
};
AlipayAnswer open_alipay_answer(const Tree& root);

/// `app_cert_sn`, `alipay_cert_sn`: MD5 of the issuer, last part first, and the serial in decimal.
std::string alipay_certificate_sn(const Certificate& certificate);
/// `alipay_root_cert_sn`: those of every certificate of the chain that was signed with RSA.
std::string alipay_root_sn(const std::vector<Certificate>& roots);

class AlipayVerifier final : public Verifier {
 public:
  explicit AlipayVerifier(std::shared_ptr<VerifyKeys> keys) : keys_(std::move(keys)) {}
  std::string refuses(const HttpAnswer& answer, TimePoint now) const override;
  std::string refuses(const RawCallback& callback) const override;

 private:
  std::string refuses(std::string_view text, std::string_view sign, std::string_view certificate, TimePoint now) const;
  std::shared_ptr<VerifyKeys> keys_;
};

}  // namespace tael
