// Small readings that several dialects need: headers, queries, nested members, times in Beijing.
#pragma once

#include "actors/domain/time.hpp"
#include "actors/ports/http_client.hpp"

#include <boost/json/object.hpp>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

inline std::string header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

/// What stands between `opening` and the next quotation mark.
inline std::string quoted(std::string_view value, std::string_view opening) {
  const auto at = value.find(opening);
  if (at == std::string_view::npos) return {};
  const auto begin = at + opening.size();
  return std::string{value.substr(begin, value.find('"', begin) - begin)};
}

/// A parameter of a query that needs no decoding.
inline std::string query(std::string_view target, std::string_view name) {
  for (auto at = target.find('?'); at != std::string_view::npos; at = target.find('&', at)) {
    target.remove_prefix(at + 1);
    at = 0;
    if (target.starts_with(name) && target.substr(name.size(), 1) == "=")
      return std::string{target.substr(name.size() + 1, target.find('&') - name.size() - 1)};
  }
  return {};
}

inline std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && stop == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// An empty object for whatever is none.
inline boost::json::object member(const boost::json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : boost::json::object{};
}

/// `2026-01-02T03:04:05+08:00`
inline std::string beijing(TimePoint at) { return to_rfc3339(at + Duration{8LL * 3'600'000}).substr(0, 19) + "+08:00"; }

/// `2026-01-02 03:04:05` of what stands on the wall in Beijing.
inline std::string wall_of(std::string_view rfc3339) {
  auto text = beijing(parse_rfc3339(rfc3339).value_or(TimePoint{})).substr(0, 19);
  text[10] = ' ';
  return text;
}

/// Nothing when what stands there is no time that a payment may end at: the house refuses what has none.
inline std::string end_of_payment(const std::string& rfc3339, TimePoint now, Duration most) {
  constexpr Duration a_minute{60'000};
  const auto at = parse_rfc3339(rfc3339);
  return at && *at > now + a_minute && *at <= now + most ? rfc3339 : std::string{};
}

/// 8880 as `88.80`.
inline std::string yuan(std::int64_t fen) {
  const auto size = fen < 0 ? -fen : fen;
  const auto cents = std::to_string(100 + size % 100);  // Its first digit is not wanted: 05 must keep its nought.
  return (fen < 0 ? "-" : "") + std::to_string(size / 100) + "." + cents.substr(1);
}

}  // namespace tael
