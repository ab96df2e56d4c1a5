#include "runtime/api/callback_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <string>

namespace tael {
namespace {

constexpr int port_max = 65'535;
constexpr std::size_t host_name_max = 253, host_label_max = 63;  // RFC 1035 section 2.3.4.

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return inet_pton(AF_INET6, std::string{text}.c_str(), &address) == 1;
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > host_name_max) return false;
  std::size_t label = 0;
  char before = '.';
  for (const char c : text) {
    if (c == '.') {
      if (label == 0 || before == '-') return false;
      label = 0;
    } else if (is_digit(c) || is_letter(c) || c == '_' || (c == '-' && label > 0)) {
      if (++label > host_label_max) return false;
    } else {
      return false;
    }
    before = c;
  }
  return before != '-';  // One dot at the end is the DNS root.
}

/// What stands behind the host: nothing, or a colon and the port.
bool is_port_or_nothing(std::string_view text) {
  if (text.empty()) return true;
  const auto digits = text.substr(1);
  int port = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return text.front() == ':' && error == std::errc{} && stop == digits.data() + digits.size() && port >= 1 &&
         port <= port_max;
}

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end != std::string_view::npos && is_ipv6(text.substr(1, end - 1)) &&
           is_port_or_nothing(text.substr(end + 1));
  }
  const auto colon = std::min(text.find(':'), text.size());
  return is_host_name(text.substr(0, colon)) && is_port_or_nothing(text.substr(colon));
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
  const auto scheme = text.find("://");
  if (text.substr(0, scheme) != "http" && text.substr(0, scheme) != "https") return false;
  const auto rest = text.substr(scheme + 3);
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  return is_authority(rest.substr(0, end)) && is_path_and_query(rest.substr(end));
}

}  // namespace tael
