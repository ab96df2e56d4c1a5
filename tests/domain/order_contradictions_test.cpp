// What is authentic and cannot be: a word about another kind of thing than its number names, and one transaction that
// moved the money of two. Nothing moves; a person is told and the channel is asked.
#include "tests/support/life.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::Life;
using testing::word;
using enum Ending;
constexpr auto pay = ChannelOp::pay;
constexpr auto inquire = ChannelOp::inquire;
constexpr auto inquire_refund = ChannelOp::inquire_refund;

const auto& policies = Life::policies;

ChannelWord callback(ChannelOp op, const std::string& number, Ending ending, std::int64_t amount = 0) {
  auto news = word(op, number, ending, amount);
  news.unasked = true;
  return news;
}

void expect_contradiction(const Step& step, const std::string& ref, const std::vector<CallDue>& calls) {
  EXPECT_TRUE(step.entries.empty());
  EXPECT_TRUE(step.transactions.empty());
  EXPECT_TRUE(step.notices.empty());
  ASSERT_EQ(step.alerts.size(), 1u);
  EXPECT_EQ(step.alerts[0].kind, "contradiction");
  EXPECT_EQ(step.alerts[0].ref, ref);
  EXPECT_EQ(step.alerts[0].channel, "aurora");
  ASSERT_FALSE(step.journal.empty());
  EXPECT_EQ(step.journal[0].kind, "contradiction_heard");
  EXPECT_EQ(step.calls, calls);
}

/// Whatever a callback about another kind says, of whatever the number is.
class OrderHearsAnotherKind : public ::testing::TestWithParam<std::tuple<ChannelOp, Ending>> {};
INSTANTIATE_TEST_SUITE_P(Words, OrderHearsAnotherKind,
                         ::testing::Combine(::testing::Values(inquire_refund, ChannelOp::inquire_transfer),
                                            ::testing::Values(approved, declined, pending)));

TEST_P(OrderHearsAnotherKind, AndAPendingPaymentStaysAsItIsAndIsAskedAbout) {
  const auto [op, ending] = GetParam();
  Life life;
  life.pays().hears(pay, 1, pending);
  const auto before = life.order.attempts;
  const auto number = before[0].number;
  life.take(hear_channel(life.order, callback(op, number, ending, 2500), policies, life.now, "test"));
  EXPECT_EQ(life.order.attempts, before);
  EXPECT_EQ(life.order.state, OrderState::paying);
  expect_contradiction(life.last, number, {{inquire, number}});
}

TEST_P(OrderHearsAnotherKind, AndARefundUnderWayStaysAsItIsAndIsAskedAbout) {
  const auto [op, ending] = GetParam();
  const auto other = op == inquire_refund ? inquire : op;
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000).hears_of_refund(ChannelOp::refund, 1, pending);
  const auto before = life.order.refunds;
  const auto number = before[0].id;
  life.take(hear_channel(life.order, callback(other, number, ending, 1000), policies, life.now, "test"));
  EXPECT_EQ(life.order.refunds, before);
  EXPECT_EQ(life.order.refunded_amount, 0);
  expect_contradiction(life.last, number, {{inquire_refund, number}});
}

TEST(OrderContradiction, AnAnswerAboutAnotherKindIsSilence) {
  Life life;
  auto answer = word(pay, life.pays().order.attempts[0].number, approved, 2500);
  answer.about = NumberKind::refund;
  life.take(hear_channel(life.order, answer, policies, life.now, "test"));
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
  EXPECT_EQ(life.order.attempts[0].channel_transaction, "");
  expect_contradiction(life.last, answer.number, {});
  life.rings_inquiry(1);
  answer.op = inquire;
  life.take(hear_channel(life.order, answer, policies, life.now, "test"));
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
  EXPECT_EQ(life.order.attempts[0].inquiries, 1) << "the ladder goes on";
  answer.about = NumberKind::payment;
  life.take(hear_channel(life.order, answer, policies, life.now, "test"));
  EXPECT_EQ(life.order.state, OrderState::paid);
}

TEST(OrderContradiction, AnAnswerToARefundThatTellsOfAPaymentIsSilence) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000);
  auto answer = word(ChannelOp::refund, life.order.refunds[0].id, approved, 1000);
  answer.about = NumberKind::payment;
  life.take(hear_channel(life.order, answer, policies, life.now, "test"));
  EXPECT_EQ(life.refund(1), RefundState::in_doubt);
  expect_contradiction(life.last, answer.number, {});
}

TEST(OrderContradiction, ATransactionThatPaidAnotherOrderPaysNothingAndLeadsIntoDoubtAndAnInquiry) {
  for (const bool unasked : {true, false}) {
    Life life;
    life.pays().hears(pay, 1, pending);
    if (!unasked) life.rings_inquiry(1);
    auto news = word(inquire, life.order.attempts[0].number, approved, 2500);
    news.unasked = unasked;
    news.taken_by = "another";
    life.take(hear_channel(life.order, news, policies, life.now, "test"));
    EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
    EXPECT_EQ(life.order.paid_amount, 0);
    EXPECT_EQ(life.order.attempts[0].channel_transaction, "") << "it is not this attempt's";
    EXPECT_NE(life.order.attempts[0].inquire_at, TimePoint{});
    expect_contradiction(life.last, news.number,
                         unasked ? std::vector<CallDue>{{inquire, news.number}} : std::vector<CallDue>{});
  }
}

