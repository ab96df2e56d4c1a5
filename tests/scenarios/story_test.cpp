// Stories read and played: errors with their lines, the same seed twice, and failures that say enough.
#include "runtime/scenario/command.hpp"
#include "runtime/scenario/player.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace tael::scenario {
namespace {

StoryRead read(const std::string& text) { return read_story_text(text, "story.yaml", TAEL_CONFIG_FOLDER); }

Story story(const std::string& text) {
  auto done = read(text);
  for (const auto& error : done.errors) ADD_FAILURE() << to_text(error);
  return std::move(done.story).value_or(Story{});
}

std::string first_error(const std::string& text) {
  const auto done = read(text);
  return done.errors.empty() ? "" : to_text(done.errors.front());
}

const std::string small = R"(why: a test
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:01 bakery pays o-1 by aurora/qr/cmb
  - 00:02 payer pays o-1
)";

const std::string wild = R"(why: a test
load:
  business: bakery
  rate: 3/s
  for: 2min
  pay_after: 3s
  twice: 10%
  refund: 20%
  close: 5%
  mix: {aurora/qr/cmb: 50%, borealis/qr/ccb: 50%}
script:
  - 00:01 channel aurora has answer_cut in 20% of calls
  - 00:01:20 kill node
  - 00:01:40 store goes down for 5s
)";

TEST(Story, AnErrorHasItsLineAndTheNearestWord) {
  EXPECT_EQ(first_error(small + "expct: []\n"), "story.yaml:6: unknown key 'expct', did you mean 'expect'?");
  EXPECT_NE(first_error(small + "  - 00:03 payer payss o-1\n").find("story.yaml:6: 'payss' does not fit here"),
            std::string::npos);
  EXPECT_NE(first_error("script: []\n").find("'why' is missing"), std::string::npos);
  EXPECT_NE(
      first_error(small + "given: {config: {channels/nobody: {deadline: 5s}}}\n").find("story.yaml:6: there is no"),
      std::string::npos);
}

// Only a later expectation broke, and said nothing of what was meant.
TEST(Story, AnOrderThatNobodyCreatesIsPointedOutAndAnAmountOfNothingIsAnError) {
  EXPECT_TRUE(read(small).notes.empty());
  const auto misspelt = read(small + "  - 00:03 payer pays o-2\n");
  ASSERT_EQ(misspelt.notes.size(), 1u);
  EXPECT_EQ(to_text(misspelt.notes[0]), "story.yaml:6: nobody creates 'o-2', did you mean 'o-1'?");
  EXPECT_TRUE(misspelt.story) << "a shrunk story may say so";
  EXPECT_EQ(first_error(small + "  - 00:03 bakery creates o-2 for 0.00 CNY\n"),
            "story.yaml:6: an amount is above 0: nobody is charged or given nothing");
  EXPECT_EQ(first_error(small + "expect:\n  - at the end order o-1 has refunded 0.00 CNY\n"), "");
}

TEST(Command, ATraceOfAnOrderThatIsNotThereSaysSo) {
  const auto file = std::filesystem::temp_directory_path() / ("tael_trace_" + std::to_string(getpid()) + ".yaml");
  std::ofstream{file} << small;
  RunOptions options;
  options.files = {file.string()};
  options.config_folder = TAEL_CONFIG_FOLDER;
  options.trace = "nope";
  std::ostringstream out, errors;
  EXPECT_EQ(run(options, out, errors), 0);
  EXPECT_EQ(errors.str(), "tael: --trace: no line of " + file.string() + " names 'nope'\n");
  std::filesystem::remove(file);
}

// Made-up secrets did not fit these fields, and a good configuration was refused for it.
TEST(Story, PlaysOnABanksHostAndOnKeyFilesThatNobodyHasHere) {
  for (const auto* path : {"harbor/account/harbor", "wechat/native/any", "stripe/card/any"}) {
    const std::string channel{path, std::string_view{path}.find('/')};
    const auto elsewhere = story(R"(why: a test
given:
  config:
    node: {alerts: {webhook: {url: 'https://chat.example.com/tael', secret: '${env:NOBODY_SET_THIS}'}}}
    channels/)" + channel + R"(: {enabled: true, currencies: [CNY]}
    businesses/bakery: {paths: [)" +
                                 path + R"(]}
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:01 bakery pays o-1 by )" + path +
                                 R"(
  - 00:02 payer pays o-1
expect:
  - at the end order o-1 is paid
)");
    const auto outcome = play(elsewhere, {});
    EXPECT_TRUE(outcome.holds()) << path << ": " << (outcome.broken.empty() ? "" : outcome.broken.front());
  }
}

