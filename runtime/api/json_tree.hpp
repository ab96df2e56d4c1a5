// Text to a Boost.JSON value, noting what Boost.JSON would let pass: duplicate members, numbers beyond a double, and
// more values than a request has any use for. Includes Boost.JSON: for sources only.
#pragma once

#include "runtime/api/body_reader.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <map>
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

/// Of the members of one object, those that are to be read as they came: name and text.
using AsTheyCame = std::map<std::string, std::string, std::less<>>;

/// Sorted members, no white space; but `kept` of the outermost object byte for byte.
std::string canonical(const boost::json::value& value, const AsTheyCame& kept);

/// The text of a member as it stands in `object`, from its first byte to its last. Of JSON that has been parsed, in
/// which every name stands once; empty when there is none of that name.
std::string_view member_text(std::string_view object, std::string_view name);

/// `object` as text with one more member, whose value is JSON already: nothing of it is read and written anew.
std::string with_member(const boost::json::object& object, std::string_view name, std::string_view json);

/// One more reference token, escaped (RFC 6901 section 3), long ones cut.
std::string pointer_to(std::string_view parent, std::string_view token);

}  // namespace tael::json
