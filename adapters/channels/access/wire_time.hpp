// Times as Chinese protocols write them: Beijing's clock, which knows no summer time.
#pragma once

#include "actors/domain/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// How long after it is made a payment may end at a channel.
struct ExpiryBounds {
  Duration least, most;
};
/// When a payment ends there: as its order has it, or the nearest that the channel takes. An order of 20 seconds or of
/// 30 days is closed by ourselves in its time all the same.
TimePoint expiry_within(TimePoint expires_at, TimePoint now, ExpiryBounds bounds);

std::string unix_seconds(TimePoint at);
/// Up to twelve digits; nothing for anything else.
std::optional<TimePoint> parse_unix_seconds(std::string_view text);
/// `2026-01-02 03:04:05`, or `20260102030405` when `compact`.
std::string print_beijing(TimePoint at, bool compact = false);
/// Either form, the first also with a fraction of its second.
std::optional<TimePoint> parse_beijing(std::string_view text);
/// `2026-01-02T03:04:05+08:00`
std::string print_beijing_rfc3339(TimePoint at);

}  // namespace tael
