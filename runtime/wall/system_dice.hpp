// The system's random source, fit for ids and nonces. Each thread draws a handful at a time, so a roll
// costs neither a lock nor, most times, a system call.
#pragma once

#include "actors/ports/dice.hpp"

namespace tael {

class SystemDice final : public Dice {
 public:
  /// Throws std::system_error when the system has no random bits to give: there is nothing to fall back on.
  std::uint64_t roll() override;
};

}  // namespace tael
