// What a play leaves behind for people and editors: the timeline, read as XML, and the schema, held to the grammar.
#include "runtime/scenario/command.hpp"
#include "runtime/scenario/player.hpp"
#include "runtime/scenario/schema.hpp"
#include "runtime/scenario/story_keys.hpp"
#include "runtime/scenario/timeline.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <boost/json.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace tael::scenario {
namespace {

using boost::property_tree::ptree;

const std::string stormy = R"(why: a test with <angles> & "quotes"
load:
  business: bakery
  rate: 2/s
  for: 5min
  mix: {aurora/qr/cmb: 50%, aurora/qr/icbc: 50%}
faults:
  - 00:01 channel aurora/qr/cmb goes silent for 2min
  - 00:02 business bakery answers 500
  - 00:03 business bakery comes back
  - 00:03 kill node
  - 00:04 store loses 1 answers
expect:
  - at 00:02:30 path aurora/qr/cmb is closed
)";

Played played_storm() {
  static const auto story = [] {
    auto read = read_story_text(stormy, "a_storm.yaml", TAEL_CONFIG_FOLDER);
    return std::move(*read.story);
  }();
  Played played{&story, {.seed = 3, .keeps_chronicle = true}, {}, 0.1};
  played.outcome = play(story, played.options);
  return played;
}

