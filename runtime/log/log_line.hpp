// One event as one line of JSON: `ts`, `level`, `event`, `node`, then the fields. Whatever the values hold, the
// line is valid JSON in UTF-8, has no control character, no secret and no card number, and ends at 8 KiB.
#pragma once

#include "actors/ports/log.hpp"
#include "runtime/log/redactor.hpp"

#include <string>
#include <string_view>

namespace tael {

inline constexpr std::size_t log_line_bytes_max = 8'192;  ///< With the line feed.

std::string_view name_of(Level level);

/// Without a line feed. A value that does not fit is cut, later fields are left out, and `"cut":true` says so.
/// A field named like one of ours gets a trailing underscore.
std::string log_line(TimePoint at, Level level, std::string_view node, std::string_view event, const Fields& fields,
                     const Redactor& redactor);

}  // namespace tael
