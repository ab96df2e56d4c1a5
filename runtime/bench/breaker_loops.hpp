// The loops that `tael bench breaker` measures: permit + report in the core alone, and through the production actors on
// the production scheduler.
#pragma once

#include "runtime/bench/latencies.hpp"

#include <cstdint>

namespace tael::bench {

/// Nanoseconds of one permit + report over three levels, the mean of `calls`.
double core_loop(int calls);

struct ActorLoop {
  int callers = 0;
  std::int64_t calls = 0;
  std::int64_t refused = 0;  ///< Of healthy paths, so there must be none.
  double seconds = 0;
  Latencies permit;  ///< From asking to the permit in hand.
  /// Permit + report: from one permit in hand to the next, between which the report was heard. Its actor hears in
  /// order.
  Latencies round_trip;
  double rate() const { return static_cast<double>(calls) / seconds; }
};

/// `callers` actors, each asking, reporting and asking again without a pause, until all have made `calls` together.
ActorLoop actor_loop(int callers, int calls);

}  // namespace tael::bench
