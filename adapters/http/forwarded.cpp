#include "adapters/http/forwarded.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string_view>

namespace tael {
namespace {

bool is_proxy(const std::optional<IpAddress>& address, const std::vector<Network>& proxies) {
  return address && std::ranges::any_of(proxies, [&](const Network& proxy) { return proxy.contains(*address); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]:5678`: some proxies write the port too.
std::optional<IpAddress> read_hop(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('[')) return read_address(text.substr(1, std::min(text.find(']'), text.size()) - 1));
  if (std::ranges::count(text, ':') == 1) text = text.substr(0, text.find(':'));
  return read_address(text);
}

/// All hops in the order they were written: a header that comes twice goes on where the first ended.
std::vector<std::string_view> hops_of(const ServerRequest& request) {
  std::vector<std::string_view> hops;
  for (const auto& [name, value] : request.headers) {
    if (name != "x-forwarded-for") continue;
    for (const auto part : std::views::split(std::string_view{value}, ',')) hops.emplace_back(part.begin(), part.end());
  }
  return hops;
}

}  // namespace

std::string client_address(const ServerRequest& request, const std::vector<Network>& proxies) {
  if (!is_proxy(read_address(request.remote), proxies)) return request.remote;
  std::string client = request.remote;
  for (const auto hop : std::views::reverse(hops_of(request))) {
    const auto address = read_hop(hop);
    if (!address) break;
    client = to_text(*address);
    if (!is_proxy(address, proxies)) break;
  }
  return client;
}

bool came_encrypted(const ServerRequest& request, const std::vector<Network>& proxies) {
  const auto* scheme = find_header(request.headers, "x-forwarded-proto");
  return scheme != nullptr && *scheme == "https" && is_proxy(read_address(request.remote), proxies);
}

}  // namespace tael
