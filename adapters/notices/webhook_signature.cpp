#include "adapters/notices/webhook_signature.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/crypto/crypto.hpp"
#include "adapters/encoding/base64.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace tael {

namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t key_bytes_min = 24, key_bytes_max = 64;
constexpr std::string_view signature_version = "v1,";

std::string_view value_of(const HttpHeaders& headers, std::string_view name) {
  const auto found = std::ranges::find(headers, name, &HttpHeaders::value_type::first);
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, seconds);
  // 2100-01-01 and before: milliseconds sent by mistake are malformed, not merely stale.
  if (error != std::errc{} || stopped != end || seconds < 0 || seconds > 4'102'444'800) return std::nullopt;
  return seconds;
}

}  // namespace

std::optional<std::string> parse_webhook_secret(std::string_view text) {
  if (!text.starts_with(secret_prefix)) return std::nullopt;
  auto key = from_base64(text.substr(secret_prefix.size()));
  if (!key || key->size() < key_bytes_min || key->size() > key_bytes_max) return std::nullopt;
  return key;
}

std::string webhook_timestamp(TimePoint at) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

std::string sign_webhook(const std::vector<std::string>& keys, std::string_view id, std::string_view timestamp,
                         std::string_view body) {
  std::string message;
  message.reserve(id.size() + timestamp.size() + body.size() + 2);
  message.append(id).append(".").append(timestamp).append(".").append(body);
  std::string signatures;
  for (const auto& key : keys) {
    if (!signatures.empty()) signatures += ' ';
    signatures.append(signature_version).append(to_base64(hmac_sha256(key, message)));
  }
  return signatures;
}

std::string_view name_of(WebhookVerdict verdict) {
  switch (verdict) {
    case WebhookVerdict::authentic: return "authentic";
    case WebhookVerdict::malformed: return "malformed";
    case WebhookVerdict::stale: return "stale";
    case WebhookVerdict::bad_signature: return "bad_signature";
  }
  broken_promise("verdict", "a verdict has a name", __FILE__, __LINE__);
}

WebhookVerdict verify_webhook(const std::vector<std::string>& keys, const HttpHeaders& headers, std::string_view body,
                              TimePoint now, Duration tolerance) {
  const auto id = value_of(headers, "webhook-id"), timestamp = value_of(headers, "webhook-timestamp");
  auto signatures = value_of(headers, "webhook-signature");
  const auto seconds = parse_seconds(timestamp);
  if (id.empty() || signatures.empty() || !seconds) return WebhookVerdict::malformed;

  bool authentic = false;
  while (!signatures.empty()) {
    const auto signature = signatures.substr(0, signatures.find(' '));
    signatures.remove_prefix(std::min(signature.size() + 1, signatures.size()));
    for (const auto& key : keys) authentic |= same_secret(signature, sign_webhook({key}, id, timestamp, body));
  }
  if (!authentic) return WebhookVerdict::bad_signature;
  const TimePoint at{std::chrono::seconds{*seconds}};
  return now - at > tolerance || at - now > tolerance ? WebhookVerdict::stale : WebhookVerdict::authentic;
}

}  // namespace tael
