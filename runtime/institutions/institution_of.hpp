// From a channel's configuration to the institution at its other end: whatever the adapter verifies with, the
// institution signs with, and the other way round.
#pragma once

#include "adapters/simulated/institution_options.hpp"
#include "runtime/config/channel.hpp"

namespace tael {

/// Throws std::invalid_argument when a key is missing or cannot be read, naming the channel and the key.
InstitutionOptions institution_of(const config::ChannelConfig& channel);

}  // namespace tael