TEST(Story, ChangesLieOverTheRealConfiguration) {
  const auto changed =
      story(small + "given: {config: {channels/aurora: {deadline: 5s, breaker: {consecutive_max: 3}}}}\n");
  EXPECT_EQ(changed.config.channels.at("aurora").policy.deadline, 5s);
  EXPECT_EQ(changed.config.channels.at("aurora").policy.breaker.consecutive_max, 3);
  EXPECT_EQ(changed.config.channels.at("aurora").policy.breaker.open_max, 5min);
}

TEST(Story, TheSameSeedGivesTheSameTraceByteForByte) {
  const auto played = story(wild);
  const auto once = play(played, {.seed = 7, .keeps_lines = true});
  const auto again = play(played, {.seed = 7, .keeps_lines = true});
  EXPECT_EQ(once.lines, again.lines);
  EXPECT_EQ(once.digest, again.digest);
  EXPECT_GT(once.lines.size(), 10'000u);
}

TEST(Story, KeepingLinesChangesNothing) {
  const auto played = story(wild);
  EXPECT_EQ(play(played, {.seed = 7, .keeps_lines = true}).digest, play(played, {.seed = 7}).digest);
}

TEST(Story, AnotherSeedGivesAnotherTrace) {
  const auto played = story(wild);
  EXPECT_NE(play(played, {.seed = 7}).digest, play(played, {.seed = 8}).digest);
}

TEST(Story, EverySeedOfAWildDayKeepsEveryPromise) {
  const auto played = story(wild);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto outcome = play(played, {.seed = seed});
    EXPECT_TRUE(outcome.holds()) << "seed " << seed << ": " << outcome.broken.front();
  }
}

TEST(Story, ABrokenExpectationSaysWhatItFound) {
  const auto outcome = play(story(small + "expect:\n  - at the end order o-1 is closed\n"), {});
  ASSERT_FALSE(outcome.holds());
  EXPECT_EQ(outcome.broken.front(), "story.yaml:7: at the end order o-1 is closed, but it is paid");
}

TEST(Story, AnExpectationThatNeverComesTrueBreaksAtItsTime) {
  const auto outcome = play(story(small + "expect:\n  - eventually order o-1 is paid within 1min\n"), {});
  ASSERT_FALSE(outcome.holds());
  EXPECT_GE(outcome.broken_at, 1min);
  EXPECT_LE(outcome.broken_at, 2min);
}

TEST(Story, ANodeKilledAtAnyPassageOfAnyPointRecovers) {
  const auto played = story(small);
  int passages = 0;
  for (const auto& [point, times] : play(played, {}).points_passed) passages += times;
  ASSERT_GT(passages, 20);
  for (int passage = 0; passage < passages; ++passage) {
    const auto outcome = play(played, {.seed = 1, .keeps_lines = false, .until = {}, .dies_at_passage = passage});
    EXPECT_EQ(outcome.deaths, 1);
    EXPECT_TRUE(outcome.holds()) << "passage " << passage << ": " << outcome.broken.front();
  }
}

TEST(Words, EveryExampleIsUnderstood) {
  const auto lexicon = lexicon_of(story(small).config);
  for (const auto phrases : {deed_phrases(), fact_phrases()})
    for (const auto& phrase : phrases) {
      const auto matched = match(phrases, split_words(phrase.example), lexicon);
      EXPECT_EQ(matched.error, "") << phrase.example;
      EXPECT_EQ(phrases[matched.phrase].pattern, phrase.pattern) << phrase.example;
    }
}

TEST(Command, AFileThatIsNotThereIsWrongUsage) {
  std::ostringstream out, errors;
  EXPECT_EQ(run({.files = {"nowhere.yaml"}, .config_folder = TAEL_CONFIG_FOLDER}, out, errors), 2);
  EXPECT_NE(errors.str().find("nowhere.yaml:1: cannot be read"), std::string::npos);
}

TEST(Command, ANewStoryNamesASchemaThatIsThere) {
  const auto folder = std::filesystem::temp_directory_path() / ("tael_new_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ostringstream out, errors;
  EXPECT_EQ(write_new((folder / "mine.yaml").string(), out, errors), 0) << errors.str();
  std::ifstream in{folder / "mine.yaml"};
  std::string first;
  std::getline(in, first);
  EXPECT_EQ(first, "# yaml-language-server: $schema=story.schema.json");
  EXPECT_TRUE(std::filesystem::exists(folder / "story.schema.json"));
  const auto read_back = read_story((folder / "mine.yaml").string(), TAEL_CONFIG_FOLDER);
  EXPECT_TRUE(read_back.story);
  EXPECT_TRUE(read_back.notes.empty());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tael::scenario
