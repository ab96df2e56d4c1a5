// Work spread over processes. Each is a copy of this one, so no two plays share anything, and one that crashes takes
// nothing else with it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace tael::scenario {

struct Spread {
  std::size_t count = 0;  ///< Pieces of work, numbered from 0.
  int jobs = 1;           ///< Processes; with one, everything happens in this one.
  /// Does one piece, in one of the processes; answers one line.
  std::function<std::string(std::size_t no)> work;
  /// Hears of each piece here, in the order they end; false stops all. An empty line: its process died of it.
  std::function<bool(std::size_t no, const std::string& line)> done;
  /// Called here at least every second.
  std::function<void()> still_working;
};

/// False when `done` stopped it.
bool spread(const Spread& all);

}  // namespace tael::scenario
