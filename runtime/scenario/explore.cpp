#include "runtime/scenario/explore.hpp"

#include "runtime/scenario/parallel.hpp"
#include "runtime/scenario/vocabulary.hpp"
#include "runtime/scenario/windows.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstdio>
#include <ostream>

namespace tael::scenario {
namespace {

struct Piece {
  const Story* story = nullptr;
  PlayOptions options;
};

/// One story in its first play: how often it passed a crash point says which passages there are to die at.
struct Ground {
  const Story* story = nullptr;
  int passages = 0;

  PlayOptions options_of(const PlayOptions& base, int no) const {
    auto options = base;
    options.seed = base.seed + static_cast<std::uint64_t>(no);
    options.moves_faults = no % 4 >= 2;
    if (no % 2 == 1 && passages > 0)
      options.dies_at_passage =
          static_cast<int>((options.seed * 0x9e3779b97f4a7c15 >> 33) % static_cast<std::uint64_t>(passages));
    return options;
  }
};

void add(Explored& explored, const Outcome& outcome) {
  explored.plays += 1;
  explored.deaths += outcome.deaths;
  explored.orders += outcome.orders;
  explored.virtual_time += outcome.lasted;
  for (const auto& [point, times] : outcome.points_passed) explored.points_passed[point] += times;
  for (const auto& [point, times] : outcome.points_died_at) explored.points_died_at[point] += times;
  for (std::size_t i = 0; i < explored.windows.size(); ++i)
    explored.windows[i] += static_cast<std::int64_t>(outcome.windows >> i & 1);
}

/// What has no row in `seen`.
std::vector<std::string> never(const std::vector<std::string>& all,
                               const std::map<std::string, std::int64_t, std::less<>>& seen) {
  std::vector<std::string> missing;
  for (const auto& name : all)
    if (!seen.contains(name)) missing.push_back(name);
  return missing;
}

std::vector<std::string> windows_never_hit(const Explored& explored) {
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < explored.windows.size(); ++i)
    if (explored.windows[i] == 0) missing.emplace_back(windows()[i].name);
  return missing;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "; never: " : ", ") + name;
  return text;
}

double seeds_a_minute(const Explored& e) { return static_cast<double>(e.plays) * 60 / std::max(e.wall.count(), 1e-3); }
double times_real_time(const Explored& e) { return e.virtual_time.count() / std::max(e.wall.count(), 1e-3); }
double years(const Explored& e) { return e.virtual_time.count() / (365.25 * 86'400); }

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.2f" : "%.0f", value);
  return text;
}

/// In the largest unit of which there is one.
std::string virtual_text(std::chrono::duration<double> time) {
  for (const auto& [seconds, unit] : {std::pair{365.25 * 86'400, "years"}, std::pair{86'400.0, "days"},
                                      std::pair{3'600.0, "hours"}, std::pair{60.0, "minutes"}})
    if (time.count() >= seconds) return rounded(time.count() / seconds) + " virtual " + unit;
  return rounded(time.count()) + " virtual seconds";
}

}  // namespace

Explored explore(const std::vector<const Story*>& stories, const PlayOptions& base, const ExploreOptions& options,
                 const std::function<void(const Played&)>& heard,
                 const std::function<void(const Explored&)>& progress) {
  Explored explored;
  explored.windows.resize(windows().size());
  explored.planned = static_cast<std::int64_t>(stories.size()) * options.seeds;
  std::vector<Ground> grounds;
  std::vector<Piece> pieces;
  for (const auto* story : stories) {
    grounds.push_back({story, 0});
    pieces.push_back({story, grounds.back().options_of(base, 0)});
  }
  const auto began = std::chrono::steady_clock::now();
  bool opening = true;
  const auto hear = [&](std::size_t no, const std::string& line) {
    const auto& piece = pieces[no];
    explored.wall = std::chrono::steady_clock::now() - began;
    if (line.empty()) {
      explored.crash = replay_command({piece.story, piece.options, {}, 0});
      return false;
    }
    auto played = played_from_json(line, *piece.story, piece.options);
    add(explored, played.outcome);
    if (opening)
      for (const auto& [point, times] : played.outcome.points_passed) grounds[no].passages += times;
    const bool holds = played.outcome.holds();
    if (!holds) explain(played);
    heard(played);
    if (!holds) explored.failure = std::move(played);
    return holds;
  };
  const auto round = [&] {
    return spread({.count = pieces.size(),
                   .jobs = options.jobs,
                   .work = [&](std::size_t no) { return json_line(play_timed(*pieces[no].story, pieces[no].options)); },
                   .done = hear,
                   .still_working = [&] { progress(explored); }});
  };
  if (!round()) return explored;
  opening = false;
  pieces.clear();
  for (int no = 1; no < options.seeds; ++no)
    for (const auto& ground : grounds) pieces.push_back({ground.story, ground.options_of(base, no)});
  round();
  explored.wall = std::chrono::steady_clock::now() - began;
  return explored;
}

void print_progress(std::ostream& out, const Explored& explored) {
  out << "explore: " << explored.plays << " of " << explored.planned << " plays, " << explored.deaths << " deaths, "
      << rounded(seeds_a_minute(explored)) << " seeds a minute";
}

void print_explored(std::ostream& out, const Explored& explored, std::size_t stories) {
  const auto points = crash_points();
  const auto missing = windows_never_hit(explored);
  out << (explored.failure || !explored.crash.empty() ? "stopped " : "holds   ") << stories
      << (stories == 1 ? " story, " : " stories, ") << explored.plays << " seeds in " << rounded(explored.wall.count())
      << " s: " << rounded(seeds_a_minute(explored)) << " seeds a minute, " << virtual_text(explored.virtual_time)
      << ", " << rounded(times_real_time(explored)) << " times real time\n        " << explored.orders << " orders, "
      << explored.deaths << " deaths\n        crash points passed "
      << points.size() - never(points, explored.points_passed).size() << " of " << points.size()
      << listed(never(points, explored.points_passed)) << "\n        crash points died at "
      << points.size() - never(points, explored.points_died_at).size() << " of " << points.size()
      << listed(never(points, explored.points_died_at)) << "\n        windows hit "
      << explored.windows.size() - missing.size() << " of " << explored.windows.size() << listed(missing) << "\n";
}

void print_explored_json(std::ostream& out, const Explored& explored, std::size_t stories) {
  boost::json::object hit, passed, died;
  for (std::size_t i = 0; i < explored.windows.size(); ++i) hit[windows()[i].name] = explored.windows[i];
  for (const auto& point : crash_points()) {
    const auto times = [&](const auto& seen) {
      const auto found = seen.find(point);
      return found == seen.end() ? 0 : found->second;
    };
    passed[point] = times(explored.points_passed);
    died[point] = times(explored.points_died_at);
  }
  boost::json::object summary{{"holds", !explored.failure && explored.crash.empty()},
                              {"stories", stories},
                              {"seeds", explored.plays},
                              {"seconds", explored.wall.count()},
                              {"seeds_a_minute", seeds_a_minute(explored)},
                              {"virtual_years", years(explored)},
                              {"times_real_time", times_real_time(explored)},
                              {"orders", explored.orders},
                              {"deaths", explored.deaths},
                              {"crash_points_passed", std::move(passed)},
                              {"crash_points_died_at", std::move(died)},
                              {"windows_hit", std::move(hit)}};
  if (explored.failure) summary["replay"] = replay_command(*explored.failure);
  if (!explored.crash.empty()) summary["replay"] = explored.crash;
  out << boost::json::serialize(boost::json::object{{"explored", std::move(summary)}}) << "\n";
}

}  // namespace tael::scenario
