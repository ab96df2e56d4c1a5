#include "runtime/watch/callback_watch.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-21T12:00:00.000Z");

struct CallbackWatchTest : ::testing::Test {
  CallbackWatch watch{{"aurora", "borealis"}};
  void found(const std::string& channel, int times) {
    for (int i = 0; i < times; ++i) watch.found_by_inquiry(channel);
  }
};

TEST_F(CallbackWatchTest, AChannelAllOfWhosePaymentsAreFoundByInquiryIsAnAlert) {
  found("aurora", payments_without_callback_max - 1);
  EXPECT_TRUE(watch.look(noon).empty());
  found("aurora", 1);
  ASSERT_EQ(watch.look(noon).size(), 1u);
  EXPECT_EQ(watch.look(noon)[0].ref, "aurora");
  EXPECT_EQ(watch.look(noon)[0].channel, "aurora");
}

TEST_F(CallbackWatchTest, OneCallbackEndsIt) {
  found("aurora", payments_without_callback_max);
  EXPECT_FALSE(watch.calls_back("aurora"));
  watch.heard("aurora");
  EXPECT_TRUE(watch.look(noon).empty());
  EXPECT_TRUE(watch.calls_back("aurora"));
}

TEST_F(CallbackWatchTest, ACallbackLostNowAndThenIsNone) {
  for (int i = 0; i < 10; ++i) {
    found("aurora", payments_without_callback_max - 1);
    watch.heard("aurora");
  }
  EXPECT_TRUE(watch.look(noon).empty());
}

TEST_F(CallbackWatchTest, AnAlertOfAFormerLifeIsNotOverBeforeACallbackIsHeard) {
  EXPECT_FALSE(watch.calls_back("aurora"));
}

TEST_F(CallbackWatchTest, ChannelsWithoutCallbacksAreNotHeldToThem) {
  found("bank_host", 3 * payments_without_callback_max);
  EXPECT_TRUE(watch.look(noon).empty());
}

}  // namespace
}  // namespace tael
