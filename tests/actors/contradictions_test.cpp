// Callbacks and answers that are authentic and cannot be true, heard by the whole house.
#include "tests/support/house.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::House;
using testing::id_of;
using testing::says;
using testing::word;

ChannelWord callback(ChannelOp op, const std::string& number, std::int64_t amount, const std::string& transaction) {
  auto news = word(op, number, Ending::approved, amount);
  news.unasked = true;
  news.channel_transaction = transaction;
  return news;
}

std::string attempt_of(House& house, const std::string& order_no) {
  return std::get<OrderView>(house.pay(id_of(house.create(2500, order_no, "hash of " + order_no)))).number;
}

std::int64_t times_alerted(const House& house, const std::string& kind, const std::string& ref) {
  std::int64_t times = 0;
  for (const auto& record : house.disk.alerts)
    if (record.alert.kind == kind && record.alert.ref == ref) times += record.count;
  return times;
}

TEST(Contradiction, ARefundsCallbackUnderAnAttemptsNumberPaysNothingIsKeptAndAskedAbout) {
  House house;
  const auto number = attempt_of(house, "o-1");
  const auto id = *order_of(number);
  EXPECT_EQ(house.hear(callback(ChannelOp::inquire_refund, number, 2500, "T-1")), Reception::taken)
      << "once the evidence is durable the channel may forget it";
  house.world.settle();
  EXPECT_EQ(house.order(id).state, OrderState::paying);
  EXPECT_TRUE(house.disk.entries.empty());
  EXPECT_EQ(times_alerted(house, "contradiction", number), 1);
  EXPECT_TRUE(std::ranges::any_of(house.disk.exchanges, [&](const Exchange& kept) {
    return kept.direction == "in" && kept.number == number && kept.order_id == id;
  }));
  EXPECT_EQ(house.institution.heard.back().op, ChannelOp::inquire);
  EXPECT_EQ(house.institution.heard.back().number, number);
}

TEST(Contradiction, IsNotAcknowledgedBeforeItsEvidenceIsDurable) {
  House house;
  const auto number = attempt_of(house, "o-1");
  house.store->refuse_writes(1);
  EXPECT_EQ(house.hear(callback(ChannelOp::inquire_refund, number, 2500, "T-1")), Reception::again);
  EXPECT_EQ(times_alerted(house, "contradiction", number), 0);
}

TEST(Contradiction, APaymentsCallbackUnderARefundsNumberFinishesNoRefund) {
  House house;
  const auto number = attempt_of(house, "o-1");
  const auto id = *order_of(number);
  house.hear(callback(ChannelOp::inquire, number, 2500, "T-1"));
  house.institution.answers[ChannelOp::refund] = [](const ChannelRequest&) { return says(Ending::pending); };
  house.institution.answers[ChannelOp::inquire_refund] = [](const ChannelRequest&) { return says(Ending::pending); };
  const auto refund = std::get<OrderView>(house.refund(id, "r-1", 1000)).number;
  house.world.settle();
  EXPECT_EQ(house.hear(callback(ChannelOp::inquire, refund, 1000, "T-2")), Reception::taken);
  house.world.settle();
  EXPECT_EQ(house.order(id).refunds.at(0).state, RefundState::sent);
  EXPECT_EQ(house.order(id).refunded_amount, 0);
  EXPECT_EQ(times_alerted(house, "contradiction", refund), 1);
  EXPECT_EQ(house.institution.heard.back().op, ChannelOp::inquire_refund);
}

TEST(Contradiction, OneTransactionPaysOneOrderAndTheOtherIsInDoubtAndAskedAbout) {
  House house;
  const auto first = attempt_of(house, "o-1"), second = attempt_of(house, "o-2");
  EXPECT_EQ(house.hear(callback(ChannelOp::inquire, first, 2500, "T-1")), Reception::taken);
  EXPECT_EQ(house.hear(callback(ChannelOp::inquire, second, 2500, "T-1")), Reception::taken);
  house.world.settle();
  EXPECT_EQ(house.order(*order_of(first)).state, OrderState::paid);
  const auto doubtful = house.order(*order_of(second));
  EXPECT_EQ(doubtful.state, OrderState::paying);
  EXPECT_EQ(doubtful.attempts.at(0).state, AttemptState::pending) << "the inquiry it was asked by said so";
  EXPECT_EQ(house.disk.entries.size(), 1u);
  EXPECT_EQ(times_alerted(house, "contradiction", second), 1);
  EXPECT_EQ(house.institution.heard.back().op, ChannelOp::inquire);
  EXPECT_EQ(house.institution.heard.back().number, second);
  EXPECT_TRUE(std::ranges::any_of(house.disk.exchanges, [&](const Exchange& kept) {
    return kept.direction == "in" && kept.number == second;
  })) << "the callback is kept";
  EXPECT_FALSE(std::ranges::any_of(house.log.events, [](const std::string& e) {
    return e.starts_with("order_crashed");
  })) << "the order hears it and does not die of it";
}

