// The host and port of a web address, read so strictly that no two readers can differ about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

struct WebHost {
  std::string host;  ///< In small letters, without brackets and without a dot at the end.
  std::uint16_t port = 0;
  friend bool operator==(const WebHost&, const WebHost&) = default;
};

/// Of `http://` and `https://` addresses whose host is a name of letters, digits, `-`, `_` and `.`, or an IP address
/// (IPv6 in brackets, without a zone), with a port from 1 to 65535 or none. Nothing for all else: user info, escapes
/// in the host, other schemes.
std::optional<WebHost> web_host_of(std::string_view url);

}  // namespace tael
