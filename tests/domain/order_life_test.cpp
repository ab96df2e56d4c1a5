#include "actors/domain/order_life.hpp"

#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/notice_machine.hpp"
#include "actors/domain/order_invariants.hpp"
#include "tests/support/life.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tael {
namespace {

using testing::aurora;
using testing::borealis;
using testing::created;
using testing::Life;
using testing::morning;
using testing::word;

const OrderPolicies& policies = Life::policies;

using enum Ending;
constexpr auto pay = ChannelOp::pay;
constexpr auto inquire = ChannelOp::inquire;

TEST(OrderLife, MoneyThatWentBackAfterTheChannelRefusedItIsSeenByAPerson) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000).hears_of_refund(ChannelOp::refund, 1, declined);
  life.hears_of_refund(ChannelOp::inquire_refund, 1, approved);
  EXPECT_EQ(life.refund(1), RefundState::rejected);
  ASSERT_EQ(life.last.alerts.size(), 1u);
  EXPECT_EQ(life.last.alerts[0].kind, "contradiction");
  EXPECT_TRUE(life.last.entries.empty());
}

TEST(OrderLife, ARefundOfAnotherAmountIsNotBookedAsTheOneAskedFor) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000);
  life.take(hear_channel(life.order, word(ChannelOp::refund, life.order.refunds[0].id, approved, 400), policies,
                         life.now, "test"));
  EXPECT_EQ(life.refund(1), RefundState::in_doubt);
  EXPECT_TRUE(life.last.entries.empty());
  ASSERT_EQ(life.last.alerts.size(), 1u);
  EXPECT_EQ(life.last.alerts[0].kind, "contradiction");
}

TEST(OrderLife, ARepeatedWordAboutARefundLeavesNothingInMemoryThatIsNotOnDisk) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000).hears_of_refund(ChannelOp::refund, 1, approved);
  const auto before = life.order.refunds;
  auto again = word(ChannelOp::inquire_refund, before[0].id, approved);
  again.code = "refunded again";
  life.take(hear_channel(life.order, again, policies, life.now, "test"));
  EXPECT_FALSE(life.last.changes());
  EXPECT_EQ(life.order.refunds, before);
}

TEST(OrderLife, ACloseThatIsGivenUpDoesNotLeaveMoneyToComeUnseen) {
  Life life;
  life.pays().hears(pay, 1, pending);
  while (life.order.attempts[0].inquire_at != TimePoint{}) life.rings_inquiry(1).hears(inquire, 1, pending);
  life.now = life.order.expires_at + 1h;
  while (life.order.state != OrderState::closed) life.rings_close().hears(ChannelOp::close, 1, silent);
  ASSERT_NE(life.order.attempts[0].inquire_at, TimePoint{}) << "one more look";
  life.rings_inquiry(1).hears(inquire, 1, pending);
  EXPECT_EQ(life.order.attempts[0].inquire_at, TimePoint{});
  ASSERT_EQ(life.last.alerts.size(), 1u) << "and then a person";
  EXPECT_EQ(life.last.alerts[0].kind, "attempt_in_doubt");
}

TEST(OrderLife, AKeyDoesNotNameAnAttemptOnAnotherPath) {
  Life life;
  life.take(pay_order(life.order, aurora, "k-1", policies, life.now, "test"));
  EXPECT_EQ(pay_order(life.order, borealis, "k-1", policies, life.now, "test").refusal, Refusal::key_taken);
}

TEST(OrderLife, ARefundMayNotTakeTheNumberUnderWhichASurplusGoesBack) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds(attempt_number(life.order.id, 2), 100);
  EXPECT_EQ(life.last.refusal, Refusal::refund_no_taken);
  life.refunds(life.order.id, 100);
  EXPECT_FALSE(life.last.refusal) << "the order's own id is as good a number as any";
}

TEST(OrderLife, AnOrderWhoseTimeIsOverBeforeItBeginsIsRefused) {
  const auto step = create_order(testing::draft(), make_id(morning, 5, 42), 5, morning + 30min, "test");
  EXPECT_EQ(step.refusal, Refusal::expired);
}

TEST(OrderLife, AnApprovedAttemptPaysTheOrderBooksItAndTellsTheBusiness) {
  Life life;
  life.pays().hears(pay, 1, pending).hears(inquire, 1, approved, 2500);
  EXPECT_EQ(life.order.state, OrderState::paid);
  ASSERT_EQ(life.last.entries.size(), 1u);
  const std::vector<Posting> expected{{"channel_receivable:aurora:CNY", 2500, cny, true},
                                      {"business_payable:bakery:CNY", -2485, cny, true},
                                      {"fee_income:CNY", -15, cny, false}};
  EXPECT_EQ(life.last.entries[0].postings, expected);
  ASSERT_EQ(life.last.notices.size(), 1u);
  EXPECT_EQ(life.last.notices[0].type, "order.paid");
}

