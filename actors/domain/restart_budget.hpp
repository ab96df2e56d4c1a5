// How often something may crash before its supervisor stops restarting it, as arithmetic.
//
// A crash is answered by a wait that doubles; too many crashes in a sliding window park it, for a time
// that doubles as well. After a park there is one start: if that one crashes soon, it parks again at once.
#pragma once

#include "actors/domain/backoff.hpp"
#include "actors/domain/policy.hpp"

#include <algorithm>
#include <vector>

namespace tael {

/// The longest park. A channel that has been down this long is worth a look every hour.
inline constexpr Duration park_max = 60min;

struct RestartBudget {
  std::vector<TimePoint> crashes;  ///< Of the sliding window, oldest first.
  TimePoint started_at{};
  int waits = 0;              ///< Restarts in a row without a calm period between them.
  int parks = 0;              ///< Parks in a row.
  bool on_probation = false;  ///< The last start followed a park.
  friend bool operator==(const RestartBudget&, const RestartBudget&) = default;
};

struct RestartDecision {
  bool park = false;  ///< Out of budget: closed until `wait` is over, then one more start.
  Duration wait{0};
};

constexpr void on_start(RestartBudget& budget, TimePoint now) { budget.started_at = now; }

/// What to do about a crash. A life as long as the window is calm and clears the waits; one as long as
/// a park clears the parks too.
constexpr RestartDecision on_crash(RestartBudget& budget, const RestartPolicy& policy, TimePoint now,
                                   std::uint64_t dice) {
  const Duration lived = now - budget.started_at;
  if (lived >= policy.within) {
    budget.waits = 0;
    budget.on_probation = false;
  }
  if (lived >= policy.parked_for) budget.parks = 0;
  std::erase_if(budget.crashes, [&](TimePoint at) { return at <= now - policy.within; });
  budget.crashes.push_back(now);
  if (budget.on_probation || std::ssize(budget.crashes) > policy.restarts_max) {
    const Duration longest = std::max(park_max, policy.parked_for);
    const Duration wait = doubled(policy.parked_for, longest, budget.parks);
    budget = {.crashes = {}, .started_at = now, .waits = 0, .parks = budget.parks + 1, .on_probation = true};
    return {.park = true, .wait = wait};
  }
  return {.park = false, .wait = upper_half(doubled(policy.backoff_min, policy.backoff_max, budget.waits++), dice)};
}

}  // namespace tael
