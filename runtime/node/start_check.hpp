// What a node refuses of a configuration that reads well, found without a store, a port or an institution.
#pragma once

#include "runtime/config/config.hpp"
#include "runtime/config/config_command.hpp"

#include <string>
#include <vector>

namespace tael {

/// Every channel's adapter is made as a node makes it, and let go again.
std::vector<config::Error> refusals_of(const config::Config& config);

/// For `tael config check`: the same with the lines in which the keys at fault stand, and what the store of a node that
/// runs says to this configuration. Notes tell what is retired, which callbacks lead nowhere, and when the store could
/// not be looked at.
config::Findings findings_of(const std::string& folder, const config::Config& config);

/// What is wrong with a folder for a node that runs and would be started anew with it; its store is at `store_url`.
std::vector<config::Error> refusals_of_restart(const std::string& folder, const std::string& node_name,
                                               const std::string& store_url);

/// Callback addresses at which this node does not listen, as sentences.
std::vector<std::string> callbacks_that_lead_nowhere(const config::Config& config);

}  // namespace tael
