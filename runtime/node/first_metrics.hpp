// Counters that exist before they count. `increase()` of a series that appears with its first event is nothing, so the
// first crash, the first refused callback would be missed by the very rules that wait for it.
#pragma once

#include "actors/ports/meter.hpp"
#include "runtime/config/config.hpp"

namespace tael {

/// Shows every counter with the labels that this configuration can give it, at zero.
void show_from_start(Meter& meter, const config::Config& config);

}  // namespace tael