TEST(Contradiction, AnInquirySaysInTheEndWhoseMoneyItWas) {
  House house;
  const auto first = attempt_of(house, "o-1"), second = attempt_of(house, "o-2");
  house.hear(callback(ChannelOp::inquire, first, 2500, "T-1"));
  house.institution.answers[ChannelOp::inquire] = [](const ChannelRequest& r) {
    return says(Ending::approved, r.amount.amount);  // With a transaction of its own.
  };
  house.hear(callback(ChannelOp::inquire, second, 2500, "T-1"));
  house.world.settle();
  EXPECT_EQ(house.order(*order_of(second)).state, OrderState::paid);
  EXPECT_EQ(house.order(*order_of(second)).attempts.at(0).channel_transaction, "T-" + second);
  EXPECT_EQ(times_alerted(house, "contradiction", second), 1);
}

TEST(Contradiction, AnAnswerWithATransactionOfAnotherOrderIsAskedAboutToTheEndOfTheLadder) {
  House house;
  const auto first = attempt_of(house, "o-1");
  house.hear(callback(ChannelOp::inquire, first, 2500, "T-1"));
  const auto lies = [](const ChannelRequest& r) {
    auto answer = says(Ending::approved, r.amount.amount);
    answer.channel_transaction = "T-1";
    return answer;
  };
  house.institution.answers[ChannelOp::pay] = lies;
  house.institution.answers[ChannelOp::inquire] = lies;
  house.institution.answers[ChannelOp::close] = [](const ChannelRequest&) { return says(Ending::declined); };
  const auto id = id_of(house.create(2500, "o-2", "hash-2"));
  const auto paying = std::get<OrderView>(house.pay(id));
  EXPECT_EQ(paying.order.attempts.at(0).state, AttemptState::in_doubt);
  house.world.run_for(4h);
  EXPECT_EQ(house.order(id).paid_amount, 0);
  EXPECT_EQ(house.disk.entries.size(), 1u);
  EXPECT_GE(times_alerted(house, "contradiction", paying.number), 2);
  EXPECT_GE(times_alerted(house, "attempt_in_doubt", paying.number), 1);
}

TEST(Contradiction, OneTransactionReturnsTheMoneyOfOneRefund) {
  House house;
  const auto first = attempt_of(house, "o-1"), second = attempt_of(house, "o-2");
  house.hear(callback(ChannelOp::inquire, first, 2500, "T-1"));
  house.hear(callback(ChannelOp::inquire, second, 2500, "T-2"));
  house.institution.answers[ChannelOp::refund] = [](const ChannelRequest& r) {
    auto answer = says(Ending::approved, r.amount.amount);
    answer.channel_transaction = "R-1";
    return answer;
  };
  house.institution.answers[ChannelOp::inquire_refund] = [](const ChannelRequest&) { return says(Ending::pending); };
  house.refund(*order_of(first), "r-1", 1000);
  const auto refund = std::get<OrderView>(house.refund(*order_of(second), "r-1", 1000)).number;
  house.world.settle();
  EXPECT_EQ(house.order(*order_of(first)).refunded_amount, 1000);
  EXPECT_EQ(house.order(*order_of(second)).refunded_amount, 0);
  EXPECT_EQ(house.order(*order_of(second)).refunds.at(0).state, RefundState::in_doubt);
  EXPECT_EQ(times_alerted(house, "contradiction", refund), 1);
}

TEST(Contradiction, CommandsThatWaitBehindOneAreHeard) {
  House house;
  const auto first = attempt_of(house, "o-1"), second = attempt_of(house, "o-2");
  const auto id = *order_of(second);
  house.hear(callback(ChannelOp::inquire, first, 2500, "T-1"));
  house.store_held = true;
  Exchange exchange;
  exchange.channel = "aurora";
  exchange.direction = "in";
  exchange.number = second;
  const auto heard = house.world.begin<WordHeard>(
      house.actors->orders, HearWord{id, callback(ChannelOp::inquire, second, 2500, "T-1"), exchange, "callback/test"});
  const auto closed = house.world.begin<OrderReply>(house.actors->orders, CloseOrder{house.claim(), id});
  house.world.settle();
  house.release_store();
  house.world.settle();
  ASSERT_TRUE(heard->has_value());
  EXPECT_EQ((*heard)->reception, Reception::taken);
  house.world.run_for(10s);
  ASSERT_TRUE(closed->has_value());
  EXPECT_EQ(std::get<OrderView>(**closed).order.state, OrderState::closed);
}

TEST(Contradiction, TheChannelsTimeIsTheOrdersAndOursIsBesideIt) {
  House house;
  const auto number = attempt_of(house, "o-1");
  const auto paid_at = house.world.now() + 1min;
  house.world.run_for(3min);
  auto news = callback(ChannelOp::inquire, number, 2500, "T-1");
  news.at = paid_at;
  house.hear(news);
  const auto order = house.order(*order_of(number));
  EXPECT_EQ(order.paid_at, paid_at);
  EXPECT_EQ(order.heard_at, house.world.now());
  house.restart();
  EXPECT_EQ(house.order(order.id).paid_at, paid_at) << "on disk too";
}

}  // namespace
}  // namespace tael
