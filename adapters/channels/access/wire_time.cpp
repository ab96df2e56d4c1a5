#include "adapters/channels/access/wire_time.hpp"

#include <algorithm>
#include <charconv>

namespace tael {
namespace {

constexpr Duration beijing_ahead{8 * 3'600'000};

/// `2026-01-02T03:04:05` of what stands on the wall in Beijing.
std::string wall_time(TimePoint at) { return to_rfc3339(at + beijing_ahead).substr(0, 19); }

}  // namespace

TimePoint expiry_within(TimePoint expires_at, TimePoint now, ExpiryBounds bounds) {
  return std::clamp(expires_at, now + bounds.least, now + bounds.most);
}

std::string unix_seconds(TimePoint at) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

std::optional<TimePoint> parse_unix_seconds(std::string_view text) {
  constexpr std::size_t digits_max = 12;
  std::int64_t seconds = 0;
  const auto* end = text.data() + text.size();
  if (text.empty() || text.size() > digits_max) return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc{} || stop != end || seconds < 0) return std::nullopt;
  return from_unix_ms(seconds * 1'000);
}

std::string print_beijing(TimePoint at, bool compact) {
  auto text = wall_time(at);
  text[10] = ' ';
  if (compact) std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == ' '; });
  return text;
}

std::optional<TimePoint> parse_beijing(std::string_view text) {
  std::string spelled{text};
  constexpr std::size_t whole_seconds = 19;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string fraction;  // Alipay writes milliseconds in `gmt_refund`.
  if (spelled.size() > whole_seconds + 1 && spelled[whole_seconds] == '.') {
    fraction = spelled.substr(whole_seconds);
    if (!std::all_of(fraction.begin() + 1, fraction.end(), is_digit)) return std::nullopt;
    spelled.resize(whole_seconds);
  }
  if (spelled.size() == 14 && std::ranges::all_of(spelled, is_digit))
    spelled = spelled.substr(0, 4) + "-" + spelled.substr(4, 2) + "-" + spelled.substr(6, 2) + " " +
              spelled.substr(8, 2) + ":" + spelled.substr(10, 2) + ":" + spelled.substr(12, 2);
  if (spelled.size() != whole_seconds || spelled[10] != ' ') return std::nullopt;
  spelled[10] = 'T';
  return parse_rfc3339(spelled + fraction + "+08:00");
}

std::string print_beijing_rfc3339(TimePoint at) { return wall_time(at) + "+08:00"; }

}  // namespace tael
