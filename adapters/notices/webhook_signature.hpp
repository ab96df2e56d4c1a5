// Standard Webhooks 1.0, the arithmetic of it: what is signed, with which key, and how a receiver checks it.
// Symmetric signatures only (`v1`); knows nothing of HTTP calls and asks no clock.
#pragma once

#include "actors/domain/time.hpp"
#include "actors/ports/http_client.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// The key's bytes of `whsec_<base64>`; nothing unless they are 24 to 64, as the specification asks.
std::optional<std::string> parse_webhook_secret(std::string_view text);

/// Whole seconds, as they are signed and sent.
std::string webhook_timestamp(TimePoint at);

/// `v1,<base64>` for each key, parted by a space: a receiver that knows any one of them verifies.
/// `keys` are bytes, as `parse_webhook_secret` gives them.
std::string sign_webhook(const std::vector<std::string>& keys, std::string_view id, std::string_view timestamp,
                         std::string_view body);

enum class WebhookVerdict { authentic, malformed, stale, bad_signature };
std::string_view name_of(WebhookVerdict verdict);

/// What a receiver does. `headers` have lower-case names; `tolerance` holds in both directions.
WebhookVerdict verify_webhook(const std::vector<std::string>& keys, const HttpHeaders& headers, std::string_view body,
                              TimePoint now, Duration tolerance = 5min);

}  // namespace tael
