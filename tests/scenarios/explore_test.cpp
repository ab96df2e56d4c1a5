// Exploring and shrinking, on stories that are broken on purpose, and the file a newcomer starts from.
#include "runtime/scenario/explore.hpp"

#include "runtime/scenario/command.hpp"
#include "runtime/scenario/parallel.hpp"
#include "runtime/scenario/shrink.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace tael::scenario {
namespace {

namespace fs = std::filesystem;

Story story(const std::string& text) {
  auto done = read_story_text(text, "story.yaml", TAEL_CONFIG_FOLDER);
  for (const auto& error : done.errors) ADD_FAILURE() << to_text(error);
  return std::move(done.story).value_or(Story{});
}

/// Sometimes an institution takes another amount; that it never does is the promise that breaks.
const std::string sometimes_wrong = R"(why: a test
load:
  - business: bakery
    rate: 1/s
    for: 1min
    pay_after: 3s
    refund: 20%
    mix: {aurora/qr/cmb: 50%, borealis/qr/ccb: 50%}
  - business: museum
    rate: 20/min
    for: 1min
    mix: {borealis/qr/ccb: 100%}
faults:
  - 00:00 channel aurora has other_amount in 10% of calls
  - 00:00:20 business museum goes down for 5min
  - 00:00:40 kill node
expect:
  - always alert amount_mismatch was raised 0 times
  - at the end every order is finished
)";

const std::string holding = R"(why: a test
faults:
  - 00:00:30 channel aurora has answer_cut 1 times
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:01 bakery pays o-1 by aurora/qr/cmb
  - 00:02 payer pays o-1
)";

// "0.00 virtual years" said nothing of an hour of plays.
TEST(Explored, SaysItsTimeInAUnitThatItHas) {
  Explored explored;
  std::ostringstream out;
  explored.virtual_time = std::chrono::hours{3};
  print_explored(out, explored, 1);
  EXPECT_NE(out.str().find("3.00 virtual hours"), std::string::npos) << out.str();
}

/// A folder that ends with the test.
struct Folder {
  Folder() {
    char name[] = "/tmp/tael_story_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{path / name} << text;
    return (path / name).string();
  }
  fs::path path;
};

std::size_t count_of(const Story& played, std::string_view word) {
  std::size_t count = 0;
  for (const auto& step : played.steps) count += step.text.find(word) != std::string::npos ? 1 : 0;
  return count;
}

TEST(Spread, EveryPieceIsDoneOnceWhateverTheNumberOfProcesses) {
  for (const int jobs : {1, 3}) {
    std::multiset<std::size_t> heard;
    EXPECT_TRUE(spread({.count = 50,
                        .jobs = jobs,
                        .work = [](std::size_t no) { return std::to_string(no * no); },
                        .done =
                            [&](std::size_t no, const std::string& line) {
                              EXPECT_EQ(line, std::to_string(no * no));
                              heard.insert(no);
                              return true;
                            },
                        .still_working = [] {}}));
    EXPECT_EQ(heard.size(), 50u);
    EXPECT_EQ(std::set(heard.begin(), heard.end()).size(), 50u);
  }
}

TEST(Spread, APieceThatEndsItsProcessIsNamed) {
  std::size_t fatal = 0;
  EXPECT_FALSE(spread({.count = 20,
                       .jobs = 2,
                       .work =
                           [](std::size_t no) {
                             if (no == 7) std::_Exit(3);
                             return std::string{"fine"};
                           },
                       .done =
                           [&](std::size_t no, const std::string& line) {
                             if (line.empty()) fatal = no;
                             return !line.empty();
                           },
                       .still_working = [] {}}));
  EXPECT_EQ(fatal, 7u);
}

TEST(Explore, PlaysEverySeedAndSaysWhatItWentThrough) {
  const auto played = story(holding);
  std::set<std::uint64_t> seeds;
  int moved = 0, died = 0;
  const auto explored = explore(
      {&played}, {.seed = 5}, {.seeds = 12, .jobs = 2},
      [&](const Played& one) {
        seeds.insert(one.options.seed);
        moved += one.options.moves_faults ? 1 : 0;
        died += one.options.dies_at_passage ? 1 : 0;
      },
      [](const Explored&) {});
  EXPECT_FALSE(explored.failure);
  EXPECT_EQ(explored.plays, 12);
  EXPECT_EQ(seeds.size(), 12u);
  EXPECT_EQ(*seeds.begin(), 5u);
  EXPECT_EQ(moved, 6);
  EXPECT_EQ(died, 6);
  EXPECT_EQ(explored.deaths, 6);
  EXPECT_GT(explored.points_passed.at("call.pay"), 0);
  EXPECT_FALSE(explored.points_died_at.empty());
}

TEST(Explore, StopsAtTheFirstFailureAndItsCommandPlaysItAgain) {
  const auto played = story(sometimes_wrong);
  const auto explored = explore(
      {&played}, {.seed = 1}, {.seeds = 100, .jobs = 2}, [](const Played&) {}, [](const Explored&) {});
  ASSERT_TRUE(explored.failure);
  EXPECT_LT(explored.plays, 100);
  EXPECT_FALSE(explored.failure->outcome.lines.empty());
  const auto again = play(played, explored.failure->options);
  EXPECT_EQ(again.broken, explored.failure->outcome.broken);
  EXPECT_NE(replay_command(*explored.failure).find("story.yaml --seed "), std::string::npos);
  EXPECT_TRUE(replay_command(*explored.failure).ends_with(std::string{" --config "} + TAEL_CONFIG_FOLDER));
}

