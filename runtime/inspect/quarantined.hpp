// Messages that a former life of the node kept from adapters.
#pragma once

#include <string>
#include <vector>

namespace tael {

/// As `Quarantine` takes them: a channel and a message of it. Not those whose alert somebody has resolved.
std::vector<std::string> quarantined_messages(const std::string& store_url);

}  // namespace tael
