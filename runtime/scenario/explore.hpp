// Many seeds: another order of messages, other latencies, other faults by chance; half the plays also kill the node at
// a crash point, and half have their faults at other times. Stops at the first failure.
#pragma once

#include "runtime/scenario/report.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tael::scenario {

struct ExploreOptions {
  int seeds = 0;  ///< Plays of each story.
  int jobs = 1;   ///< Processes.
};

/// What all plays together went through.
struct Explored {
  std::int64_t planned = 0, plays = 0, deaths = 0, orders = 0;
  std::chrono::duration<double> virtual_time{0}, wall{0};
  std::map<std::string, std::int64_t, std::less<>> points_passed, points_died_at;
  std::vector<std::int64_t> windows;  ///< Plays that hit each, in the table's order.
  std::optional<Played> failure{};    ///< The first, with its lines.
  std::string crash{};                ///< How a play ended its own process, with the command that repeats it.
};

/// Plays each story with `base` and then with other seeds. `heard` gets every play, `progress` what there is so far.
Explored explore(const std::vector<const Story*>& stories, const PlayOptions& base, const ExploreOptions& options,
                 const std::function<void(const Played&)>& heard, const std::function<void(const Explored&)>& progress);

void print_progress(std::ostream& out, const Explored& explored);
/// For people, and as one line of JSON.
void print_explored(std::ostream& out, const Explored& explored, std::size_t stories);
void print_explored_json(std::ostream& out, const Explored& explored, std::size_t stories);

}  // namespace tael::scenario
