// A story as it stands in its file: the world it begins in, what happens when, and what must hold. Read whole and
// checked before anything is played.
#pragma once

#include "runtime/config/config.hpp"
#include "runtime/scenario/words.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tael::scenario {

/// One sentence of `script` or `faults`: something is done, or something is expected, at a time.
struct Step {
  int line = 1;
  Duration at{0};  ///< Since the start.
  bool is_expectation = false;
  bool is_fault = false;   ///< Stands under `faults`: exploring may move it.
  std::size_t phrase = 0;  ///< Of the deeds, or of the facts.
  Arguments arguments;
  std::string text;
};

enum class When { always, eventually, at, at_the_end };

/// One sentence of `expect`.
struct Expectation {
  int line = 1;
  When when = When::at_the_end;
  Duration time{0};  ///< at: since the start; eventually: within this.
  std::size_t phrase = 0;
  Arguments arguments;
  std::string text;
};

/// Arrivals of one business: how many, and what its payers do.
struct Load {
  int line = 1;
  std::string business;
  std::int64_t per_hour = 3600, per_hour_at_end = 0;  ///< A ramp when the end differs; 0: none.
  struct Segment {
    Duration length{0};
    std::int64_t orders = 0;
  };
  std::vector<Segment> segments;  ///< Exactly so many one after the other, instead of a rate; empty: by the rate.
  Duration from{0}, lasts{1min};
  std::vector<std::pair<std::string, std::int64_t>> mix;  ///< Path and its weight.
  Money amount{2500, cny};
  Duration pay_after{5s};  ///< Payers take up to twice this.
  int never_percent = 0, twice_percent = 0, refund_percent = 0, close_percent = 0;
};

struct Story {
  std::string file, why;
  std::string folder;     ///< That `given` names; empty: the usual one.
  std::string played_on;  ///< What was asked for where it names none.
  std::string changes;    ///< What `given` changes in the configuration, as YAML in one flow; empty: nothing.
  config::Config config;
  std::vector<Load> loads;
  std::vector<Step> steps;  ///< By time, then by line.
  std::vector<Expectation> expectations;
  std::uint64_t seed = 1;
  TimePoint start = parse_rfc3339("2026-11-11T00:00:00.000Z").value_or(TimePoint{});
  Duration length{0};   ///< At least until the last step and the last arrival.
  Duration drain{48h};  ///< Time to come to rest in.
  Duration commit_takes{4ms};
  std::int64_t live_speed = 1;  ///< How much faster its times pass on a real node.
  double scale = 1;             ///< Its arrivals were multiplied by this when it was asked for.
};

struct StoryRead {
  std::optional<Story> story;
  std::vector<config::Error> errors;
  std::vector<config::Error> notes{};  ///< What was hardly meant, and is played all the same.
};

/// `config_folder`: what the story plays on unless it names another.
/// Stories need no real secret; a play on a real node does.
enum class Secrets { made_up, real };
StoryRead read_story(const std::string& file, const std::string& config_folder, Secrets secrets = Secrets::made_up);
StoryRead read_story_text(const std::string& text, const std::string& file, const std::string& config_folder,
                          Secrets secrets = Secrets::made_up);
/// One sentence with its time, as it stands in a script. `error` says what is wrong when there is none.
std::optional<Step> read_step(const std::string& text, const Lexicon& lexicon, std::string& error);
/// The length that holds all its steps, arrivals and checks.
Duration length_of(const Story& story);
/// The story as a file that reads as the same story. `comment` goes on top.
std::string write_story(const Story& story, const std::string& comment);

/// Moves a step, in its sentence too.
void set_time(Step& step, Duration at);
/// Multiplies its arrivals.
void scale_loads(Story& story, double scale);
/// Its faults at other times, drawn from `seed` and still one after the other.
void move_faults(Story& story, std::uint64_t seed);

/// The folder's configuration with a story's changes laid over its files, and its secrets or made-up ones. `changes`
/// maps files without their ending (`channels/aurora`) to keys; null changes nothing.
config::Loaded load_with_changes(const std::string& folder, const config::Yaml* changes, const std::string& story_file,
                                 Secrets secrets);
/// A tree as one flow of YAML, on one line.
std::string flow_of(const config::Yaml& yaml);

}  // namespace tael::scenario
