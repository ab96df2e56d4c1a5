#include "adapters/simulated/institution_signature.hpp"

#include "adapters/crypto/crypto.hpp"

#include <charconv>
#include <cstdlib>

namespace tael {

namespace {

constexpr std::int64_t skew_s_max = 300;

std::string_view value_of(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

}  // namespace

HttpHeaders institution_headers(const InstitutionKey& key, TimePoint now, std::string_view nonce,
                                std::string_view body) {
  const auto timestamp = std::to_string(unix_ms(now) / 1'000);
  std::string text = timestamp;
  text.append("\n").append(nonce).append("\n").append(body);
  return {{"house-key", key.id},
          {"house-timestamp", timestamp},
          {"house-nonce", std::string{nonce}},
          {"house-signature", hmac_sha256_hex(key.secret, text)}};
}

bool is_signed_by_merchant(const InstitutionOptions& options, std::string_view method, std::string_view target,
                           const HttpHeaders& headers, std::string_view body, TimePoint now) {
  if (value_of(headers, "house-merchant") != options.merchant) return false;
  const auto timestamp = value_of(headers, "house-timestamp");
  std::int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  if (error != std::errc{} || stop != timestamp.data() + timestamp.size()) return false;
  if (std::abs(unix_ms(now) / 1'000 - seconds) > skew_s_max) return false;

  std::string text{method};
  text.append("\n").append(target).append("\n").append(timestamp).append("\n");
  text.append(value_of(headers, "house-nonce")).append("\n").append(body);
  for (const auto& key : options.merchant_keys)
    if (key.id == value_of(headers, "house-key"))
      return hmac_sha256_hex(key.secret, text) == value_of(headers, "house-signature");
  return false;
}

}  // namespace tael
