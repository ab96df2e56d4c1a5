// Hexadecimal digits: written small, read in either case.
#pragma once

#include <string>
#include <string_view>

namespace tael {

/// 0 to 15; -1 when `c` is no digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string to_hex(std::string_view bytes);

/// Empty when it is not hex.
std::string from_hex(std::string_view hex);

}  // namespace tael
