// `tael bench breaker`: what a decision of the breakers costs, in the core and through the actors, and beside what
// other people's breakers cost, measured in the same run by a program of theirs (tests/judges/breakers_bench.mjs).
#pragma once

#include "runtime/bench/breaker_loops.hpp"
#include "runtime/bench/machine.hpp"

#include <string>
#include <vector>

namespace tael::bench {

struct BreakerBenchOptions {
  int calls = 200'000;  ///< Of each loop.
  int callers = 16;     ///< Of the loop under load.
  int rounds = 3;       ///< The median is told.
  std::string beside;   ///< A script for Node.js that measures others; empty: nobody.
  bool json = false;
};

/// Somebody else's breaker as their program measured it.
struct OtherBreaker {
  std::string name, version;
  int levels = 0;
  std::int64_t calls = 0;
  double mean_ns = 0, p50_us = 0, p99_us = 0, p999_us = 0;
};

struct BreakerRound {
  double core_ns = 0;
  ActorLoop alone, loaded;
  std::vector<OtherBreaker> others;
};

/// 0 when it was measured and no healthy path refused, 74 when it could not be.
int bench_breaker(const BreakerBenchOptions& options);

}  // namespace tael::bench
