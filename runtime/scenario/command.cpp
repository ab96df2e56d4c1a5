#include "runtime/scenario/command.hpp"

#include "runtime/scenario/report.hpp"

#include <chrono>
#include <deque>
#include <ostream>

namespace tael::scenario {
namespace {

Played play_once(const Story& story, const PlayOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  auto outcome = play(story, options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return {&story, options, std::move(outcome), took.count()};
}

/// What broke is played once more, with its lines: the same seed says the same.
void explain(Played& played) {
  if (played.outcome.holds() || played.options.keeps_lines) return;
  auto options = played.options;
  options.keeps_lines = true;
  played.outcome = play(*played.story, options);
}

/// Every second seed also kills the node once, at a crash point the seed picks among those the first one passed.
struct Explorer {
  const Story& story;
  PlayOptions base;
  int passages = 0;

  PlayOptions options_of(int no) const {
    auto options = base;
    options.seed = base.seed + static_cast<std::uint64_t>(no);
    if (no % 2 == 1 && passages > 0)
      options.dies_at_passage =
          static_cast<int>((options.seed * 0x9e3779b97f4a7c15 >> 33) % static_cast<std::uint64_t>(passages));
    return options;
  }
};

}  // namespace

int run(const RunOptions& options, std::ostream& out, std::ostream& errors) {
  std::deque<Story> stories;
  bool readable = true;
  for (const auto& file : options.files) {
    auto read = read_story(file, options.config_folder);
    for (const auto& error : read.errors) errors << to_text(error) << "\n";
    readable = readable && read.story;
    if (read.story) stories.push_back(std::move(*read.story));
  }
  std::optional<Duration> until;
  if (!options.until.empty() && !(until = read_story_time(options.until))) {
    errors << "tael: --until wants a time of the story, like 00:10\n";
    return 2;
  }
  if (!readable) return 2;

  std::vector<Played> all;
  bool held = true;
  for (const auto& story : stories) {
    Explorer explorer{story,
                      {.seed = options.seed.value_or(story.seed),
                       .keeps_lines = options.trace.has_value(),
                       .until = until,
                       .dies_at_passage = options.dies_at}};
    const int rounds = std::max(options.explore, 1);
    double seconds = 0;
    int deaths = 0;
    std::chrono::duration<double> virtually{0};
    for (int no = 0; no < rounds; ++no) {
      auto played = play_once(story, explorer.options_of(no));
      if (no == 0)
        for (const auto& [point, times] : played.outcome.points_passed) explorer.passages += times;
      seconds += played.seconds;
      deaths += static_cast<int>(played.outcome.deaths);
      virtually += played.outcome.lasted;
      explain(played);
      const bool holds = played.outcome.holds();
      if (options.trace) print_trace(out, played.outcome, *options.trace);
      if (options.json)
        print_json(out, played);
      else if (options.explore == 0 || !holds)
        print_outcome(out, played);
      if (options.explore > 0 && !options.json && (no + 1) % 50 == 0)
        errors << story.file << ": " << no + 1 << " of " << rounds << " seeds\n";
      played.outcome.lines.clear();
      all.push_back(std::move(played));
      held = held && holds;
      if (!holds && options.explore > 0) break;
    }
    if (options.explore > 0 && !options.json && all.back().outcome.holds())
      out << "holds   " << story.file << "  " << rounds << " seeds, " << deaths << " deaths, "
          << static_cast<long>(virtually.count() / 3600) << " virtual hours in " << static_cast<long>(seconds * 1000)
          << " ms\n";
  }
  if (!options.report.empty() && !write_report(options.report, all)) {
    errors << "tael: the report cannot be written to " << options.report << "\n";
    return 2;
  }
  return held ? 0 : 1;
}

}  // namespace tael::scenario
