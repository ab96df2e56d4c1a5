// Base64 (RFC 4648, section 4), read strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tael {

std::string to_base64(std::string_view bytes);

/// The bytes that encode to exactly this text; so a key or a signature has one spelling. The standard alphabet with
/// padding, no blanks, no bits left over. Nothing for anything else, and for an empty text.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tael
