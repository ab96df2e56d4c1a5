// One clock: production reads the wall, scenarios and tests turn it by hand.
#pragma once

#include "actors/domain/time.hpp"

namespace tael {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time in UTC. May be called from any thread.
  virtual TimePoint now() const = 0;
};

}  // namespace tael
