// When money moved, by the channel's clock, beside when we heard of it.
#include "tests/support/life.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::Life;
using testing::morning;
using testing::word;
using enum Ending;
constexpr auto pay = ChannelOp::pay;
constexpr auto inquire = ChannelOp::inquire;

const auto& policies = Life::policies;

/// An attempt of `morning` that is heard of a quarter of an hour later.
Life paid_at(std::optional<TimePoint> told) {
  Life life;
  life.pays().hears(pay, 1, pending);
  life.now = morning + 15min;
  auto news = word(inquire, life.order.attempts[0].number, approved, 2500);
  news.at = told;
  life.take(hear_channel(life.order, news, policies, life.now, "test"));
  return life;
}

TEST(OrderTimes, APaymentWasMadeWhenTheChannelSaysAndHeardOfWhenWeHeard) {
  const auto life = paid_at(morning + 2min);
  EXPECT_EQ(life.order.paid_at, morning + 2min);
  EXPECT_EQ(life.order.heard_at, morning + 15min);
  EXPECT_EQ(life.order.attempts[0].paid_at, morning + 2min);
  EXPECT_EQ(life.order.attempts[0].finished_at, morning + 15min);
  EXPECT_TRUE(life.last.alerts.empty());
  EXPECT_EQ(life.last.journal[0].body.back(), (Field{"paid_at", to_rfc3339(morning + 2min)})) << "`order why` shows it";
}

TEST(OrderTimes, APaymentWithoutATimeWasMadeWhenWeHeard) {
  const auto life = paid_at({});
  EXPECT_EQ(life.order.state, OrderState::paid);
  EXPECT_EQ(life.order.paid_at, morning + 15min);
  EXPECT_EQ(life.order.heard_at, morning + 15min);
  EXPECT_TRUE(life.last.alerts.empty());
}

TEST(OrderTimes, AClockALittleOffIsBelieved) {
  EXPECT_EQ(paid_at(morning - 300ms).order.paid_at, morning - 300ms) << "cut to whole seconds";
  EXPECT_EQ(paid_at(morning + 16min).order.paid_at, morning + 16min) << "a minute ahead of ours";
}

TEST(OrderTimes, ATimeThatCannotBeSpoilsNothingAndIsSaidToTheChannelsOwner) {
  for (const auto told : {morning - 1h, morning + 8h, morning + 72h, TimePoint{}, TimePoint::max(), TimePoint::min()}) {
    const auto life = paid_at(told);
    EXPECT_EQ(life.order.state, OrderState::paid);
    EXPECT_EQ(life.order.paid_at, morning + 15min) << "our own, where the channel's cannot be";
    EXPECT_EQ(life.order.attempts[0].paid_at, morning + 15min);
    ASSERT_EQ(life.last.alerts.size(), 1u);
    EXPECT_EQ(life.last.alerts[0].kind, "channel_word");
    EXPECT_EQ(life.last.alerts[0].ref, "aurora/clock") << "one for all its payments";
    EXPECT_EQ(life.last.alerts[0].channel, "aurora");
  }
}

TEST(OrderTimes, NothingOfOursIsTimedByTheChannelsClock) {
  auto early = paid_at(morning + 1min), late = paid_at(morning + 14min);
  EXPECT_EQ(early.last.set, late.last.set);
  EXPECT_EQ(early.last.struck, late.last.struck);
  EXPECT_EQ(early.last.entries[0].at, late.last.entries[0].at);
  EXPECT_EQ(early.last.entries[0].postings, late.last.entries[0].postings);
  EXPECT_EQ(early.last.journal.back().at, late.last.journal.back().at);
}

TEST(OrderTimes, SurplusMoneyKeepsItsTimeToo) {
  Life life;
  life.pays().hears(pay, 1, pending).closes().hears(ChannelOp::close, 1, approved);
  life.now = morning + 20min;
  auto late = word(inquire, life.order.attempts[0].number, approved, 2500);
  late.at = morning + 12min;
  life.take(hear_channel(life.order, late, policies, life.now, "test"));
  EXPECT_EQ(life.order.attempts[0].paid_at, morning + 12min);
  EXPECT_EQ(life.order.attempts[0].finished_at, morning + 20min);
  EXPECT_EQ(life.order.paid_at, TimePoint{});
  EXPECT_EQ(life.order.heard_at, TimePoint{});
}

TEST(OrderTimes, ARefundWentBackWhenTheChannelSays) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000).hears_of_refund(ChannelOp::refund, 1, pending);
  life.now = morning + 3h;
  auto news = word(ChannelOp::inquire_refund, life.order.refunds[0].id, approved, 1000);
  news.at = morning + 1h;
  life.take(hear_channel(life.order, news, policies, life.now, "test"));
  EXPECT_EQ(life.order.refunds[0].refunded_at, morning + 1h);
  EXPECT_EQ(life.order.refunds[0].finished_at, morning + 3h);
}

TEST(OrderTimes, ARefundWithoutATimeOrWithOneThatCannotBeWentBackWhenWeHeard) {
  for (const auto told : {std::optional<TimePoint>{}, std::optional{morning - 24h}, std::optional{morning + 72h}}) {
    Life life;
    life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000);
    life.now = morning + 2min;
    auto news = word(ChannelOp::refund, life.order.refunds[0].id, approved, 1000);
    news.at = told;
    life.take(hear_channel(life.order, news, policies, life.now, "test"));
    EXPECT_EQ(life.refund(1), RefundState::refunded);
    EXPECT_EQ(life.order.refunds[0].refunded_at, morning + 2min);
    EXPECT_EQ(life.last.alerts.size(), told ? 1u : 0u);
  }
}

}  // namespace
}  // namespace tael
