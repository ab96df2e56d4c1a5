#include "adapters/channels/http_json/http_json_signature.hpp"

#include "adapters/crypto/crypto.hpp"

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>

namespace tael {

namespace {

std::string join_lines(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const auto part : parts) joined.append(part).push_back('\n');
  joined.pop_back();
  return joined;
}

/// The header's value when it is there exactly once; two signatures are no signature.
std::optional<std::string_view> only(const HttpHeaders& headers, std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : headers) {
    if (key != name) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

std::optional<TimePoint> read_timestamp(std::string_view text) {
  constexpr std::size_t digits_max = 12;
  std::int64_t seconds = 0;
  const auto* end = text.data() + text.size();
  if (text.empty() || text.size() > digits_max) return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc{} || stop != end || seconds < 0) return std::nullopt;
  return from_unix_ms(seconds * 1'000);
}

}  // namespace

std::string sign_http_json_request(const ChannelKey& key, HttpJsonRequestLine line, std::string_view timestamp,
                                   std::string_view nonce, std::string_view body) {
  return hmac_sha256_hex(key.secret, join_lines({line.method, line.path_and_query, timestamp, nonce, body}));
}

std::string sign_http_json_message(const ChannelKey& key, std::string_view timestamp, std::string_view nonce,
                                   std::string_view body) {
  return hmac_sha256_hex(key.secret, join_lines({timestamp, nonce, body}));
}

std::string HttpJsonVerifier::refuses(const HttpAnswer& answer, TimePoint now) const {
  return refuses(answer.headers, answer.body, now);
}

std::string HttpJsonVerifier::refuses(const RawCallback& callback) const {
  return refuses(callback.headers, callback.body, callback.heard_at);
}

std::string HttpJsonVerifier::refuses(const HttpHeaders& headers, std::string_view body, TimePoint now) const {
  const auto key_id = only(headers, "house-key"), timestamp = only(headers, "house-timestamp"),
             nonce = only(headers, "house-nonce"), signature = only(headers, "house-signature");
  if (!key_id || !timestamp || !nonce || !signature) return "bad_signature";
  const auto* key = keys_.find(*key_id);
  if (key == nullptr) return "unknown_key";
  if (!same_secret(*signature, sign_http_json_message(*key, *timestamp, *nonce, body))) return "bad_signature";
  const auto signed_at = read_timestamp(*timestamp);
  if (!signed_at) return "malformed";
  const auto age = now - *signed_at;
  return age > http_json_skew_max || age < -http_json_skew_max ? "stale" : "";
}

}  // namespace tael
