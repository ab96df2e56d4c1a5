// Money of another currency: never asked for, and when it is reported all the same, never lost sight of.
#include "actors/domain/order_life.hpp"
#include "tests/support/orders.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::created;
using testing::morning;
using testing::word;

OrderPolicies taking(std::vector<Currency> currencies) {
  auto policies = testing::policies();
  policies.channels.at("aurora").currencies = std::move(currencies);
  return policies;
}

TEST(OrderCurrency, IsNotAskedOfAChannelThatWouldTakeTheNumberForItsOwnMoney) {
  auto order = created();
  order.currency = Currency::of("JPY");
  const auto refused = pay_order(order, "aurora/qr/cmb", "", taking({cny}), morning, "test");
  EXPECT_EQ(refused.refusal, Refusal::currency_not_taken);
  EXPECT_EQ(refused.detail, "'aurora' cannot be paid in JPY");
  EXPECT_FALSE(refused.changes());
  EXPECT_FALSE(pay_order(order, "aurora/qr/cmb", "", taking({cny, order.currency}), morning, "test").refusal);
  EXPECT_FALSE(pay_order(created(), "aurora/qr/cmb", "", taking({cny}), morning, "test").refusal);
}

TEST(OrderAmount, ThatTheChannelCannotSayIsRefusedAndNotRounded) {
  auto policies = testing::policies();
  policies.channels.at("aurora").steps = {{cny, 100}};
  auto order = created();
  order.amount = 2'550;
  const auto refused = pay_order(order, "aurora/qr/cmb", "", policies, morning, "test");
  EXPECT_EQ(refused.refusal, Refusal::amount_not_taken);
  EXPECT_EQ(refused.detail, "'aurora' counts in steps of 1.00 CNY: 25.50 CNY is no whole number of them");
  order.amount = 2'500;
  order = pay_order(order, "aurora/qr/cmb", "", policies, morning, "test").order;
  order = hear_channel(order, word(ChannelOp::pay, order.attempts[0].number, Ending::approved, 2'500), policies,
                       morning, "test")
              .order;
  ASSERT_EQ(order.state, OrderState::paid);
  EXPECT_EQ(refund_order(order, "r-1", 250, "", policies, morning, "test").refusal, Refusal::amount_not_taken);
  EXPECT_FALSE(refund_order(order, "r-1", 300, "", policies, morning, "test").refusal);
}

TEST(OrderCurrency, ReportedInAnotherOneIsAlertedAndAskedAboutOnTheLadderAndNotForeverAtItsFirstRung) {
  const auto policies = testing::policies();
  const auto order = pay_order(created(), "aurora/qr/cmb", "", policies, morning, "test").order;
  const auto rung = order.attempts[0].inquire_at;
  auto foreign = word(ChannelOp::inquire, order.attempts[0].number, Ending::approved, 2500);
  foreign.amount->currency = Currency::of("USD");
  const auto step = hear_channel(order, foreign, policies, rung, "test");
  EXPECT_EQ(step.order.attempts[0].inquiries, 1);
  EXPECT_GT(step.order.attempts[0].inquire_at, rung);
  EXPECT_EQ(step.order.paid_amount, 0);
  ASSERT_EQ(step.alerts.size(), 1u);
  EXPECT_EQ(step.alerts[0].kind, "amount_mismatch");
}

// It said "took 8313 instead of 8213", and whoever was called had to know that these are fen.
TEST(OrderCurrency, AnAlertNamesMoneyAsItIsWrittenElsewhere) {
  const auto policies = testing::policies();
  const auto order = pay_order(created(), "aurora/qr/cmb", "", policies, morning, "test").order;
  const auto step = hear_channel(order, word(ChannelOp::inquire, order.attempts[0].number, Ending::approved, 2600),
                                 policies, morning + 1min, "test");
  ASSERT_EQ(step.alerts.size(), 1u);
  EXPECT_TRUE(step.alerts[0].message.starts_with("the channel took 26.00 CNY instead of 25.00 CNY;"))
      << step.alerts[0].message;
}

}  // namespace
}  // namespace tael
