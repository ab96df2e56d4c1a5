// What a node refuses of a configuration that reads well, found without a store, a port or an institution.
#pragma once

#include "runtime/config/config.hpp"

#include <string>
#include <vector>

namespace tael {

/// Every channel's adapter is made as a node makes it, and let go again.
std::vector<config::Error> refusals_of(const config::Config& config);

/// The same with the lines in which the keys at fault stand, for `tael config check`.
std::vector<config::Error> node_refuses(const std::string& folder, const config::Config& config);

}  // namespace tael
