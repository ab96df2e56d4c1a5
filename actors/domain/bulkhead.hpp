// How many calls of one kind may be out at a channel, as arithmetic. A channel that asks for less (429) gets less at
// once and more again step by step: additive increase, multiplicative decrease.
#pragma once

#include <algorithm>

namespace tael {

struct Bulkhead {
  int limit = 1;
  int in_flight = 0;
  int calm = 0;  ///< Calls that came back unthrottled since the limit last moved.
  constexpr bool has_room() const { return in_flight < limit; }
};

constexpr void take(Bulkhead& bulkhead) { bulkhead.in_flight += 1; }

constexpr void give_back(Bulkhead& bulkhead, bool throttled, int limit_max) {
  bulkhead.in_flight -= 1;
  if (throttled) {
    bulkhead.limit = std::max(1, bulkhead.limit * 8 / 10);
    bulkhead.calm = 0;
  } else if (++bulkhead.calm >= bulkhead.limit && bulkhead.limit < limit_max) {
    bulkhead.limit += 1;
    bulkhead.calm = 0;
  }
}

namespace proof {

constexpr int limit_after(int throttled, int calm) {
  Bulkhead bulkhead{.limit = 10};
  for (int i = 0; i < throttled; ++i) take(bulkhead), give_back(bulkhead, true, 10);
  for (int i = 0; i < calm; ++i) take(bulkhead), give_back(bulkhead, false, 10);
  return bulkhead.limit;
}
static_assert(limit_after(1, 0) == 8 && limit_after(2, 0) == 6);
static_assert(limit_after(1, 8) == 9 && limit_after(1, 1'000) == 10, "back, and never beyond");
static_assert(limit_after(100, 0) == 1, "one call always may try");

}  // namespace proof
}  // namespace tael
