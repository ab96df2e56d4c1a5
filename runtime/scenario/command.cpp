#include "runtime/scenario/command.hpp"

#include "runtime/scenario/explore.hpp"
#include "runtime/scenario/live.hpp"
#include "runtime/scenario/report.hpp"
#include "runtime/scenario/schema.hpp"
#include "runtime/scenario/shrink.hpp"
#include "runtime/scenario/starter.hpp"

#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <unistd.h>

namespace tael::scenario {
namespace {

namespace fs = std::filesystem;

/// On a terminal a line that changes; in a log a line every ten seconds.
class ProgressLine {
 public:
  explicit ProgressLine(std::ostream& out) : out_(out), on_terminal_(::isatty(STDERR_FILENO) == 1) {}
  void show(const Explored& explored) {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < (on_terminal_ ? std::chrono::milliseconds{300} : std::chrono::milliseconds{10'000})) return;
    shown_ = now;
    if (on_terminal_) out_ << "\r\033[K";
    print_progress(out_, explored);
    if (!on_terminal_) out_ << "\n";
    out_.flush();
  }
  void clear() {
    if (on_terminal_) out_ << "\r\033[K" << std::flush;
  }

 private:
  std::ostream& out_;
  bool on_terminal_;
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
};

class Run {
 public:
  Run(const RunOptions& options, std::ostream& out, std::ostream& errors)
      : options_(options), out_(out), errors_(errors) {}

  int all() {
    if (!read()) return 2;
    if (!options_.live.empty()) return play_all_live();
    if (options_.explore > 0)
      explore_all();
    else
      for (const auto& story : stories_) play_one(story);
    return written();
  }

 private:
  int written() {
    if (!options_.report.empty() && !write_report(options_.report, played_)) {
      errors_ << "tael: the report cannot be written to " << options_.report << "\n";
      return 2;
    }
    return held_ ? 0 : 1;
  }
  bool read() {
    bool readable = true;
    for (const auto& file : options_.files) {
      auto read = read_story(file, options_.config_folder, options_.live.empty() ? Secrets::made_up : Secrets::real);
      for (const auto& error : read.errors) errors_ << to_text(error) << "\n";
      for (const auto& note : read.notes) errors_ << "note: " << to_text(note) << "\n";
      readable = readable && read.story;
      if (!read.story) continue;
      if (options_.scale != 1) scale_loads(*read.story, options_.scale);
      stories_.push_back(std::move(*read.story));
    }
    if (!options_.until.empty()) until_ = read_story_time(options_.until);
    if (!options_.until.empty() && !until_) {
      errors_ << "tael: --until wants a time of the story, like 00:10\n";
      return false;
    }
    return readable;
  }

  PlayOptions base(std::uint64_t seed) const {
    return {.seed = options_.seed.value_or(seed),
            .keeps_lines = options_.trace.has_value(),
            .until = until_,
            .dies_at_passage = options_.dies_at,
            .moves_faults = options_.moves_faults,
            .keeps_chronicle = !options_.report.empty()};
  }

  void play_one(const Story& story) {
    auto played = play_timed(story, base(story.seed));
    for (const auto& note : played.outcome.notes) errors_ << "note: " << note << "\n";
    explain(played);
    show(played);
    if (!played.outcome.holds()) fail(played);
    keep(std::move(played));
  }

  int play_all_live() {
    bool playable = true;
    for (const auto& story : stories_)
      for (const auto& error : not_playable_live(story)) {
        errors_ << to_text(error) << "\n";
        playable = false;
      }
    if (!playable) return 2;
    for (const auto& story : stories_) {
      const auto began = std::chrono::steady_clock::now();
      Played played{&story, base(story.seed), play_live(story, {options_.live, options_.control}), 0, options_.live};
      played.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
      held_ = held_ && played.outcome.holds();
      show(played);
      keep(std::move(played));
    }
    return written();
  }

  void show(const Played& played) {
    if (options_.trace && !print_trace(out_, played.outcome, *options_.trace))
      errors_ << "tael: --trace: no line of " << played.story->file << " names '" << *options_.trace << "'\n";
    if (options_.json)
      print_json(out_, played);
    else
      print_outcome(out_, played);
    out_.flush();
  }

  void keep(Played played) {
    played.outcome.lines.clear();
    if (!options_.report.empty()) played_.push_back(std::move(played));
  }

  void explore_all() {
    std::vector<const Story*> stories;
    for (const auto& story : stories_) stories.push_back(&story);
    auto from = base(stories_.empty() ? 1 : stories_.front().seed);
    from.keeps_lines = from.keeps_chronicle = false;
    ProgressLine line{errors_};
    const auto explored = explore(
        stories, from, {.seeds = options_.explore, .jobs = options_.jobs},
        [&](const Played& played) {
          if (options_.json || !played.outcome.holds()) line.clear(), show(played);
          keep(played);
        },
        [&](const Explored& so_far) { line.show(so_far); });
    line.clear();
    if (options_.json)
      print_explored_json(out_, explored, stories.size());
    else
      print_explored(out_, explored, stories.size());
    if (!explored.crash.empty()) {
      held_ = false;
      errors_ << "tael: a play ended its own process; play it again: " << explored.crash << "\n";
    }
    if (explored.failure) fail(*explored.failure);
  }

  void fail(const Played& played) {
    held_ = false;
    if (!options_.shrink) return;
    auto& talk = options_.json ? errors_ : out_;
    const auto small = shrink(*played.story, played.options, {}, [&](const std::string& what) {
      talk << "shrink  " << what << "\n" << std::flush;
    });
    if (small.promise.empty()) return;
    auto file = fs::path{options_.report} / (fs::path{played.story->file}.stem().string() + "_shrunk.yaml");
    std::error_code failed;
    if (!options_.report.empty()) fs::create_directories(options_.report, failed);
    std::ofstream written{file};
    written << write_story(small.story, "Shrunk from " + played.story->file + ", seed " +
                                            std::to_string(played.options.seed) + ". What breaks:\n  " + small.promise);
    if (!written.flush()) {
      errors_ << "tael: " << file.string() << " cannot be written\n";
      return;
    }
    talk << "shrunk  " << file.string() << "\n  play it again: tael scenario run " << file.string()
         << config_option(*played.story) << "\n";
  }

  const RunOptions& options_;
  std::ostream& out_;
  std::ostream& errors_;
  std::deque<Story> stories_;
  std::optional<Duration> until_;
  std::vector<Played> played_;
  bool held_ = true;
};

}  // namespace

int run(const RunOptions& options, std::ostream& out, std::ostream& errors) { return Run{options, out, errors}.all(); }

int write_new(const std::string& file, std::ostream& out, std::ostream& errors) {
  if (fs::exists(file)) {
    errors << "tael: " << file << " is there already\n";
    return 2;
  }
  std::ofstream written{file};
  if (!(written << starter_story() << std::flush)) {
    errors << "tael: " << file << " cannot be written\n";
    return 2;
  }
  const auto schema = (fs::path{file}.parent_path() / "story.schema.json").string();
  if (!fs::exists(schema)) {
    std::ofstream beside{schema};
    print_schema(beside);
    if (beside.flush()) out << "wrote " << schema << ", by which editors complete sentences\n";
  }
  out << "wrote " << file << "; play it: tael scenario run " << file << "\n";
  return 0;
}

}  // namespace tael::scenario
