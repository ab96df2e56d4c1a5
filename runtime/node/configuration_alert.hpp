// The alert about a configuration that a running node was to start anew with and could not: raised by the node that
// stays up, ended by the start that took one.
#pragma once

#include "actors/ports/store.hpp"
#include "runtime/config/error.hpp"

#include <string>
#include <vector>

namespace tael {

/// What is remembered when `refusals`, at least one, keep a node from starting anew.
Commit configuration_refused(const std::string& node, const std::vector<config::Error>& refusals, TimePoint now);

/// What is remembered when a node has started.
Commit configuration_taken(const std::string& node, TimePoint now);

}  // namespace tael
