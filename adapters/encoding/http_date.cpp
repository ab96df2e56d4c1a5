#include "adapters/encoding/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tael {
namespace {

namespace ch = std::chrono;

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string two_digits(unsigned number) {
  return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

/// Reads a date from the left; after the first thing that does not fit nothing fits any more.
class DateText {
 public:
  explicit DateText(std::string_view text) : left_(text) {}

  bool take(std::string_view expected) {
    if (!fits_ || !left_.starts_with(expected)) return fits_ = false;
    left_.remove_prefix(expected.size());
    return true;
  }
  unsigned number(std::size_t digits) {
    unsigned value = 0;
    const auto text = left_.substr(0, digits);
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    fits_ = fits_ && text.size() == digits && failed == std::errc{} && stop == text.data() + digits;
    left_.remove_prefix(text.size());
    return value;
  }
  /// The place of the name that comes next among `names`.
  template <std::size_t N>
  unsigned one_of(const std::array<std::string_view, N>& names) {
    const auto* found = std::ranges::find_if(names, [&](std::string_view name) { return left_.starts_with(name); });
    if (found == names.end()) {
      fits_ = false;
      return 0;
    }
    left_.remove_prefix(found->size());
    return static_cast<unsigned>(found - names.begin());
  }
  /// `08:49:37`; a leap second counts as the one before it.
  ch::seconds time() {
    const auto hour = number(2);
    take(":");
    const auto minute = number(2);
    take(":");
    const auto second = number(2);
    fits_ = fits_ && hour < 24 && minute < 60 && second <= 60;
    return ch::hours{hour} + ch::minutes{minute} + ch::seconds{std::min(second, 59U)};
  }
  bool starts_with(std::string_view text) const { return left_.starts_with(text); }
  bool is_at_end() const { return fits_ && left_.empty(); }

 private:
  std::string_view left_;
  bool fits_ = true;
};

std::optional<ch::sys_seconds> instant(const DateText& text, int year, unsigned month, unsigned day, ch::seconds time) {
  const ch::year_month_day date{ch::year{year}, ch::month{month + 1}, ch::day{day}};
  if (!text.is_at_end() || !date.ok()) return std::nullopt;
  return ch::sys_seconds{ch::sys_days{date}} + time;
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
std::optional<ch::sys_seconds> read_fixed(std::string_view whole) {
  DateText text{whole};
  text.one_of(days);
  text.take(", ");
  const auto day = text.number(2);
  text.take(" ");
  const auto month = text.one_of(months);
  text.take(" ");
  const auto year = text.number(4);
  text.take(" ");
  const auto time = text.time();
  text.take(" GMT");
  return instant(text, static_cast<int>(year), month, day, time);
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
std::optional<ch::sys_seconds> read_rfc850(std::string_view whole, ch::sys_seconds now) {
  DateText text{whole};
  text.one_of(long_days);
  text.take(", ");
  const auto day = text.number(2);
  text.take("-");
  const auto month = text.one_of(months);
  text.take("-");
  const auto short_year = static_cast<int>(text.number(2));
  text.take(" ");
  const auto time = text.time();
  text.take(" GMT");
  const int this_year = static_cast<int>(ch::year_month_day{ch::floor<ch::days>(now)}.year());
  int year = this_year - this_year % 100 + short_year;
  if (year > this_year + 50) year -= 100;
  return instant(text, year, month, day, time);
}

/// `Sun Nov  6 08:49:37 1994`
std::optional<ch::sys_seconds> read_asctime(std::string_view whole) {
  DateText text{whole};
  text.one_of(days);
  text.take(" ");
  const auto month = text.one_of(months);
  text.take(" ");
  const bool padded = text.starts_with(" ");
  if (padded) text.take(" ");
  const auto day = text.number(padded ? 1 : 2);
  text.take(" ");
  const auto time = text.time();
  text.take(" ");
  const auto year = text.number(4);
  return instant(text, static_cast<int>(year), month, day, time);
}

}  // namespace

std::string to_http_date(ch::sys_seconds at) {
  const auto day = ch::floor<ch::days>(at);
  const ch::year_month_day date{day};
  const ch::hh_mm_ss time{at - day};
  std::string text{days[ch::weekday{day}.c_encoding()]};
  text.append(", ").append(two_digits(static_cast<unsigned>(date.day()))).append(" ");
  text.append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
  text.append(std::to_string(static_cast<int>(date.year()))).append(" ");
  text.append(two_digits(static_cast<unsigned>(time.hours().count()))).append(":");
  text.append(two_digits(static_cast<unsigned>(time.minutes().count()))).append(":");
  return text.append(two_digits(static_cast<unsigned>(time.seconds().count()))).append(" GMT");
}

std::optional<ch::sys_seconds> parse_http_date(std::string_view text, ch::sys_seconds now) {
  if (const auto at = read_fixed(text)) return at;
  if (const auto at = read_rfc850(text, now)) return at;
  return read_asctime(text);
}

}  // namespace tael