TEST(OrderContradiction, ATransactionThatPaidAnotherOrderIsAPersonsAtTheEndOfTheLadder) {
  Life life;
  life.pays().hears(pay, 1, pending);
  auto news = word(inquire, life.order.attempts[0].number, approved, 2500);
  news.taken_by = "another";
  std::set<std::string> alerts;
  while (life.order.attempts[0].inquire_at != TimePoint{}) {
    life.rings_inquiry(1).take(hear_channel(life.order, news, policies, life.now, "test"));
    for (const auto& alert : life.last.alerts) alerts.insert(alert.kind);
  }
  EXPECT_EQ(alerts, (std::set<std::string>{"attempt_in_doubt", "contradiction"}));
}

TEST(OrderContradiction, AnEndedAttemptIsNotWokenByATransactionOfAnother) {
  Life life;
  life.pays().hears(pay, 1, declined);
  auto news = callback(inquire, life.order.attempts[0].number, approved, 2500);
  news.taken_by = "another";
  life.take(hear_channel(life.order, news, policies, life.now, "test"));
  EXPECT_EQ(life.attempt(1), AttemptState::declined);
  expect_contradiction(life.last, news.number, {{inquire, news.number}});
}

TEST(OrderContradiction, OneTransactionIsNotTheMoneyOfTwoAttempts) {
  Life life;
  life.pays().hears(pay, 1, pending).pays("aurora/qr/icbc").hears(pay, 2, pending).hears(inquire, 1, approved, 2500);
  auto second = word(inquire, life.order.attempts[1].number, approved, 2500);
  second.channel_transaction = life.order.attempts[0].channel_transaction;
  life.take(hear_channel(life.order, second, policies, life.now, "test"));
  EXPECT_EQ(life.attempt(2), AttemptState::in_doubt);
  EXPECT_TRUE(life.order.refunds.empty()) << "money that came once does not go back once more";
  expect_contradiction(life.last, second.number, {});
}

TEST(OrderContradiction, TwoChannelsMayNumberAlike) {
  Life life;
  life.pays().hears(pay, 1, pending).pays(testing::borealis).hears(pay, 2, pending).hears(inquire, 1, approved, 2500);
  auto second = word(inquire, life.order.attempts[1].number, approved, 2500);
  second.channel_transaction = life.order.attempts[0].channel_transaction;
  life.take(hear_channel(life.order, second, policies, life.now, "test"));
  EXPECT_EQ(life.attempt(2), AttemptState::surplus);
}

TEST(OrderContradiction, MoneyWithoutATransactionIsToldApartByOurNumbersAlone) {
  Life life;
  life.pays().hears(pay, 1, pending).pays("aurora/qr/icbc").hears(pay, 2, pending);
  for (const auto& attempt : std::vector{life.order.attempts}) {
    auto news = word(inquire, attempt.number, approved, 2500);
    news.channel_transaction.clear();
    life.take(hear_channel(life.order, news, policies, life.now, "test"));
    EXPECT_TRUE(life.last.transactions.empty());
  }
  EXPECT_EQ(life.attempt(1), AttemptState::succeeded);
  EXPECT_EQ(life.attempt(2), AttemptState::surplus);
}

TEST(OrderContradiction, OneTransactionDoesNotReturnTheMoneyOfTwoRefunds) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000).refunds("r-2", 1000);
  auto first = word(ChannelOp::refund, life.order.refunds[0].id, approved, 1000);
  life.take(hear_channel(life.order, first, policies, life.now, "test"));
  ASSERT_EQ(life.last.transactions.size(), 1u);
  EXPECT_EQ(life.last.transactions[0], (ChannelTransaction{life.order.shard, "aurora", NumberKind::refund,
                                                           first.channel_transaction, first.number}));
  auto second = word(ChannelOp::refund, life.order.refunds[1].id, approved, 1000);
  second.channel_transaction = first.channel_transaction;
  life.take(hear_channel(life.order, second, policies, life.now, "test"));
  EXPECT_EQ(life.refund(2), RefundState::in_doubt);
  EXPECT_EQ(life.order.refunded_amount, 1000);
  expect_contradiction(life.last, second.number, {});
  second.unasked = true;
  second.op = inquire_refund;
  life.take(hear_channel(life.order, second, policies, life.now, "test"));
  expect_contradiction(life.last, second.number, {{inquire_refund, second.number}});
}

TEST(OrderContradiction, MoneyThatMovesIsKeptUnderItsTransaction) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500);
  ASSERT_EQ(life.last.transactions.size(), 1u);
  const auto& attempt = life.order.attempts[0];
  EXPECT_EQ(life.last.transactions[0], (ChannelTransaction{life.order.shard, "aurora", NumberKind::payment,
                                                           attempt.channel_transaction, attempt.number}));
}

}  // namespace
}  // namespace tael
