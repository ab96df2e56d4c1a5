// IP addresses as values: read in every spelling that some resolver takes for a number, and told apart into what the
// whole world reaches and what it does not.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace tael {

/// IPv4 stands as IPv6 maps it, ::ffff:a.b.c.d: one address has one value, however it was spelled.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// As people write them: four decimal numbers, or IPv6 without brackets and zone.
std::optional<IpAddress> read_address(std::string_view text);

/// Also what `inet_aton` and with it most resolvers take: `2130706433`, `0x7f.1`, `0177.0.0.1`.
std::optional<IpAddress> read_any_spelling(std::string_view text);

/// Of a socket address; nothing for a family that is neither.
std::optional<IpAddress> address_of(const sockaddr& from);

/// Mapped addresses as IPv4.
std::string to_text(const IpAddress& address);

/// What keeps an address off the public network (`loopback`, `private`, ...); empty for a public one. What IPv6 carries
/// of IPv4 (mapped, NAT64, 6to4) is judged as IPv4.
std::string_view seclusion_of(const IpAddress& address);

/// An address or a CIDR network.
struct Network {
  IpAddress base;
  int bits = 128;  ///< Of all 128.
  bool contains(const IpAddress& address) const;
};

/// `10.0.0.0/8`, `fd00::/8`, or one address. Nothing when it is neither, or has bits behind its prefix.
std::optional<Network> read_network(std::string_view text);

/// Whether a connection to `address` would come back to this machine.
bool is_of_this_machine(const IpAddress& address);

}  // namespace tael
