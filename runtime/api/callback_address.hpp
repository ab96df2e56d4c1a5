// What a business may write where it names an address of its own (`notify_url`, `cancel_url`): what RFC 3986 and so the
// `format: uri` of openapi.yaml take, and nothing that two readers could understand differently.
#pragma once

#include <string_view>

namespace tael {

/// An absolute http or https URL with a host, without user info or fragment. The host is a name of letters, digits,
/// hyphens and dots, an IPv4 address, or an IPv6 address in brackets; the port is from 1 to 65535; `%` is followed by
/// two hexadecimal digits; anything else that needs escaping is escaped.
bool is_callback_address(std::string_view text);

}  // namespace tael
