// A number that the channel does not find: on its way still, missing from an index, or never received. Only a channel
// that has closed it leaves no doubt.
#include "actors/domain/order_life.hpp"
#include "tests/support/life.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::Life;
using testing::morning;
using testing::word;

const OrderPolicies& policies = Life::policies;

using enum Ending;
constexpr auto pay = ChannelOp::pay;
constexpr auto inquire = ChannelOp::inquire;
constexpr auto close = ChannelOp::close;

TEST(OrderLife, ANumberTheChannelDoesNotKnowIsDoubtUntilItCannotBeUnderWay) {
  Life life;
  life.pays().hears(pay, 1, silent);
  auto news = word(inquire, life.order.attempts[0].number, declined);
  news.number_unknown = true;
  life.now = morning + 59s;
  life.take(hear_channel(life.order, news, policies, life.now, "test"));
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
  EXPECT_TRUE(life.last.calls.empty());
  life.now = morning + 115s;
  life.take(hear_channel(life.order, news, policies, life.now, "test"));
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
  EXPECT_EQ(life.last.calls, (std::vector<CallDue>{{close, life.order.attempts[0].number}}))
      << "closed before given up";
  life.hears(close, 1, approved);
  EXPECT_EQ(life.attempt(1), AttemptState::not_sent);
  EXPECT_EQ(life.order.state, OrderState::created);
}

TEST(OrderLife, ANumberThatAnIndexLagsBehindIsNotGivenUpWhenItsCloseSaysThatItIsPaid) {
  Life life;
  life.pays().hears(pay, 1, silent);
  auto news = word(inquire, life.order.attempts[0].number, silent);
  news.number_unknown = true;
  life.now = morning + 115s;
  life.take(hear_channel(life.order, news, policies, life.now, "test"));
  life.hears(close, 1, declined);
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
  EXPECT_EQ(life.last.calls, (std::vector<CallDue>{{inquire, life.order.attempts[0].number}}));
  life.take(hear_channel(life.order, news, policies, life.now, "test"));
  EXPECT_TRUE(life.last.calls.empty()) << "nor is a channel that contradicts itself asked without end";
  life.hears(inquire, 1, approved, 2500);
  EXPECT_EQ(life.order.state, OrderState::paid);
}

TEST(OrderLife, ANumberTheChannelHadToldUsOfIsNotGivenUpWhenItForgetsIt) {
  Life life;
  life.pays().hears(pay, 1, pending);
  auto news = word(inquire, life.order.attempts[0].number, silent);
  news.number_unknown = true;
  life.now = morning + 115s;
  life.take(hear_channel(life.order, news, policies, life.now, "test"));
  EXPECT_EQ(life.attempt(1), AttemptState::pending) << "a code that nobody has scanned yet is no trade at Alipay";
  EXPECT_TRUE(life.last.calls.empty());
}

TEST(OrderLife, WhatAClosedOrderLeftInDoubtIsClosedWhenAPersonAsks) {
  Life life;
  life.pays().hears(pay, 1, silent);
  life.now = life.order.expires_at;
  while (life.order.state != OrderState::closed) life.rings_close().hears(close, 1, silent);
  const auto& number = life.order.attempts[0].number;
  EXPECT_EQ(sync_order(life.order, policies).calls, (std::vector<CallDue>{{inquire, number}, {close, number}}));
  life.hears(close, 1, approved);
  EXPECT_EQ(life.attempt(1), AttemptState::closed);
}

}  // namespace
}  // namespace tael
