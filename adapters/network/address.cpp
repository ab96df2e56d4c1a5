#include "adapters/network/address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tael {
namespace {

constexpr std::size_t v4_at = 12;  // Where IPv4 stands in a mapped address.
constexpr int v4_prefix_bits = 96;

IpAddress mapped(const in_addr& v4) {
  IpAddress address;
  address.bytes[10] = address.bytes[11] = 0xff;
  std::memcpy(address.bytes.data() + v4_at, &v4, sizeof v4);
  return address;
}

IpAddress as_is(const in6_addr& v6) {
  IpAddress address;
  std::memcpy(address.bytes.data(), &v6, sizeof v6);
  return address;
}

/// The IPv4 address that stands at `at` in an IPv6 one.
IpAddress carried(const IpAddress& by, std::size_t at) {
  in_addr v4{};
  std::memcpy(&v4, by.bytes.data() + at, sizeof v4);
  return mapped(v4);
}

struct Row {
  std::array<std::uint8_t, 8> base;  ///< The first bytes: of IPv4 four of them.
  int bits;
  std::string_view seclusion;
};

// clang-format off
/// IANA's registry of special purposes: what is not reached from everywhere.
constexpr auto v4_rows = std::to_array<Row>({
    {{0},              8,  "unspecified"},
    {{10},             8,  "private"},
    {{100, 64},        10, "shared behind a carrier's NAT"},
    {{127},            8,  "loopback"},
    {{168, 63, 129, 16}, 32, "a cloud's own service"},  // Azure's; other clouds' metadata is link-local or shared.
    {{169, 254},       16, "link-local"},
    {{172, 16},        12, "private"},
    {{192, 0, 0},      24, "for protocols"},
    {{192, 0, 2},      24, "for documentation"},
    {{192, 88, 99},    24, "a relay of 6to4"},
    {{192, 168},       16, "private"},
    {{198, 18},        15, "for benchmarks"},
    {{198, 51, 100},   24, "for documentation"},
    {{203, 0, 113},    24, "for documentation"},
    {{224},            4,  "multicast"},
    {{240},            4,  "reserved"},
});
constexpr auto v6_rows = std::to_array<Row>({
    {{0xfc},                   7,  "private"},
    {{0xfe, 0x80},             10, "link-local"},
    {{0xfe, 0xc0},             10, "private"},
    {{0xff},                   8,  "multicast"},
    {{0x20, 0x01},             23, "for protocols"},  // Teredo and ORCHID among them.
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "for documentation"},
    {{0x3f, 0xff},             20, "for documentation"},
});
constexpr Row global_v6{{0x20}, 3, {}};
constexpr Row nat64{{0, 0x64, 0xff, 0x9b}, 96, {}}, six_to_four{{0x20, 0x02}, 16, {}};
// clang-format on

bool begins_with(const std::uint8_t* bytes, const std::uint8_t* prefix, std::size_t prefix_bytes, int bits) {
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const auto mask = static_cast<std::uint8_t>(bits >= 8 ? 0xff : 0xff << (8 - bits));
    const std::uint8_t wanted = i < prefix_bytes ? prefix[i] : 0;
    if ((bytes[i] & mask) != (wanted & mask)) return false;
  }
  return true;
}

bool fits(const Row& row, const std::uint8_t* bytes) {
  return begins_with(bytes, row.base.data(), row.base.size(), row.bits);
}

std::string_view seclusion_in(const auto& rows, const std::uint8_t* bytes) {
  const auto row = std::ranges::find_if(rows, [&](const Row& each) { return fits(each, bytes); });
  return row == rows.end() ? std::string_view{} : row->seclusion;
}

}  // namespace

bool IpAddress::is_v4() const {
  const auto zeros = std::ranges::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; });
  return zeros && bytes[10] == 0xff && bytes[11] == 0xff;
}

std::optional<IpAddress> read_address(std::string_view text) {
  const std::string whole{text};
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, whole.c_str(), &v4) == 1) return mapped(v4);
  if (inet_pton(AF_INET6, whole.c_str(), &v6) == 1) return as_is(v6);
  return std::nullopt;
}

std::optional<IpAddress> read_any_spelling(std::string_view text) {
  if (const auto address = read_address(text)) return address;
  in_addr v4{};
  // What follows a blank `inet_aton` does not look at.
  if (text.find_first_of(" \t\r\n") == std::string_view::npos && inet_aton(std::string{text}.c_str(), &v4) == 1)
    return mapped(v4);
  return std::nullopt;
}

std::optional<IpAddress> address_of(const sockaddr& from) {
  if (from.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from, sizeof v4);
    return mapped(v4.sin_addr);
  }
  if (from.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &from, sizeof v6);
  return as_is(v6.sin6_addr);
}

std::string to_text(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = address.is_v4();
  inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? v4_at : 0), text.data(), text.size());
  return text.data();
}

std::string_view seclusion_of(const IpAddress& address) {
  const auto* bytes = address.bytes.data();
  if (address.is_v4()) return seclusion_in(v4_rows, bytes + v4_at);
  if (fits(nat64, bytes)) return seclusion_of(carried(address, v4_at));
  if (fits(six_to_four, bytes)) return seclusion_of(carried(address, 2));
  if (address == IpAddress{}) return "unspecified";
  constexpr IpAddress loopback{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  if (address == loopback) return "loopback";
  if (const auto known = seclusion_in(v6_rows, bytes); !known.empty()) return known;
  return fits(global_v6, bytes) ? std::string_view{} : "reserved";
}

bool Network::contains(const IpAddress& address) const {
  return begins_with(address.bytes.data(), base.bytes.data(), base.bytes.size(), bits);
}

std::optional<Network> read_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = read_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, 128};
  if (slash == std::string_view::npos) return network;
  const auto digits = text.substr(slash + 1);
  const int bits_max = address->is_v4() && text.find(':') == std::string_view::npos ? 32 : 128;
  int bits = -1;
  const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (failed != std::errc{} || stop != digits.data() + digits.size() || bits < 0 || bits > bits_max)
    return std::nullopt;
  network.bits = bits_max == 32 ? bits + v4_prefix_bits : bits;
  for (std::size_t i = 0; i < network.base.bytes.size(); ++i) {
    const int of_this_byte = std::clamp(network.bits - static_cast<int>(i) * 8, 0, 8);
    if ((network.base.bytes[i] & (0xff >> of_this_byte)) != 0) return std::nullopt;
  }
  return network;
}

bool is_of_this_machine(const IpAddress& address) {
  // The kernel takes the unspecified address for this machine.
  const auto seclusion = seclusion_of(address);
  if (seclusion == "loopback" || seclusion == "unspecified") return true;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return true;  // Unknown is no permission.
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all{first, &freeifaddrs};
  for (const auto* each = all.get(); each != nullptr; each = each->ifa_next)
    if (each->ifa_addr != nullptr && address_of(*each->ifa_addr) == address) return true;
  return false;
}

}  // namespace tael
