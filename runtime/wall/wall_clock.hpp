// The clock on the wall. Scenarios and tests have a `Clock` of their own that they turn by hand.
#pragma once

#include "actors/ports/clock.hpp"

namespace tael {

class WallClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }
};

}  // namespace tael
