// What waits for a person: how an operator takes it up again.
#include "tests/support/house.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tael {
namespace {

using testing::House;
using testing::id_of;
using testing::says;
using testing::word;

OrderReply resume(House& house, const std::string& id) { return house.reply(ResumeOrder{id, "operator/ada: mended"}); }

/// Of alerts nobody has resolved.
std::vector<std::string> open_alerts(const House& house) {
  std::vector<std::string> kinds;
  for (const auto& record : house.disk.alerts)
    if (record.resolved_at == TimePoint{}) kinds.push_back(record.alert.kind);
  return kinds;
}

bool journal_says(const House& house, const std::string& kind, const std::string& cause) {
  return std::ranges::any_of(house.disk.journal,
                             [&](const JournalRow& row) { return row.kind == kind && row.cause == cause; });
}

std::string paid_order(House& house) {
  const auto id = id_of(house.create());
  house.hear(word(ChannelOp::inquire, std::get<OrderView>(house.pay(id)).number, Ending::approved, 2500));
  house.world.settle();
  return id;
}

/// One whose actor died of its third message.
std::string parked_order(House& house) {
  const auto id = id_of(house.create());
  house.pay(id);
  for (int deaths = 0; deaths < 3; ++deaths) {
    house.crash.at = "order.decided";
    house.crash.die = [] { throw std::runtime_error("off by one"); };
    house.close(id);
  }
  house.world.settle();
  return id;
}

TEST(Parked, ANoticeIsSentAgainUnderItsIdFromTheFootOfItsLadder) {
  House house;
  house.business.refuses = 1000;
  const auto id = id_of(house.create());
  house.close(id);
  house.world.run_for(13h);
  ASSERT_EQ(open_alerts(house), std::vector<std::string>{"notice_parked"});
  const auto tries = house.business.heard.size();

  house.business.refuses = 1;
  ASSERT_TRUE(std::holds_alternative<OrderView>(resume(house, id)));
  house.world.settle();
  house.restart();
  house.world.run_for(1min);
  ASSERT_EQ(house.business.heard.size(), tries + 2);
  EXPECT_EQ(house.business.heard.back().id, house.business.heard.front().id);
  EXPECT_EQ(house.disk.notices.begin()->second.state, NoticeState::delivered);
  EXPECT_TRUE(open_alerts(house).empty());
  EXPECT_TRUE(journal_says(house, "notice_replayed", "operator/ada: mended"));
}

TEST(Parked, ARefundIsSentAgainUnderItsNumberWhereTheChannelDoesNotKnowIt) {
  House house;
  house.institution.answers[ChannelOp::refund] = [](const ChannelRequest&) { return says(Ending::not_sent); };
  const auto id = paid_order(house);
  house.refund(id, "r-1", 1000);
  house.world.run_for(400h);
  ASSERT_EQ(house.order(id).refunds.at(0).state, RefundState::parked);
  ASSERT_EQ(open_alerts(house), std::vector<std::string>{"refund_parked"});

  house.institution.answers[ChannelOp::refund] = [](const ChannelRequest& r) {
    return says(Ending::approved, r.amount.amount);
  };
  house.institution.answers[ChannelOp::inquire_refund] = [](const ChannelRequest&) {
    auto unknown = says(Ending::silent);
    unknown.number_unknown = true;
    return unknown;
  };
  const auto asked = house.institution.heard.back().number;
  ASSERT_TRUE(std::holds_alternative<OrderView>(resume(house, id)));
  house.world.settle();
  EXPECT_EQ(house.institution.heard.back().op, ChannelOp::inquire_refund) << "it may have been executed long ago";
  house.world.run_for(1min);
  EXPECT_EQ(house.institution.heard.back().op, ChannelOp::refund);
  EXPECT_EQ(house.institution.heard.back().number, asked);
  const auto order = house.order(id);
  EXPECT_EQ(order.refunds.at(0).state, RefundState::refunded);
  EXPECT_EQ(order.refunded_amount, 1000);
  EXPECT_TRUE(open_alerts(house).empty());
}

TEST(Parked, ARefundThatTheChannelRefusedMeanwhileIsOver) {
  House house;
  house.institution.answers[ChannelOp::refund] = [](const ChannelRequest&) { return says(Ending::not_sent); };
  const auto id = paid_order(house);
  house.refund(id, "r-1", 1000);
  house.world.run_for(400h);
  house.institution.answers[ChannelOp::inquire_refund] = [](const ChannelRequest&) { return says(Ending::declined); };
  house.reply(SyncOrder{id});
  house.world.settle();
  EXPECT_EQ(house.order(id).refunds.at(0).state, RefundState::rejected);
  EXPECT_EQ(house.order(id).refunding_amount, 0) << "it can be asked for again";
  EXPECT_TRUE(open_alerts(house).empty());
}

TEST(Parked, AnOrderThatCrashedItsActorIsWorkedOnAgain) {
  House house;
  const auto id = parked_order(house);
  ASSERT_EQ(std::get<Refused>(house.close(id)).refusal, Refusal::poisoned);
  ASSERT_EQ(open_alerts(house), std::vector<std::string>{"order_parked"});

  ASSERT_TRUE(std::holds_alternative<OrderView>(resume(house, id)));
  EXPECT_TRUE(open_alerts(house).empty());
  EXPECT_TRUE(journal_says(house, "order_resumed", "operator/ada: mended"));
  house.close(id);
  house.world.settle();
  EXPECT_EQ(house.order(id).state, OrderState::closed);
}

TEST(Parked, MoneyThatCameWhileAnOrderWasParkedIsFoundWhenItIsTakenUp) {
  House house;
  const auto id = parked_order(house);
  house.institution.answers[ChannelOp::inquire] = [](const ChannelRequest& r) {
    return says(Ending::approved, r.amount.amount);
  };
  house.world.run_for(1h);
  ASSERT_EQ(house.order(id).paid_amount, 0);
  resume(house, id);
  house.world.settle();
  EXPECT_EQ(house.order(id).state, OrderState::paid);
}

TEST(Parked, NothingToTakeUpIsSaid) {
  House house;
  const auto id = paid_order(house);
  EXPECT_EQ(std::get<Refused>(resume(house, id)).refusal, Refusal::nothing_parked);
  EXPECT_EQ(std::get<Refused>(resume(house, "01M74T1Q2800G000000000009Z")).refusal, Refusal::order_not_found);
}

}  // namespace
}  // namespace tael
