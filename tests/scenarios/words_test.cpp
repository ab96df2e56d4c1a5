// Sentences: what is understood, and what a writer is told when it is not.
#include "runtime/scenario/words.hpp"

#include "runtime/config/config.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

namespace tael::scenario {
namespace {

constexpr std::array phrases{Phrase{"BUSINESS creates ORDER for MONEY", "", ""}, Phrase{"kill node", "", ""},
                             Phrase{"kill node for LENGTH", "", ""}, Phrase{"channel SCOPE heals", "", ""}};
const Lexicon lexicon{{"BUSINESS", {"bakery", "museum"}}, {"SCOPE", {"aurora", "borealis"}}};

Matched said(const char* sentence) { return match(phrases, split_words(sentence), lexicon); }

TEST(Words, ASentenceFillsItsSlots) {
  const auto matched = said("bakery creates o-1 for 25.00 CNY");
  ASSERT_EQ(matched.error, "");
  EXPECT_EQ(matched.arguments.at(0).text, "bakery");
  EXPECT_EQ(matched.arguments.at(1).text, "o-1");
  EXPECT_EQ(matched.arguments.at(2).money, (Money{2500, cny}));
}

TEST(Words, TheLongerSentenceWinsWhenItFits) {
  EXPECT_EQ(said("kill node").phrase, 1u);
  EXPECT_EQ(said("kill node for 2h").phrase, 2u);
  EXPECT_EQ(said("kill node for 2h").arguments.at(0).length, 2h);
}

TEST(Words, AMisspeltWordIsAnsweredWithTheNearest) {
  EXPECT_NE(said("bakry creates o-1 for 25.00 CNY").error.find("did you mean 'bakery'"), std::string::npos);
  EXPECT_NE(said("channel aurroa heals").error.find("did you mean 'aurora'"), std::string::npos);
  EXPECT_NE(said("bakery creats o-1 for 25.00 CNY").error.find("did you mean 'creates'"), std::string::npos);
  EXPECT_NE(said("bakery creates o-1 for 25 CNY").error.find("an amount like 25.00 CNY"), std::string::npos);
  EXPECT_NE(said("kill").error.find("too early"), std::string::npos);
}

// `path_open` was raised, told and nowhere explained.
TEST(Words, EveryAlertOfAStoryIsExplainedToWhoeverIsCalled) {
  std::ifstream in{TAEL_CONFIG_FOLDER "/../runtime/alerts/README.md"};
  std::ostringstream page;
  page << in.rdbuf();
  const auto words = lexicon_of(config::Config{});
  for (const auto& kind : words.at("ALERT")) EXPECT_NE(page.str().find("`" + kind + "`"), std::string::npos) << kind;
}

TEST(Words, ATimeAndAWithinSayFromWhenTheyCount) {
  std::ostringstream words;
  print_words(words);
  for (const auto* told : {"00:10 is ten minutes", "TIME and `within` count from the start of the story"})
    EXPECT_NE(words.str().find(told), std::string::npos) << told;
}

TEST(Words, MoneyHasItsCurrencysDigits) {
  EXPECT_EQ(read_money("25.00", "CNY"), (Money{2500, cny}));
  EXPECT_EQ(read_money("2500", "JPY"), (Money{2500, Currency::of("JPY")}));
  for (const auto* amount : {"25", "25.0", "25.000", "-1.00", "a.bc", "", "."}) EXPECT_FALSE(read_money(amount, "CNY"));
}

TEST(Words, TimesOfAStoryReadAndPrint) {
  EXPECT_EQ(read_story_time("00:10"), 10min);
  EXPECT_EQ(read_story_time("36:00"), 36h);
  EXPECT_EQ(read_story_time("00:00:02.500"), 2500ms);
  for (const auto* text : {"10", "0:10", "00:61", "00:00:61", "00:10.500", "aa:bb"})
    EXPECT_FALSE(read_story_time(text));
  EXPECT_EQ(story_time(36h + 2500ms), "36:00:02.500");
}

TEST(Words, ALengthThatNoTimeOfAStoryHoldsIsNoLength) {
  EXPECT_EQ(read_story_length("9999h"), 9999h);
  for (const auto* text : {"10000h", "106751991167d", "5", ""}) EXPECT_FALSE(read_story_length(text)) << text;
}

}  // namespace
}  // namespace tael::scenario
