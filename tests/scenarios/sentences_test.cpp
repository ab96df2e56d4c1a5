// Each word of each sentence counts: swapped for another, the play is another one, or the story is refused. A word that
// changes nothing makes a story that proves nothing.
#include "runtime/scenario/player.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace tael::scenario {
namespace {

StoryRead read(const std::string& text) { return read_story_text(text, "story.yaml", TAEL_CONFIG_FOLDER); }

std::vector<std::string> texts(const std::vector<config::Error>& errors) {
  std::vector<std::string> all;
  for (const auto& error : errors) all.push_back(to_text(error));
  return all;
}

using Texts = std::vector<std::string>;

// Two businesses over all three paths, long enough for anything to meet something.
const std::string busy = R"(why: a test
given: {config: {node: {alerts: {owner: o@house.test, email: {server: 'mail.house.test:587', from: t@house.test}}}}}
load:
  - {business: bakery, rate: 15/min, for: 2min, pay_after: 2s, refund: 30%, never: 10%,
     mix: {aurora/qr/cmb: 40%, aurora/qr/icbc: 20%, borealis/qr/ccb: 40%}}
  - {business: museum, rate: 10/min, for: 2min, pay_after: 2s, refund: 20%, mix: {borealis/qr/ccb: 100%}}
faults:
  - 00:01:30 operator switches borealis/qr/ccb off
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:00 museum creates m-1 for 25.00 CNY
  - 00:00:01 museum pays m-1 by borealis/qr/ccb
  - 00:00:01 bakery pays o-1 by aurora/qr/cmb
  - 00:00:02 bakery pays o-1 by borealis/qr/ccb
  - 00:00 bakery creates o-3 for 25.13 CNY
  - 00:00:01 bakery pays o-3 by aurora/qr/cmb
  - 00:00:59 payer pays o-3
  - 00:01 museum refunds 0.50 CNY of m-1 as r-1
)";

/// What happens, without the sentences themselves; why the story is refused where it is.
Texts happens(const std::string& sentence) {
  const auto told = read(busy + "  - 00:01 " + sentence + "\n");
  if (!told.story) return texts(told.errors);
  auto [digest, lines] = [&] {
    auto outcome = play(*told.story, {.keeps_lines = true});
    return std::pair{outcome.digest, std::move(outcome.lines)};
  }();
  lines.push_back(std::to_string(digest));  // Which actors heard what when.
  std::erase_if(lines, [](const std::string& line) { return line.find("  story    ") != std::string::npos; });
  return lines;
}

/// Other words for a slot; of a listed one all others.
Texts others(const std::string& slot, const std::string& word, const Lexicon& lexicon) {
  static const std::map<std::string, Texts> free{{"ORDER", {"m-1", "o-9"}},
                                                 {"REFUND", {"r-9"}},
                                                 {"LENGTH", {"7s", "17min"}},
                                                 {"PERCENT", {"77%", "95%", "40%", "99%"}},
                                                 {"CODE", {"ORDER_NOT_FOUND", "NOT_REFUNDABLE"}},
                                                 {"MONEY", {"7.34"}},
                                                 {"ACCOUNT", {"suspense:aurora:USD", "business_payable:bakery:CNY"}}};
  const auto listed = lexicon.find(slot);
  if (slot == "COUNT") {
    Texts counts;
    for (int count = 20; count >= 0; --count) counts.push_back(std::to_string(count));
    std::erase(counts, word);
    return counts;
  }
  auto words = listed == lexicon.end() ? free.at(slot) : listed->second;
  std::erase(words, word);
  return words;
}

/// The sentence with each of its words swapped in turn: the word's name, and every sentence to try instead.
std::vector<std::pair<std::string, Texts>> swaps(const std::string& pattern, const std::string& sentence,
                                                 const Lexicon& lexicon) {
  std::vector<std::pair<std::string, Texts>> all;
  const auto words = split_words(sentence);
  std::size_t at = 0;
  for (const auto& name : split_words(pattern)) {
    Texts sentences;
    for (const auto& other : is_slot(name) ? others(name, words[at], lexicon) : Texts{"xyzzy"}) {
      std::string swapped;
      for (std::size_t i = 0; i < words.size(); ++i) swapped += (i == 0 ? "" : " ") + (i == at ? other : words[i]);
      sentences.push_back(swapped);
    }
    all.emplace_back(name, std::move(sentences));
    at += name == "MONEY" ? 2 : 1;
  }
  return all;
}

