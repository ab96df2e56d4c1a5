// Instants as HTTP writes them (RFC 9110 section 5.6.7): one form to send, three to understand.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// `Sun, 06 Nov 1994 08:49:37 GMT`
std::string to_http_date(std::chrono::sys_seconds at);

/// Also the forms of RFC 850 and `asctime`. Two digits of a year mean the one that is at most 50 years after `now`.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text, std::chrono::sys_seconds now);

}  // namespace tael
