// What a live play refuses before it begins; tests/process/live_test.py plays stories on a real node.
#include "runtime/scenario/live.hpp"

#include "runtime/scenario/live_deeds.hpp"
#include "runtime/scenario/live_wire.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>

namespace tael::scenario {
namespace {

std::vector<std::string> refused(const std::string& text) {
  const auto read = read_story_text(text, "story.yaml", TAEL_CONFIG_FOLDER);
  for (const auto& error : read.errors) ADD_FAILURE() << to_text(error);
  std::vector<std::string> sentences;
  if (read.story)
    for (const auto& error : not_playable_live(*read.story)) sentences.push_back(to_text(error));
  return sentences;
}

TEST(Live, WhatABusinessAndItsPayersDoCanBePlayed) {
  EXPECT_EQ(refused(R"(why: a test
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:00 channel aurora/qr/cmb goes silent for 8min
  - 00:01 bakery pays o-1 by aurora/qr/cmb
  - 00:02 business bakery goes down for 3h
  - 00:03 expect order o-1 is paying
expect:
  - at the end bakery heard order.paid of o-1
)"),
            std::vector<std::string>{});
}

TEST(Live, WhatTakesHandsInsideTheNodeIsRefusedWithItsLine) {
  const auto sentences = refused(R"(why: a test
given: {commit_takes: 9ms}
script:
  - 00:00 kill node
  - 00:01 store goes down for 1min
  - 00:02 expect path aurora/qr/cmb is open
expect:
  - at the end no alert was raised
)");
  ASSERT_EQ(sentences.size(), 5u);
  EXPECT_NE(sentences[0].find("a real store takes its own time"), std::string::npos);
  EXPECT_EQ(sentences[1],
            "story.yaml:4: '00:00 kill node' cannot be played live: it takes hands inside the node or its store");
  EXPECT_NE(sentences[2].find("story.yaml:5: "), std::string::npos);
  EXPECT_EQ(
      sentences[3],
      "story.yaml:6: '00:02 expect path aurora/qr/cmb is open' cannot be played live: only the node could see it");
  EXPECT_NE(sentences[4].find("story.yaml:8: "), std::string::npos);
}

TEST(Live, EveryLiveDeedIsASentenceOfTheGrammar) {
  for (const auto& deed : live_deeds())
    EXPECT_EQ(std::ranges::count(deed_phrases(), deed.pattern, &Phrase::pattern), 1) << deed.pattern;
}

TEST(Live, AnOrderOfTheApiIsReadAsTheOrderItShows) {
  const auto order = order_from_json(boost::json::parse(R"({"id":"i","business":"bakery","order_no":"o-1","amount":2500,
    "currency":"CNY","state":"paid","paid_amount":2500,"refunded_amount":1000,"version":9,
    "attempts":[{"id":"i-1","no":1,"path":"aurora/qr/cmb","state":"declined"},
                {"id":"i-2","no":2,"path":"borealis/qr/ccb","state":"succeeded"}],
    "refunds":[{"id":"f-1","refund_no":"r-1","amount":1000,"cause":"requested","state":"refunded"}]})")
                                         .as_object());
  EXPECT_EQ(order.state, OrderState::paid);
  EXPECT_EQ(order.paid_by, "i-2");
  EXPECT_EQ(order.attempts.at(0).state, AttemptState::declined);
  EXPECT_EQ(order.refunds.at(0).state, RefundState::refunded);
  EXPECT_EQ(order.refunded_amount, 1000);
}

}  // namespace
}  // namespace tael::scenario
