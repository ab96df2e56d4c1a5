#include "runtime/api/router.hpp"

#include "adapters/encoding/percent.hpp"

namespace tael {
namespace {

/// Takes the next segment off `rest`, without its slash.
std::string_view take_segment(std::string_view& rest) {
  const auto end = rest.find('/', 1);
  const auto segment = rest.substr(1, end == std::string_view::npos ? end : end - 1);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
  return segment;
}

bool fits(std::string_view pattern, std::string_view path, std::vector<std::string_view>& params) {
  params.clear();
  while (!pattern.empty() && !path.empty()) {
    const auto expected = take_segment(pattern), given = take_segment(path);
    if (expected.starts_with('{')) {
      if (given.empty()) return false;
      params.push_back(given);
    } else if (expected != given) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

RouteMatch match(std::span<const Route> routes, std::string_view method, std::string_view path) {
  RouteMatch match;
  if (!path.starts_with('/')) return match;
  for (const auto& route : routes) {
    if (!fits(route.pattern, path, match.params)) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD")) {
      match.route = &route;
      match.allowed.clear();
      return match;
    }
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += route.method;
    if (route.method == "GET") match.allowed += ", HEAD";
  }
  match.params.clear();
  return match;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    if (found || equals == std::string_view::npos) return std::nullopt;
    found = percent_decoded(pair.substr(equals + 1), Plus::itself);
    if (!found) return std::nullopt;
  }
  return found;
}

}  // namespace tael
