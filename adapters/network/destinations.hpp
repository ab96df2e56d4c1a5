// Where notices may go. Businesses choose the addresses, so a node calls the public network only: whoever could send it
// to its own machine, its neighbours or a cloud's metadata would ask them in its name. Operators list the exceptions.
#pragma once

#include "adapters/network/address.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// How one entry of `notices.allow` must look.
inline constexpr std::string_view allowance_words =
    "host name, IP address or network such as 10.0.0.0/8, without scheme, port or wildcard";
bool is_allowance(std::string_view text);

class Destinations {
 public:
  /// Only the public network.
  Destinations() = default;
  /// A name among `allowed` stands for whatever it leads to, an address or network for itself whatever leads there.
  /// `operators_port` of this machine is never called, allowed or not; 0: there is none.
  explicit Destinations(const std::vector<std::string>& allowed, std::uint16_t operators_port = 0);

  /// Why nobody is called at `url`, as far as can be told without asking a resolver: it is no web address, or its host
  /// is a number that is not public, or a name for this machine. Empty when it may be tried.
  std::string refusal_of(std::string_view url) const;
  /// Why no connection is made to `address`, which `host` led to. Empty when it may be made.
  std::string refusal_of(std::string_view host, const IpAddress& address, std::uint16_t port) const;

 private:
  bool is_allowed(std::string_view host) const;

  std::vector<std::string> names_;
  std::vector<Network> networks_;
  std::uint16_t operators_port_ = 0;
};

}  // namespace tael
