// Text inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace tael::scenario {

/// Safe as text and in a quoted attribute; what XML cannot hold becomes a question mark.
inline std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  return out;
}

}  // namespace tael::scenario