TEST(OrderLife, TheSameApprovalHeardTwiceDoesNothingTheSecondTime) {
  Life life;
  life.pays().hears(pay, 1, pending).hears(inquire, 1, approved, 2500).hears(inquire, 1, approved, 2500);
  EXPECT_FALSE(life.last.changes());
}

TEST(OrderLife, ADeclineLeavesTheOrderOpenForAnotherPath) {
  Life life;
  life.pays().hears(pay, 1, declined);
  EXPECT_EQ(life.order.state, OrderState::created);
  life.pays(borealis).hears(pay, 2, approved, 2500);
  EXPECT_EQ(life.order.state, OrderState::paid);
}

TEST(OrderLife, SilenceIsInquiredAboutAndNeverChargedAgain) {
  Life life;
  life.pays().hears(pay, 1, silent);
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
  life.rings_inquiry(1);
  EXPECT_EQ(life.last.calls, (std::vector<CallDue>{{inquire, life.order.attempts[0].number}}));
}

// The ladder of the source documents: 10 s, then 5 s, 10 s, 30 s, 1 min, 10 min, 20 min.
TEST(OrderLife, TheInquiryLadderEndsAfterThirtyOneMinutesAndFiftyFiveSeconds) {
  auto order = created();
  order.expires_at = morning + 2h;
  Life life{order};
  life.pays().hears(pay, 1, silent);
  std::vector<Duration> asked_at;
  while (life.order.attempts[0].inquire_at != TimePoint{}) {
    life.rings_inquiry(1);
    asked_at.push_back(life.now - morning);
    life.hears(inquire, 1, silent);
  }
  EXPECT_EQ(asked_at, (std::vector<Duration>{10s, 15s, 25s, 55s, 115s, 715s, 1915s}));
  ASSERT_EQ(life.last.alerts.size(), 1u);
  EXPECT_EQ(life.last.alerts[0].kind, "attempt_in_doubt");
}

TEST(OrderLife, APayerWhoPaysTwiceGetsOneRefund) {
  Life life;
  life.pays(aurora).hears(pay, 1, pending).pays(borealis).hears(pay, 2, pending);
  life.hears(inquire, 1, approved, 2500).hears(inquire, 2, approved, 2500).hears(inquire, 2, approved, 2500);
  EXPECT_EQ(life.attempt(2), AttemptState::surplus);
  ASSERT_EQ(life.order.refunds.size(), 1u);
  EXPECT_EQ(life.order.refunds[0].cause, RefundCause::duplicate);
  EXPECT_EQ(life.order.refunded_amount, 0) << "what was paid for the order is untouched";
}

TEST(OrderLife, PayingTheOrderClosesItsOtherAttempts) {
  Life life;
  life.pays(aurora).hears(pay, 1, pending).pays(borealis).hears(pay, 2, pending).hears(inquire, 1, approved, 2500);
  EXPECT_EQ(life.last.calls, (std::vector<CallDue>{{ChannelOp::close, life.order.attempts[1].number}}));
}

TEST(OrderLife, ASuccessAfterCloseRefundsItself) {
  Life life;
  life.pays().hears(pay, 1, pending).rings_close().hears(ChannelOp::close, 1, approved);
  EXPECT_EQ(life.order.state, OrderState::closed);
  life.hears(inquire, 1, approved, 2500);
  EXPECT_EQ(life.order.state, OrderState::closed);
  ASSERT_EQ(life.order.refunds.size(), 1u);
  EXPECT_EQ(life.order.refunds[0].cause, RefundCause::late);
  EXPECT_EQ(life.order.refunds[0].amount, 2500);
}

TEST(OrderLife, AClosedAttemptIsAskedAboutOnceMore) {
  Life life;
  life.pays().hears(pay, 1, pending).closes().hears(ChannelOp::close, 1, approved);
  ASSERT_NE(life.order.attempts[0].inquire_at, TimePoint{});
  life.rings_inquiry(1);
  ASSERT_EQ(life.last.calls.size(), 1u);
  life.hears(inquire, 1, declined);
  EXPECT_EQ(life.order.attempts[0].inquire_at, TimePoint{});
}