TEST(Explore, MovedFaultsComeAtOtherTimesAndInTheirOrder) {
  const auto at_home = story(sometimes_wrong);
  auto moved = at_home;
  move_faults(moved, 3);
  const auto said = [](const Story& from) {
    std::vector<std::string> sentences;
    for (const auto& step : from.steps) sentences.push_back(step.text.substr(step.text.find(' ')));
    return sentences;
  };
  EXPECT_EQ(said(at_home), said(moved));
  EXPECT_NE(at_home.steps.back().at, moved.steps.back().at);
  EXPECT_GE(moved.length, moved.steps.back().at);
}

/// The first seed that it fails with. Which one that is changes with every message the node sends.
PlayOptions failing(const Story& played) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    if (!play(played, {.seed = seed}).holds()) return {.seed = seed};
  ADD_FAILURE() << "it holds with every seed";
  return {};
}

TEST(Shrink, LeavesWhatTheFailureNeedsAndNothingElse) {
  const auto large = story(sometimes_wrong);
  const auto small = shrink(large, failing(large), {}, [](const std::string&) {});
  EXPECT_EQ(small.promise, "always alert amount_mismatch was raised 0 times, but it is # times");
  EXPECT_TRUE(small.story.loads.empty());
  EXPECT_EQ(count_of(small.story, " creates "), 1u);
  EXPECT_EQ(count_of(small.story, "other_amount"), 1u);
  EXPECT_EQ(count_of(small.story, "kill node"), 0u);
  EXPECT_LE(small.story.steps.size(), 4u);
  EXPECT_LT(small.story.length, 1min);
}

TEST(Shrink, ItsFileReadsAsTheStoryThatFails) {
  const auto large = story(sometimes_wrong);
  const auto small = shrink(large, failing(large), {}, [](const std::string&) {});
  const auto read = story(write_story(small.story, "shrunk"));
  const auto outcome = play(read, {.seed = read.seed});
  ASSERT_FALSE(outcome.holds());
  EXPECT_EQ(promise_of(outcome.broken.front()), small.promise);
}

TEST(Shrink, AStoryThatHoldsStaysAsItIs) {
  EXPECT_EQ(shrink(story(holding), {.seed = 1}, {}, [](const std::string&) {}).promise, "");
}

TEST(Shrink, AWrittenStoryPlaysTheSameTrace) {
  const auto first = story(sometimes_wrong + R"(given:
  config: {channels/aurora: {deadline: 5s, breaker: {consecutive_max: 3}}, businesses/bakery: {name: "it's"}}
  commit_takes: 9ms
clock: {length: 20min, drain: 30h}
seed: 77
)");
  const auto second = story(write_story(first, "the same"));
  EXPECT_EQ(play(first, {.seed = 4}).digest, play(second, {.seed = 4}).digest);
  EXPECT_EQ(second.seed, 77u);
  EXPECT_EQ(second.length, first.length);
  EXPECT_EQ(second.config.channels.at("aurora").policy.breaker.consecutive_max, 3);
}

TEST(Command, AFailureFoundByExploringIsShrunkToAFileThatFails) {
  const Folder folder;
  const auto file = folder.write("wrong.yaml", sometimes_wrong);
  std::ostringstream out, errors;
  const RunOptions options{.files = {file},
                           .config_folder = TAEL_CONFIG_FOLDER,
                           .report = folder.path.string(),
                           .explore = 50,
                           .jobs = 2,
                           .shrink = true};
  EXPECT_EQ(run(options, out, errors), 1);
  EXPECT_NE(out.str().find("BROKEN  " + file), std::string::npos);
  EXPECT_NE(out.str().find("stopped 1 story"), std::string::npos);
  const auto shrunk = (folder.path / "wrong_shrunk.yaml").string();
  EXPECT_NE(out.str().find("play it again: tael scenario run " + shrunk), std::string::npos);
  EXPECT_EQ(run({.files = {shrunk}, .config_folder = TAEL_CONFIG_FOLDER}, out, errors), 1);
  EXPECT_EQ(errors.str(), "");
}

TEST(Command, ANewStoryHoldsAsItIsWritten) {
  const Folder folder;
  const auto file = (folder.path / "mine.yaml").string();
  std::ostringstream out, errors;
  EXPECT_EQ(write_new(file, out, errors), 0);
  EXPECT_EQ(run({.files = {file}, .config_folder = TAEL_CONFIG_FOLDER}, out, errors), 0) << out.str() << errors.str();
  EXPECT_EQ(write_new(file, out, errors), 2);
  EXPECT_NE(errors.str().find("is there already"), std::string::npos);
}

TEST(Command, AScaleMultipliesArrivals) {
  const Folder folder;
  const auto file = folder.write("load.yaml", "why: a test\nload: {business: bakery, rate: 10/s, for: 30s}\n");
  std::ostringstream whole, tenth, errors;
  EXPECT_EQ(run({.files = {file}, .config_folder = TAEL_CONFIG_FOLDER, .json = true}, whole, errors), 0);
  EXPECT_EQ(run({.files = {file}, .config_folder = TAEL_CONFIG_FOLDER, .json = true, .scale = 0.1}, tenth, errors), 0);
  const auto orders = [](const std::string& json) { return std::stoi(json.substr(json.find("\"orders\":") + 9)); };
  EXPECT_NEAR(orders(whole.str()), 300, 60);
  EXPECT_NEAR(orders(tenth.str()), 30, 15);
}

}  // namespace
}  // namespace tael::scenario
