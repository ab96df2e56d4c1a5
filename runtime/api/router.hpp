// Which route a request means: a table of methods and patterns, matched segment by segment. A segment in braces
// stands for any one segment that is not empty.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

struct Route {
  std::string_view method, pattern;
  std::string_view name;  ///< For metrics, and the scope of idempotency keys.
};

struct RouteMatch {
  const Route* route = nullptr;          ///< Null: no route has this path, or none with this method.
  std::vector<std::string_view> params;  ///< What the braces stand for, in order.
  std::string allowed;                   ///< With a known path and a wrong method: for the Allow header.
};

/// GET routes also hear HEAD.
RouteMatch match(std::span<const Route> routes, std::string_view method, std::string_view path);

/// The value of `name` in a query, percent-decoded. Nothing when absent, given twice or badly encoded.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace tael
