#include "adapters/network/web_host.hpp"

#include "adapters/network/address.hpp"

#include <algorithm>
#include <charconv>

namespace tael {
namespace {

constexpr std::size_t host_bytes_max = 253;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= host_bytes_max && text.front() != '.' &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
         });
}

/// An empty one, as in `http://host:/`, is read differently by different readers.
std::optional<std::uint16_t> read_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc{} || stop != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::optional<WebHost> web_host_of(std::string_view url) {
  const bool is_tls = url.starts_with("https://");
  if (!is_tls && !url.starts_with("http://")) return std::nullopt;
  url.remove_prefix(is_tls ? 8 : 7);
  const auto authority = url.substr(0, url.find_first_of("/?#"));
  const bool bracketed = authority.starts_with('[');
  const auto end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  WebHost at{std::string{bracketed ? authority.substr(1, end - 1) : authority.substr(0, end)},
             static_cast<std::uint16_t>(is_tls ? 443 : 80)};
  for (char& c : at.host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (bracketed ? at.host.find(':') == std::string::npos || !read_address(at.host) : !is_name(at.host))
    return std::nullopt;
  if (at.host.ends_with('.')) at.host.pop_back();
  const auto rest = end == std::string_view::npos ? std::string_view{} : authority.substr(end + (bracketed ? 1 : 0));
  if (rest.empty()) return at;
  const auto port = rest.front() == ':' ? read_port(rest.substr(1)) : std::nullopt;
  if (!port) return std::nullopt;
  at.port = *port;
  return at;
}

}  // namespace tael
