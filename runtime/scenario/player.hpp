// Plays a story from one seed: the production actors on one thread, as fast as the work, every promise checked on the
// way. The same story and seed give the same trace, byte for byte.
#pragma once

#include "runtime/scenario/chronicle.hpp"
#include "runtime/scenario/story.hpp"
#include "runtime/scenario/windows.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tael::scenario {

struct PlayOptions {
  std::uint64_t seed = 1;
  bool keeps_lines = false;  ///< Of the trace; the digest is there without them.
  std::optional<Duration> until{};
  /// Exploring: the node dies once, at this passage of any crash point (counted from 0). What the
  /// story expects does not bind then: another death is another story. Every promise does, and `always`.
  std::optional<int> dies_at_passage{};
  bool moves_faults = false;     ///< Exploring: the faults come at other times, which the seed draws. As above.
  bool keeps_chronicle = false;  ///< For a timeline.
  bool keeps_deeds = false;      ///< What the load made customers do, as sentences of a script.
};

struct Outcome {
  std::vector<std::string> broken;    ///< Promises and expectations, the first first; empty when all held.
  std::vector<Duration> broken_when;  ///< Each, since the start.
  Duration broken_at{0};              ///< Since the start.
  std::vector<std::string> notes;     ///< Sentences of the file that were played and changed nothing.
  std::vector<std::string> lines;
  std::uint64_t digest = 0;
  std::uint64_t messages = 0;  ///< That actors ran.
  std::int64_t orders = 0, paid = 0, events = 0, notices = 0, deaths = 0;
  std::map<std::string, int, std::less<>> points_passed, points_died_at;
  WindowSet windows = 0;
  std::vector<std::string> deeds;
  std::optional<Chronicle> chronicle;
  Duration lasted{0};  ///< Virtual.
  bool holds() const { return broken.empty(); }
};

Outcome play(const Story& story, const PlayOptions& options);

}  // namespace tael::scenario
