// Makes a failing story small: fewer orders, fewer faults, shorter, and still the same broken promise. What is left is
// what the failure needs.
#pragma once

#include "runtime/scenario/player.hpp"

#include <functional>
#include <string>

namespace tael::scenario {

struct ShrinkBudget {
  int plays_max = 4000;
  double seconds_max = 90;  ///< On the wall.
};

struct Shrunk {
  Story story;          ///< Fails when it is played with its own seed, unless `promise` is empty.
  std::string promise;  ///< What breaks, with numbers and names of rows left out.
  int plays = 0;
};

/// A sentence about something broken, without what differs from play to play.
std::string promise_of(const std::string& broken);

/// `promise` is empty when the story holds under these options. `progress` hears a line whenever it got smaller.
Shrunk shrink(const Story& story, const PlayOptions& options, const ShrinkBudget& budget,
              const std::function<void(const std::string&)>& progress);

}  // namespace tael::scenario
