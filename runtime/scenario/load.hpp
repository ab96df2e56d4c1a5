// Arrivals: orders that come by a rate, are paid by a mix of paths, and whose payers sometimes walk away, pay twice
// or want their money back.
#pragma once

#include "runtime/scenario/story.hpp"

#include <cstddef>

namespace tael::scenario {

class Customers;
struct Town;

/// Puts the whole load on the agenda, arrival by arrival. `load` outlives the town.
void begin_load(Town& town, Customers& customers, const Load& load, std::size_t no);

}  // namespace tael::scenario
