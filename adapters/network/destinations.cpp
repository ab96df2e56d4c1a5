#include "adapters/network/destinations.hpp"

#include "adapters/network/web_host.hpp"

#include <algorithm>

namespace tael {
namespace {

/// A name as it is compared: in small letters, without a dot at the end. Empty when it is none, or stands for a number.
std::string name_of_host(std::string_view text) {
  const auto at = web_host_of("http://" + std::string{text});
  const bool has_more = text.find_first_of(":/?#") != std::string_view::npos;
  return !at || has_more || read_any_spelling(at->host) ? std::string{} : at->host;
}

/// RFC 6761 section 6.3.
bool is_localhost(std::string_view host) { return host == "localhost" || host.ends_with(".localhost"); }

}  // namespace

bool is_allowance(std::string_view text) { return read_network(text).has_value() || !name_of_host(text).empty(); }

Destinations::Destinations(const std::vector<std::string>& allowed, std::uint16_t operators_port)
    : operators_port_(operators_port) {
  for (const auto& entry : allowed) {
    if (const auto network = read_network(entry))
      networks_.push_back(*network);
    else if (auto name = name_of_host(entry); !name.empty())
      names_.push_back(std::move(name));
  }
}

bool Destinations::is_allowed(std::string_view host) const { return std::ranges::find(names_, host) != names_.end(); }

std::string Destinations::refusal_of(std::string_view url) const {
  const auto at = web_host_of(url);
  if (!at) return "is no http or https address that we call";
  if (const auto address = read_any_spelling(at->host)) return refusal_of(at->host, *address, at->port);
  const auto leads_to = [&](std::string_view loopback) {
    return refusal_of(at->host, read_address(loopback).value_or(IpAddress{}), at->port);
  };
  // Where it leads to of the two is known when it is called.
  if (is_localhost(at->host) && !leads_to("::1").empty()) return leads_to("127.0.0.1");
  return {};
}

std::string Destinations::refusal_of(std::string_view host, const IpAddress& address, std::uint16_t port) const {
  const auto text = to_text(address);
  const auto leads = host == text ? text : std::string{host} + " leads to " + text + ", which";
  if (operators_port_ != 0 && port == operators_port_ && is_of_this_machine(address))
    return leads + " with port " + std::to_string(port) + " is where this node hears its operators";
  const auto seclusion = seclusion_of(address);
  const bool allowed = std::ranges::any_of(networks_, [&](const Network& each) { return each.contains(address); });
  if (seclusion.empty() || allowed || is_allowed(host)) return {};
  return leads + " is not public (" + std::string{seclusion} + "), and 'notices.allow' in node.yaml does not list it";
}

}  // namespace tael
