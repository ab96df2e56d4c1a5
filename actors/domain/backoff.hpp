// How long to wait before the next try, as arithmetic. The dice value comes in as an argument, so
// the same roll gives the same wait and a test can name both ends of the range.
#pragma once

#include "actors/domain/time.hpp"

#include <cstdint>

namespace tael {

/// `first`, twice that, four times that... `doublings` times, and never more than `longest`.
constexpr Duration doubled(Duration first, Duration longest, int doublings) {
  Duration wait = first;
  for (int i = 0; i < doublings && wait < longest; ++i) wait *= 2;
  return wait < longest ? wait : longest;
}

/// `wait` give or take `percent` of it: spreads what would otherwise happen everywhere at once.
constexpr Duration spread(Duration wait, int percent, std::uint64_t dice) {
  const auto reach = wait.count() * percent / 100;
  return wait - Duration{reach} +
         Duration{static_cast<std::int64_t>(dice % (2 * static_cast<std::uint64_t>(reach) + 1))};
}

/// Between half of `wait` and all of it: never longer than promised, never in step with others.
constexpr Duration upper_half(Duration wait, std::uint64_t dice) {
  const auto half = wait.count() / 2;
  return Duration{half + static_cast<std::int64_t>(dice % (static_cast<std::uint64_t>(half) + 1))};
}

namespace proof {

static_assert(doubled(Duration{200}, Duration{30'000}, 0) == Duration{200});
static_assert(doubled(Duration{200}, Duration{30'000}, 3) == Duration{1'600});
static_assert(doubled(Duration{200}, Duration{30'000}, 1'000'000) == Duration{30'000}, "no overflow however many");
static_assert(spread(Duration{5'000}, 20, 0) == Duration{4'000} &&
              spread(Duration{5'000}, 20, 2'000) == Duration{6'000});
static_assert(upper_half(Duration{200}, 0) == Duration{100} && upper_half(Duration{200}, 100) == Duration{200});

}  // namespace proof
}  // namespace tael