TEST(Sentences, EachWordOfADeedChangesWhatHappens) {
  // Where the example has nothing to meet, or nothing has happened that it could end.
  const std::map<std::string, std::string, std::less<>> instead{
      {"BUSINESS creates ORDER for MONEY", "bakery creates o-7 for 25.00 CNY"},
      {"BUSINESS creates ORDER for MONEY within LENGTH", "bakery creates o-7 for 25.00 CNY within 10min"},
      {"payer pays ORDER by PATH", "payer pays o-1 by borealis/qr/ccb"},
      {"business BUSINESS comes back", "business bakery comes back"},
      {"channel SCOPE heals", "channel aurora heals"},
      {"channel SCOPE has FAULT on OPERATION", "channel aurora has answer_cut on refund"}};
  // What such a sentence would end.
  const std::map<std::string, std::string, std::less<>> before{
      {"business BUSINESS comes back", "business bakery goes down\n  - 00:01 business museum goes down\n  - 00:01 "},
      {"operator switches SCOPE on", "operator switches aurora/qr/cmb off\n  - 00:01 "},
      {"channel SCOPE heals", "channel aurora goes silent\n  - 00:01 channel borealis goes silent\n  - 00:01 "}};
  // What such a sentence waits for.
  const std::map<std::string, std::string, std::less<>> after{{"configuration loses PATH", "\n  - 00:01 kill node"}};
  const auto lexicon = lexicon_of(read(busy).story.value().config);
  for (const auto& phrase : deed_phrases()) {
    const auto other = instead.find(phrase.pattern);
    const auto sentence = other == instead.end() ? std::string{phrase.example} : other->second;
    const auto first = before.contains(phrase.pattern) ? before.find(phrase.pattern)->second : std::string{};
    const auto then = after.contains(phrase.pattern) ? after.find(phrase.pattern)->second : std::string{};
    const auto as_told = happens(first + sentence + then);
    for (const auto& [name, sentences] : swaps(std::string{phrase.pattern}, sentence, lexicon))
      EXPECT_TRUE(
          std::ranges::any_of(sentences, [&](const auto& each) { return happens(first + each + then) != as_told; }))
          << name << " changes nothing in '" << sentence << "'";
  }
}

// An order paid twice and refunded, one closed, one with the wrong amount; notices that nobody takes; a bank that died.
const std::string eventful = R"(why: a test
given: {config: {node: {alerts: {owner: o@house.test, email: {server: 'mail.house.test:587', from: t@house.test}}}}}
load: {business: bakery, rate: 20/min, for: 20min, refund: 60%, pay_after: 2s, mix: {aurora/qr/icbc: 70%, aurora/card/cmb: 30%}}
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:00 museum creates m-1 for 25.00 CNY
  - 00:00 bakery creates o-3 for 25.13 CNY
  - 00:00 bakery pays o-1 by aurora/qr/cmb
  - 00:00 museum pays m-1 by borealis/qr/ccb
  - 00:00:00.500 bakery pays o-1 by borealis/qr/ccb
  - 00:00:02 payer pays o-1 by aurora/qr/cmb
  - 00:00:02 payer pays o-1 by borealis/qr/ccb
  - 00:00:05 bakery pays o-3 by aurora/qr/cmb
  - 00:00:06 payer pays o-3
  - 00:02 bakery refunds 10.00 CNY of o-1 as r-1
  - 00:03 bakery refunds 99.00 CNY of o-1 as r-2
  - 00:03 museum pays o-1 by borealis/qr/ccb
  - 00:04 museum closes m-1
  - 00:04 business museum goes down
  - 00:05 kill node
  - 00:01 channel aurora/qr/icbc goes silent for 2min
  - 00:30 operator switches aurora/card/cmb off for 1min
