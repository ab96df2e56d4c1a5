// Orders outlive the channels that took their money.
#include "actors/domain/order_life.hpp"
#include "tests/support/orders.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::created;
using testing::morning;
using testing::word;

/// An order whose one attempt through aurora heard `ending`.
Order after(Ending ending) {
  const auto policies = testing::policies();
  const auto order = pay_order(created(), "aurora/qr/cmb", "", policies, morning, "test").order;
  return hear_channel(order, word(ChannelOp::pay, order.attempts[0].number, ending, order.amount), policies, morning,
                      "test")
      .order;
}

OrderPolicies without_aurora() {
  auto policies = testing::policies();
  policies.channels.erase("aurora");
  return policies;
}

TEST(OrderWithoutItsChannel, RefusesARefundInsteadOfCrashing) {
  const auto order = after(Ending::approved);
  ASSERT_EQ(order.state, OrderState::paid);
  const auto step = refund_order(order, "r-1", 100, "returned", without_aurora(), morning, "test");
  EXPECT_EQ(step.refusal, Refusal::path_unknown);
  EXPECT_NE(step.detail.find("'aurora'"), std::string::npos) << step.detail;
  EXPECT_FALSE(step.changes());
}

TEST(OrderWithoutItsChannel, IsAskedAboutOnlyWhereSomebodyCanAnswer) {
  const auto order = after(Ending::pending);
  EXPECT_EQ(sync_order(order, testing::policies()).calls.size(), 1u);
  EXPECT_TRUE(sync_order(order, without_aurora()).calls.empty());
}

TEST(OrderWithoutItsChannel, KeepsItsParkedRefundWhenItIsTakenUp) {
  auto order =
      refund_order(after(Ending::approved), "r-1", 100, "returned", testing::policies(), morning, "test").order;
  order.refunds[0].state = RefundState::parked;
  EXPECT_TRUE(resume_order(order, testing::policies(), morning, "operator").changes());
  EXPECT_FALSE(resume_order(order, without_aurora(), morning, "operator").changes());
}

}  // namespace
}  // namespace tael