TEST(OrderLife, SilenceDoesNotEndTheLookAfterAClose) {
  Life life;
  life.pays().hears(pay, 1, pending).closes().hears(ChannelOp::close, 1, approved);
  life.rings_inquiry(1).hears(inquire, 1, silent);
  ASSERT_NE(life.order.attempts[0].inquire_at, TimePoint{}) << "silence told nothing";
  life.rings_inquiry(1).hears(inquire, 1, approved, 2500);
  EXPECT_EQ(life.attempt(1), AttemptState::surplus);
}

TEST(OrderLife, AnotherAmountNeverCountsAsPaidAndGoesBackWhole) {
  Life life;
  life.pays().hears(pay, 1, pending).hears(inquire, 1, approved, 2499);
  EXPECT_EQ(life.order.state, OrderState::created);
  EXPECT_EQ(life.order.paid_amount, 0);
  ASSERT_EQ(life.order.refunds.size(), 1u);
  EXPECT_EQ(life.order.refunds[0].amount, 2499);
  EXPECT_EQ(life.order.refunds[0].cause, RefundCause::mismatch);
  EXPECT_EQ(life.last.entries[0].rule, "surplus_received");
}

TEST(OrderLife, AnUnansweredCloseGivesUpAndLateMoneyStillReturns) {
  Life life;
  life.pays().hears(pay, 1, silent).closes();
  EXPECT_EQ(life.order.state, OrderState::closing);
  life.rings_close().rings_close().rings_close();
  EXPECT_EQ(life.order.state, OrderState::closed);
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
  life.hears(inquire, 1, approved, 2500);
  EXPECT_EQ(life.attempt(1), AttemptState::surplus);
}

TEST(OrderLife, APayerFasterThanOurClosePays) {
  Life life;
  life.pays().hears(pay, 1, pending).closes().hears(ChannelOp::close, 1, declined);
  EXPECT_EQ(life.last.calls, (std::vector<CallDue>{{inquire, life.order.attempts[0].number}}));
  life.hears(inquire, 1, approved, 2500);
  EXPECT_EQ(life.order.state, OrderState::paid);
}

TEST(OrderLife, PartialRefundsNeverExceedWhatWasPaid) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000).refunds("r-2", 1500);
  EXPECT_FALSE(life.last.refusal);
  life.refunds("r-3", 1);
  EXPECT_EQ(life.last.refusal, Refusal::refund_exceeds_paid);
  life.hears_of_refund(ChannelOp::refund, 1, declined);
  EXPECT_EQ(life.order.refunding_amount, 1500);
  life.refunds("r-3", 1000)
      .hears_of_refund(ChannelOp::refund, 2, approved)
      .hears_of_refund(ChannelOp::refund, 3, approved);
  EXPECT_EQ(life.order.refunded_amount, 2500);
}

TEST(OrderLife, TheSameRefundNumberIsTheSameRefund) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 1000);
  const auto first = life.last.number;
  life.refunds("r-1", 1000);
  EXPECT_EQ(life.last.number, first);
  EXPECT_FALSE(life.last.changes());
  life.refunds("r-1", 1001);
  EXPECT_EQ(life.last.refusal, Refusal::refund_no_taken);
}

TEST(OrderLife, ASilentRefundIsInquiredAboutAndASecondNumberIsNeverMade) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).refunds("r-1", 2500).hears_of_refund(ChannelOp::refund, 1, silent);
  EXPECT_EQ(life.refund(1), RefundState::in_doubt);
  const auto& refund = life.order.refunds[0];
  life.rings({life.order.shard, TimerKind::refund_try, refund.id, refund.next_at});
  EXPECT_EQ(life.last.calls, (std::vector<CallDue>{{ChannelOp::inquire_refund, refund.id}}));
  life.hears_of_refund(ChannelOp::inquire_refund, 1, approved);
  EXPECT_EQ(life.refund(1), RefundState::refunded);
  EXPECT_EQ(life.order.refunds.size(), 1u);
}

TEST(OrderLife, ARestartInMidCallIsSilence) {
  Life life;
  life.pays();
  life.take(recover_order(life.order, policies, life.now));
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
}

TEST(OrderLife, AnInquiryThatNeverLeftTellsNothing) {
  Life life;
  life.pays().hears(pay, 1, silent).hears(inquire, 1, not_sent);
  EXPECT_EQ(life.attempt(1), AttemptState::in_doubt);
  EXPECT_EQ(life.order.attempts[0].inquiries, 0) << "nor does it use up a rung";
  EXPECT_NE(life.order.attempts[0].inquire_at, TimePoint{});
}

TEST(OrderLife, NobodyMakesAnOrderGrowWithoutEnd) {
  Life life;
  for (std::size_t n = 0; n < attempts_max; ++n) {
    life.take(pay_order(life.order, aurora, "", policies, life.now, "test"));
    life.hears(pay, static_cast<int>(n) + 1, declined);
  }
  const auto refused = pay_order(life.order, aurora, "", policies, life.now, "test");
  EXPECT_EQ(refused.refusal, Refusal::too_many_attempts);
}