expect:
  - at the end node died 1 times
)";

/// How each fact stands at the end, in one play: nothing when it holds, else what was found; or why it is refused.
std::map<std::string, std::string> stand(const Texts& facts) {
  std::map<std::string, std::string> how;
  std::string text = eventful;
  for (const auto& fact : facts) {
    const auto alone = read(eventful + "  - at the end " + fact + "\n");
    if (!alone.story)
      how[fact] = "refused: " + texts(alone.errors).front();
    else
      text += "  - at the end " + fact + "\n";
  }
  for (const auto& broken : play(read(text).story.value(), {}).broken)
    if (const auto fact = broken.find(": at the end "), found = broken.rfind(", but "); fact != std::string::npos)
      how[broken.substr(fact + 13, found - fact - 13)] = broken.substr(found);
  return how;
}

TEST(Sentences, EachWordOfAFactChangesWhatIsClaimed) {
  // Where the example's own subject does not stand out in this story.
  const std::map<std::string, std::string, std::less<>> instead{
      {"SCOPE moved for CAUSE", "aurora/qr/icbc moved for consecutive"},
      {"SCOPE moved for CAUSE COUNT times", "aurora/qr/icbc moved for consecutive 1 times"},
      {"owner of OWNED was told of ALERT", "owner of aurora was told of amount_mismatch"},
      {"owner of OWNED was told of ALERT COUNT times", "owner of aurora was told of amount_mismatch 1 times"},
      {"owner of OWNED was reminded of ALERT COUNT times", "owner of museum was reminded of notice_parked 2 times"},
      {"owner of OWNED was told that ALERT is over COUNT times",
       "owner of aurora was told that path_open is over 1 times"},
      {"the channel told of ORDER LENGTH or more after it was paid",
       "the channel told of o-1 20ms or more after it was paid"},
      {"at most PERCENT of orders by PATH are paid", "at most 80% of orders by aurora/qr/icbc are paid"},
      {"at least PERCENT of orders by PATH are paid", "at least 99% of orders by aurora/qr/cmb are paid"}};
  const auto told = [&](const Phrase& phrase) {
    const auto other = instead.find(phrase.pattern);
    return other == instead.end() ? std::string{phrase.example} : other->second;
  };
  const auto lexicon = lexicon_of(read(eventful).story.value().config);
  Texts all;
  for (const auto& phrase : fact_phrases()) {
    all.push_back(told(phrase));
    for (const auto& [name, sentences] : swaps(std::string{phrase.pattern}, told(phrase), lexicon))
      all.insert(all.end(), sentences.begin(), sentences.end());
  }
  auto how = stand(all);
  for (const auto& phrase : fact_phrases())
    for (const auto& [name, sentences] : swaps(std::string{phrase.pattern}, told(phrase), lexicon)) {
      // That a path is meant shows in a story of its own: refunds_that_fail_do_not_close_the_way_in.
      if (phrase.pattern.starts_with("refunds by PATH") && name == "PATH") continue;
      EXPECT_TRUE(std::ranges::any_of(sentences, [&](const auto& each) { return how[each] != how[told(phrase)]; }))
          << name << " changes nothing in '" << told(phrase) << "'" << how[told(phrase)];
    }
}

// It was asked as the bakery, whatever the sentence said, and proved nothing.
TEST(Sentences, ABusinessIsRefusedWhatItAsksAboutAnothersOrder) {
  for (const auto* deed : {"pays o-1 by borealis/qr/ccb", "closes o-1", "refunds 1.00 CNY of o-1 as r-1"}) {
    const auto told = read(std::string{R"(why: a test
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:00:01 museum )"} + deed +
                           R"(
expect:
  - at the end museum was refused ORDER_NOT_FOUND
  - at the end order o-1 has 0 attempts
)");
    ASSERT_TRUE(told.story) << texts(told.errors).front();
    const auto outcome = play(*told.story, {});
    EXPECT_TRUE(outcome.holds()) << deed << ": " << outcome.broken.front();
  }
}

