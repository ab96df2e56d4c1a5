// Windows: turns a story can take that a blind search would miss. Every play says which it went through, and exploring
// adds them up: a window nobody ever hit proves nothing about what is behind it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tael::scenario {

struct Stage;

struct Window {
  std::string_view name;
  bool at_a_death = false;  ///< Looked for when the node dies; the others when the play has ended.
  bool (*was_hit)(Stage& stage) = nullptr;
};

std::span<const Window> windows();

/// A set of windows: bit i is the table's row i.
using WindowSet = std::uint64_t;
WindowSet windows_of_a_death(Stage& stage);
WindowSet windows_of_the_end(Stage& stage);

}  // namespace tael::scenario
