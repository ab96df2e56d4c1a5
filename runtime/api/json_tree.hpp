// Text to a Boost.JSON value, noting what Boost.JSON would let pass: duplicate members, numbers beyond a double, and
// more values than a request has any use for. Includes Boost.JSON: for sources only.
#pragma once

#include "runtime/api/body_reader.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tael::json {

inline constexpr std::size_t depth_max = 32;
inline constexpr std::size_t values_max = 10'000;

struct Tree {
  boost::json::value value;
  bool parsed = false;  ///< False: `errors` says where it stopped being JSON.
  std::vector<FieldError> errors;
};
Tree parse(std::string_view text);

/// Sorted members, no white space.
std::string canonical(const boost::json::value& value);

/// One more reference token, escaped (RFC 6901 section 3), long ones cut.
std::string pointer_to(std::string_view parent, std::string_view token);

}  // namespace tael::json
