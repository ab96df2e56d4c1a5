// One dice: production rolls the system's random source, scenarios a seeded one.
#pragma once

#include <cstdint>

namespace tael {

class Dice {
 public:
  virtual ~Dice() = default;
  /// 64 uniformly distributed bits. May be called from any thread.
  virtual std::uint64_t roll() = 0;
};

}  // namespace tael
