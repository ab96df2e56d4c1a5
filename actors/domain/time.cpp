// RFC 3339 and lengths with units, read by hand: a parser that guesses would move money at the wrong time.
#include "actors/domain/time.hpp"

#include "actors/domain/assert.hpp"

#include <array>
#include <limits>

namespace tael {
namespace {

constexpr TimePoint year_zero = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr TimePoint year_ten_thousand = std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void put(std::string& out, std::int64_t value, int digits) {
  const auto text = std::to_string(value);
  for (auto n = static_cast<int>(text.size()); n < digits; ++n) out += '0';
  out += text;
}

/// Takes exactly what it is asked for from the front of a text, or remembers that it could not.
class Taker {
 public:
  explicit Taker(std::string_view rest) : rest_(rest) {}

  int number(std::size_t digits, int min, int max) {
    if (rest_.size() < digits) return fail(min);
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest_[i])) return fail(min);
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value < min || value > max ? fail(min) : value;
  }

  /// One character out of `any_of`, or zero.
  char one_of(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return static_cast<char>(fail(0));
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  /// Milliseconds of `.d` to `.ddddddddd`; zero without a point. What is finer than a millisecond is cut off.
  int fraction_ms() {
    if (rest_.empty() || rest_.front() != '.') return 0;
    rest_.remove_prefix(1);
    int ms = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits)
      if (digits < 3) ms = ms * 10 + (rest_[digits] - '0');
    if (digits == 0 || digits > 9) return fail(0);
    rest_.remove_prefix(digits);
    for (; digits < 3; ++digits) ms *= 10;
    return ms;
  }

  bool took_all() const { return ok_ && rest_.empty(); }

 private:
  int fail(int stand_in) {
    ok_ = false;
    return stand_in;
  }

  std::string_view rest_;
  bool ok_ = true;
};

struct Unit {
  std::string_view name;
  std::int64_t ms;
};

constexpr auto units = std::to_array<Unit>({
    {"d", 86'400'000},
    {"h", 3'600'000},
    {"min", 60'000},
    {"s", 1'000},
    {"ms", 1},
});

}  // namespace

std::string to_rfc3339(TimePoint at) {
  TAEL_ASSERT(at >= year_zero && at < year_ten_thousand, "an instant has a year of four digits");
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<Duration> time{at - day};
  std::string out;
  out.reserve(24);
  put(out, static_cast<int>(date.year()), 4);
  out += '-';
  put(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  put(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  put(out, time.hours().count(), 2);
  out += ':';
  put(out, time.minutes().count(), 2);
  out += ':';
  put(out, time.seconds().count(), 2);
  out += '.';
  put(out, time.subseconds().count(), 3);
  out += 'Z';
  return out;
}

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Taker take{text};
  const int y = take.number(4, 0, 9999);
  take.one_of("-");
  const int m = take.number(2, 1, 12);
  take.one_of("-");
  const int d = take.number(2, 1, 31);
  take.one_of("Tt");
  const int h = take.number(2, 0, 23);
  take.one_of(":");
  const int min = take.number(2, 0, 59);
  take.one_of(":");
  const int s = take.number(2, 0, 59);  // A leap second has no instant of its own in Unix time.
  const int ms = take.fraction_ms();
  minutes offset{0};
  if (const char sign = take.one_of("Zz+-"); sign == '+' || sign == '-') {
    offset = hours{take.number(2, 0, 23)};
    take.one_of(":");
    offset += minutes{take.number(2, 0, 59)};
    if (sign == '-') offset = -offset;
  }
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!take.took_all() || !date.ok()) return std::nullopt;
  const TimePoint at = sys_days{date} + hours{h} + minutes{min} + seconds{s} + Duration{ms} - offset;
  if (at < year_zero || at >= year_ten_thousand) return std::nullopt;
  return at;
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::size_t digits = 0;
  std::int64_t count = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits) {
    if (digits == 18) return std::nullopt;  // 18 digits fit in any case, 19 may not.
    count = count * 10 + (text[digits] - '0');
  }
  if (digits == 0 || (digits > 1 && text[0] == '0')) return std::nullopt;
  for (const auto& unit : units) {
    if (text.substr(digits) != unit.name) continue;
    if (count > std::numeric_limits<std::int64_t>::max() / unit.ms) return std::nullopt;
    return Duration{count * unit.ms};
  }
  return std::nullopt;
}

std::string to_text(Duration length) {
  const auto ms = length.count();
  if (ms == 0) return "0s";
  for (const auto& unit : units)
    if (ms % unit.ms == 0) return std::to_string(ms / unit.ms) + std::string{unit.name};
  return std::to_string(ms) + "ms";
}

}  // namespace tael
