#include "runtime/scenario/signed_request.hpp"

#include "adapters/crypto/crypto.hpp"
#include "runtime/api/business_auth.hpp"

namespace tael::scenario {

ServerRequest signed_request(const config::BusinessConfig& business, const std::string& method,
                             const std::string& target, const std::string& unix_seconds, const std::string& nonce,
                             const std::string& body, const std::string& idempotency_key) {
  const auto base = signature_base(method, target, unix_seconds, nonce, body);
  ServerRequest request{method,
                        target,
                        {{"content-type", "application/json"},
                         {"tael-business", business.business},
                         {"tael-token", business.token.reveal()},
                         {"tael-timestamp", unix_seconds},
                         {"tael-nonce", nonce},
                         {"tael-signature", hmac_sha256_hex(business.salt.reveal(), base)}},
                        body,
                        "127.0.0.1"};
  if (!idempotency_key.empty()) request.headers.emplace_back("idempotency-key", idempotency_key);
  return request;
}

}  // namespace tael::scenario
