// What the node writes for a payment, recorded: the production actors, the channel's adapter and the institution run
// payments one after the other in this process, over a store that only takes notes.
#pragma once

#include "actors/ports/store.hpp"
#include "runtime/bench/world.hpp"

#include <vector>

namespace tael::bench {

struct RecordedPayment {
  int shop = 0;
  std::vector<Commit> commits;  ///< In the order they were written; all payments have the same number of them.
};

/// Payments of one shop build on each other (its account's versions), so each shop's are replayed in this order.
std::vector<RecordedPayment> record_payments(const ConfigFolder& folder, int count);

}  // namespace tael::bench
