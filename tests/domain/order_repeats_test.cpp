// What must happen once although it is told, asked or rung again.
#include "actors/domain/order_life.hpp"
#include "tests/support/life.hpp"

namespace tael {
namespace {

using enum Ending;
using testing::Life;
constexpr auto pay = ChannelOp::pay;
constexpr auto inquire = ChannelOp::inquire;

TEST(OrderLife, ARestartInTheMiddleOfARefundKeepsItsOneNumber) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000);
  life.take(recover_order(life.order, Life::policies, life.now));
  EXPECT_EQ(life.refund(1), RefundState::in_doubt);
  EXPECT_EQ(life.order.refunds.size(), 1u);
}

TEST(OrderLife, AnInquiryAboutARefundThatNeverLeftDoesNotSendItAgain) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000).hears_of_refund(ChannelOp::refund, 1, pending);
  life.hears_of_refund(ChannelOp::inquire_refund, 1, not_sent);
  EXPECT_EQ(life.refund(1), RefundState::in_doubt);
}

// A timer that was struck while it rang is heard late, and one may ring twice.
TEST(OrderLife, ATimerNobodyWaitsForAnyMoreDoesNothing) {
  Life life;
  life.pays().hears(pay, 1, silent);
  const auto& attempt = life.order.attempts[0];
  const Timer first{life.order.shard, TimerKind::attempt_inquiry, attempt.number, attempt.inquire_at};
  life.rings(first).hears(inquire, 1, silent).rings(first);
  EXPECT_TRUE(life.last.calls.empty());
  const Timer close{life.order.shard, TimerKind::order_close, life.order.id, life.order.close_at - 1s};
  life.rings(close);
  EXPECT_EQ(life.order.state, OrderState::paying);
}

}  // namespace
}  // namespace tael
