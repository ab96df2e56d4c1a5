// Arrivals: orders that come by a rate, are paid by a mix of paths, and whose payers sometimes walk away, pay twice
// or want their money back.
#pragma once

#include "runtime/scenario/stage.hpp"

namespace tael::scenario {

/// Puts the whole load on the agenda, arrival by arrival. `load` outlives the stage.
void begin_load(Stage& stage, const Load& load, std::size_t no);

}  // namespace tael::scenario