TEST(OrderLife, ARefundBeyondTheLastIsRefused) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500);
  for (std::size_t n = 0; n < refunds_max; ++n)
    life.take(refund_order(life.order, "r-" + std::to_string(n), 1, "crumbs", policies, life.now, "test"));
  EXPECT_EQ(life.order.refunds.size(), refunds_max);
  const auto refused = refund_order(life.order, "r-last", 1, "crumbs", policies, life.now, "test");
  EXPECT_EQ(refused.refusal, Refusal::too_many_refunds);
  EXPECT_FALSE(refund_order(life.order, "r-0", 1, "crumbs", policies, life.now, "test").refusal) << "a repeat is none";
}

TEST(OrderLife, AnInquiryBeforeItsTimeUsesNoRung) {
  Life life;
  life.pays().hears(pay, 1, silent);
  const auto rung = life.order.attempts[0].inquire_at;
  ASSERT_GT(rung, life.now);
  life.hears(inquire, 1, pending).hears(inquire, 1, silent);  // A close, or an operator, asked in between.
  EXPECT_EQ(life.order.attempts[0].inquiries, 0);
  EXPECT_EQ(life.order.attempts[0].inquire_at, rung) << "the one that is armed stands";
  life.rings_inquiry(1).hears(inquire, 1, pending);
  EXPECT_EQ(life.order.attempts[0].inquiries, 1);
}

TEST(OrderLife, AContradictionMovesNothingAndAlertsAPerson) {
  Life life;
  life.pays().hears(pay, 1, approved, 2500).hears(inquire, 1, declined);
  EXPECT_EQ(life.order.state, OrderState::paid);
  ASSERT_EQ(life.last.alerts.size(), 1u);
  EXPECT_EQ(life.last.alerts[0].kind, "contradiction");
}

TEST(OrderLife, ARepeatedRequestKeyNamesTheSameAttempt) {
  Life life;
  life.take(pay_order(life.order, aurora, "key-1", policies, life.now, "test"));
  life.take(pay_order(life.order, aurora, "key-1", policies, life.now, "test"));
  EXPECT_EQ(life.order.attempts.size(), 1u);
  EXPECT_EQ(life.last.number, life.order.attempts[0].number);
}

// Goal: no order of events, however hostile, breaks a promise.
// Method: lives of a hundred random events each, every promise checked after every step (Life::take).
TEST(OrderLife, KeepsItsPromisesOnAnyPath) {
  for (unsigned seed = 1; seed <= 2'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    const auto roll = [&](unsigned sides) { return random() % sides; };
    Life life;
    for (int i = 0; i < 100 && !::testing::Test::HasFailure(); ++i) {
      life.now += Duration{roll(20'000)};
      const auto ending = static_cast<Ending>(roll(5));
      const auto amount = ending == approved ? (roll(4) == 0 ? 2499 : 2500) : 0;
      switch (roll(9)) {
        case 0: life.pays(roll(2) == 0 ? aurora : borealis); break;
        case 1:
          if (roll(4) == 0) life.closes();
          break;
        case 2: life.refunds("r-" + std::to_string(roll(6)), 1 + static_cast<std::int64_t>(roll(1500))); break;
        case 3: life.take(recover_order(life.order, policies, life.now)); break;
        case 4:
          if (life.order.close_at != TimePoint{} && roll(5) == 0) life.rings_close();
          break;
        case 5: {
          if (life.order.attempts.empty()) break;
          const auto no = 1 + static_cast<int>(roll(static_cast<unsigned>(life.order.attempts.size())));
          if (life.order.attempts[static_cast<std::size_t>(no) - 1].inquire_at != TimePoint{}) life.rings_inquiry(no);
          break;
        }
        case 6:
        case 7: {
          if (life.order.attempts.empty()) break;
          const auto no = 1 + static_cast<int>(roll(static_cast<unsigned>(life.order.attempts.size())));
          const auto op = std::array{pay, inquire, ChannelOp::close}[roll(3)];
          life.hears(op, no, ending, amount);
          break;
        }
        default: {
          if (life.order.refunds.empty()) break;
          const auto no = 1 + static_cast<int>(roll(static_cast<unsigned>(life.order.refunds.size())));
          life.hears_of_refund(roll(2) == 0 ? ChannelOp::refund : ChannelOp::inquire_refund, no, ending);
          break;
        }
      }
    }
    if (::testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace tael
