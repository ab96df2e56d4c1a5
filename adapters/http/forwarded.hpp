// Who asks, where proxies stand in front. Anybody may write `X-Forwarded-For`: what it says counts as far as a trusted
// proxy wrote it.
#pragma once

#include "adapters/http/server.hpp"
#include "adapters/network/address.hpp"

#include <string>
#include <vector>

namespace tael {

/// The address that asked: the peer's own, and behind one of `proxies` the last of `X-Forwarded-For` that is none of
/// them. What cannot be read ends the walk at the proxy that handed it on.
std::string client_address(const ServerRequest& request, const std::vector<Network>& proxies);

/// Whether one of `proxies` says that the client came over TLS.
bool came_encrypted(const ServerRequest& request, const std::vector<Network>& proxies);

}  // namespace tael