TEST(Sentences, OneNameIsNotTwoBusinessesOrders) {
  EXPECT_EQ(texts(read("why: a test\nscript:\n  - 00:00 bakery creates o-1 for 1.00 CNY\n"
                       "  - 00:00 museum creates o-1 for 1.00 CNY\n")
                      .errors),
            Texts{"story.yaml:4: 'o-1' is bakery's order in this story; name museum's otherwise"});
}

TEST(Sentences, WhatWouldDoNothingIsRefused) {
  for (const auto* sentence :
       {"channel aurora has answer_cut 0 times", "channel aurora has answer_cut in 0% of calls",
        "channel aurora goes silent for 0s", "adapter of aurora crashes 0 times", "store loses 0 answers",
        "mail server goes down for 0s", "bakery creates o-9 for 1.00 CNY within 0s",
        "bakery creates o-9 for 1.00 CNY within 1500ms", "channel aurora has callback_lost on refund",
        "channel aurora has refund_silent on pay", "business bakery answers 42"})
    EXPECT_EQ(read(busy + "  - 00:01 " + sentence + "\n").errors.size(), 1u) << sentence;
  for (const auto* fact : {"account suspense:aurora:CNY holds 0.00 USD", "account suspense holds 0.00 CNY",
                           "at least 0% of orders are paid", "at most 100% of orders by aurora/qr/cmb are paid"})
    EXPECT_EQ(read(eventful + "  - at the end " + fact + "\n").errors.size(), 1u) << fact;
  for (const auto* load : {"mix: {aurora/qr/cmb: 0%}", "mix: aurora/qr/cmb", "orders: 5, rate_at_end: 5/s"})
    EXPECT_EQ(read(std::string{"why: a test\nload: {business: bakery, "} + load + "}\nscript: [00:00 kill node]\n")
                  .errors.size(),
              1u)
        << load;
}

TEST(Sentences, WhatIsHardlyMeantIsPointedOutWithItsLine) {
  const auto notes = [](const std::string& more) { return texts(read(eventful + more).notes); };
  EXPECT_EQ(notes(""), Texts{});
  EXPECT_EQ(notes("  - at the end order o-8 is not paid\n"),
            Texts{"story.yaml:25: nobody creates 'o-8', did you mean 'o-1'?"});
  EXPECT_EQ(notes("  - at the end order bakery-1-3 is not paid\n"), Texts{}) << "the load creates it";
  EXPECT_EQ(notes("  - at the end museum heard order.paid of o-1 0 times\n"),
            Texts{"story.yaml:25: 'o-1' is bakery's order: museum hears nothing of it"});
  EXPECT_EQ(
      texts(read("why: a test\nscript:\n  - 00:00 bakery creates o-1 for 1.00 CNY\n  - 00:01 channel aurora/qr "
                 "heals\n  - 00:02 business bakery comes back\nexpect:\n  - at the end owner of aurora was told "
                 "of link_silent 0 times\n")
                .notes),
      (Texts{"story.yaml:7: nobody is told of anything: the story's configuration names no `alerts` with `email`",
             "story.yaml:4: nothing is broken at 'aurora/qr' by then", "story.yaml:5: bakery was never away by then"}));
}

TEST(Sentences, AFaultThatMeetsNobodyIsPointedOut) {
  const std::string paid = R"(why: a test
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:00 bakery pays o-1 by aurora/qr/cmb
  - 00:00:02 payer pays o-1
)";
  const auto notes = [&](const std::string& more) { return play(read(paid + more).story.value(), {}).notes; };
  EXPECT_EQ(notes("  - 00:00:01 channel aurora goes silent for 1s\n"), Texts{});
  EXPECT_EQ(notes("  - 10:00 channel aurora goes silent for 1min\n"),
            Texts{"story.yaml:6: all has ended by then: this meets nobody"});
  EXPECT_EQ(notes("  - 00:00 kill node at call.refund\n"),
            Texts{"story.yaml:6: the node never passed this point after that, and did not die"});
}

}  // namespace
}  // namespace tael::scenario
