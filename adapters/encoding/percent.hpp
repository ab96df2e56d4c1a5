// Percent-encoding (RFC 3986, section 2.1), as addresses and forms have it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// What `+` stands for: in a form it is a space, in an address it is itself.
enum class Plus : std::uint8_t { itself, space };

/// Nothing when a `%` is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text, Plus plus);

/// Everything but unreserved characters, in upper-case hex: fits into a path, a query or a form.
std::string percent_encoded(std::string_view text);

}  // namespace tael
