// What the operators' listener goes by, from the node's configuration.
#pragma once

#include "adapters/network/address.hpp"
#include "runtime/admin/admin_api.hpp"
#include "runtime/config/node.hpp"

#include <vector>

namespace tael {

/// Whose word about the caller's address is taken.
std::vector<Network> proxies_of(const config::ListenConfig& listen);
/// Every token, with its role; the one without a name is `admin`.
std::vector<AdminToken> admin_tokens_of(const config::NodeConfig& node);

}  // namespace tael
