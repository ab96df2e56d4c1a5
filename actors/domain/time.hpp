// Time as the core knows it: a wall-clock instant and a length, both in whole milliseconds.
// Nothing in the domain asks what time it is; it is told.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

using namespace std::chrono_literals;

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<Duration>;

/// RFC 3339 in UTC with milliseconds, `2026-11-21T08:30:00.000Z`.
std::string to_rfc3339(TimePoint at);

/// Reads RFC 3339 with `Z` or a numeric offset; nothing when the text is not exactly one instant.
std::optional<TimePoint> parse_rfc3339(std::string_view text);

/// Reads a length with its unit, `800ms`, `8s`, `5min`, `12h`, `7d`; nothing without a unit or when negative.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest exact spelling that `parse_duration` reads back.
std::string to_text(Duration length);

constexpr std::int64_t unix_ms(TimePoint at) { return at.time_since_epoch().count(); }
constexpr TimePoint from_unix_ms(std::int64_t ms) { return TimePoint{Duration{ms}}; }

}  // namespace tael