std::string content_of(const std::string& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Every element below, with its name.
void walk(const ptree& tree, const std::function<void(const std::string&, const ptree&)>& see) {
  for (const auto& [name, child] : tree) {
    see(name, child);
    walk(child, see);
  }
}

std::map<std::string, int> classes_of(const ptree& svg) {
  std::map<std::string, int> classes;
  walk(svg, [&](const std::string&, const ptree& element) {
    if (const auto css = element.get_optional<std::string>("<xmlattr>.class")) classes[*css] += 1;
  });
  return classes;
}

ptree read_xml(const std::string& text) {
  std::istringstream in{text};
  ptree tree;
  boost::property_tree::read_xml(in, tree);
  return tree;
}

TEST(Report, TellsWhatHappenedInOrderOneJsonObjectALine) {
  const auto folder = ::testing::TempDir() + "/report_events";
  const auto storm = played_storm();
  ASSERT_TRUE(write_report(folder, {storm}));
  std::istringstream lines{content_of(folder + "/events.ndjson")};
  std::map<std::string, int> seen;
  std::int64_t created = 0;
  std::string last_at, last_event;
  for (std::string line; std::getline(lines, line);) {
    const auto event = boost::json::parse(line).as_object();
    EXPECT_EQ(event.at("file").as_string(), "a_storm.yaml");
    EXPECT_EQ(event.at("seed").as_int64(), 3);
    last_event = event.at("event").as_string();
    seen[last_event] += 1;
    if (last_event == "orders") created += event.at("created").to_number<std::int64_t>();
    if (last_event == "played") continue;
    const std::string at{event.at("at").as_string()};
    EXPECT_GE(at, last_at);
    last_at = at;
  }
  EXPECT_EQ(last_event, "played");
  EXPECT_EQ(created, storm.outcome.orders);
  EXPECT_GT(seen["calls"], 0);
  EXPECT_GT(seen["breaker_moved"], 0);
  EXPECT_EQ(seen["fault"], 2) << "the play ends where it broke";
  EXPECT_EQ(seen["broken"], 1) << "the path is open by then";
}

TEST(Timeline, DrawsLoadPathsBreakersFaultsAndWhatBroke) {
  const auto played = played_storm();
  ASSERT_FALSE(played.outcome.holds());
  auto classes = classes_of(read_xml(timeline_svg(played, played.story->length)));
  EXPECT_EQ(classes["created"], 1);
  EXPECT_EQ(classes["paid"], 1);
  EXPECT_EQ(classes["good"], 2);  // A lane for each path.
  EXPECT_GT(classes["breaker open"], 0);
  EXPECT_GT(classes["breaker half_open"] + classes["breaker closed"], 2);
  EXPECT_EQ(classes["fault"], 2);  // It ends where it breaks.
  EXPECT_EQ(classes["broken"], 1);
  EXPECT_GT(classes["hover"], 50);
}

TEST(Timeline, FaultsEndWhenTheyWereSaidTo) {
  const auto played = played_storm();
  std::map<std::string, std::pair<Duration, Duration>> bands;
  for (const auto& band : bands_of(*played.outcome.chronicle, 1h)) bands[band.text] = {band.from, band.to};
  EXPECT_EQ(bands.at("channel aurora/qr/cmb goes silent for 2min"), std::pair(Duration{1min}, Duration{3min}));
  EXPECT_EQ(bands.at("business bakery answers 500").first, 2min);
}

TEST(Timeline, TheFiguresOfAColumnAreThoseOfTheStory) {
  auto played = played_storm();
  std::int64_t created = 0;
  const auto whole = played.outcome.lasted + 1min;
  walk(read_xml(timeline_svg(played, whole)), [&](const std::string&, const ptree& element) {
    if (element.get("<xmlattr>.class", std::string{}) != "hover") return;
    const auto tip = element.get<std::string>("<xmlattr>.data-tip");
    std::smatch found;
    if (std::regex_search(tip, found, std::regex{"([0-9]+) created"})) created += std::stoi(found[1]);
  });
  EXPECT_EQ(created, played.outcome.orders);
}

TEST(Timeline, ThePageNeedsNothingButItself) {
  auto page = timeline_page({played_storm()});
  EXPECT_NE(page.find("&lt;angles&gt; &amp; &quot;quotes&quot;"), std::string::npos);
  EXPECT_NE(page.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(page.find("A storm"), std::string::npos);
  page = std::regex_replace(page, std::regex{"http://www.w3.org/2000/svg"}, "");
  for (const auto* outside : {"http:", "https:", "src=", "href=", "url(", "@import"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
}

TEST(Timeline, KeepingAChronicleChangesNothing) {
  const auto played = played_storm();
  EXPECT_EQ(play(*played.story, {.seed = 3}).digest, played.outcome.digest);
}

boost::json::value schema() {
  std::ostringstream out;
  print_schema(out);
  return boost::json::parse(out.str());
}

bool fits(const boost::json::value& list, const std::string& sentence) {
  for (const auto& branch : list.at("items").at("anyOf").as_array())
    if (std::regex_match(sentence, std::regex{std::string{branch.at("pattern").as_string()}})) return true;
  return false;
}

TEST(Schema, IsTheOneInTheFolder) {
  std::ostringstream out;
  print_schema(out);
  EXPECT_TRUE(out.str() == content_of(TAEL_STORIES_FOLDER "/story.schema.json"))
      << "renew it: tael scenario schema > scripts/scenarios/story.schema.json";
}

TEST(Schema, KnowsEverySentenceOfTheGrammar) {
  const auto root = schema();
  const auto &script = root.at("definitions").at("script"), &expect = root.at("definitions").at("expect");
  for (const auto& phrase : deed_phrases()) EXPECT_TRUE(fits(script, "00:10 " + std::string{phrase.example}));
  for (const auto& phrase : fact_phrases()) {
    const std::string fact{phrase.example};
    EXPECT_TRUE(fits(script, "36:00:01.500 expect " + fact)) << fact;
    for (const auto& sentence :
         {"always " + fact, "at the end " + fact, "at 00:10 " + fact, "eventually " + fact + " within 3h"})
      EXPECT_TRUE(fits(expect, sentence)) << sentence;
  }
}

TEST(Schema, RefusesWhatTheReaderRefuses) {
  const auto root = schema();
  const auto& script = root.at("definitions").at("script");
  for (const auto* sentence : {"bakery creates o-1 for 25.00 CNY", "00:10 bakery creats o-1 for 25.00 CNY",
                               "00:10 channel aurora has bad_luck", "00:10 kill node at nowhere", "00:10"})
    EXPECT_FALSE(fits(script, sentence)) << sentence;
}

TEST(Schema, EveryExampleOfAKeyHasTheShapeOfItsKey) {
  for (const auto& key : story_keys()) {
    if (!key.shape.starts_with('^')) continue;
    EXPECT_TRUE(std::regex_match(std::string{key.example}, std::regex{std::string{key.shape}})) << key.name;
  }
}

TEST(Words, EveryKeyIsReadWithItsExample) {
  // A key that the table has and the reader forgot would be accepted and do nothing; so each must be told when wrong.
  for (const auto& key : story_keys()) {
    if (key.shape.empty() || key.shape == "{}" || key.name == "mix") continue;
    const auto wrong = std::string{key.name} + ": nonsense";
    std::string text = "why: a test\nscript: [00:00 kill node]\n";
    if (key.name == "script") continue;
    if (key.section == "load")
      text += "load: {business: bakery, " + wrong + (key.name == "speed" ? ", arrivals: x" : "") + "}\n";
    else if (key.section.empty())
      text += wrong + "\n";
    else
      text += std::string{key.section} + ": {" + wrong + "}\n";
    EXPECT_FALSE(read_story_text(text, "story.yaml", TAEL_CONFIG_FOLDER).errors.empty()) << text;
  }
}

}  // namespace
}  // namespace tael::scenario
