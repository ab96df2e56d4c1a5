#include "runtime/api/callback_address.hpp"

#include "adapters/network/web_host.hpp"

#include <algorithm>
#include <ranges>

namespace tael {
namespace {

constexpr std::size_t host_label_max = 63;  // RFC 1035 section 2.3.4.

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// No part between dots begins or ends with a hyphen (RFC 1123 section 2.1), or is longer than a resolver takes.
bool has_fair_labels(std::string_view host) {
  for (const auto part : std::views::split(host, '.')) {
    const std::string_view label{part.begin(), part.end()};
    if (label.starts_with('-') || label.ends_with('-') || label.size() > host_label_max) return false;
  }
  return true;
}

/// `pchar`, `/` and `?` of RFC 3986.
bool is_path_and_query(std::string_view text) {
  constexpr std::string_view marks = "-._~!$&'()*+,;=:@/?";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
    } else if (!is_digit(c) && !is_letter(c) && marks.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool is_callback_address(std::string_view text) {
  const auto at = web_host_of(text);
  if (!at || !has_fair_labels(at->host)) return false;
  const auto rest = text.substr(text.find("://") + 3);
  return is_path_and_query(rest.substr(std::min(rest.find_first_of("/?#"), rest.size())));
}

}  // namespace tael
