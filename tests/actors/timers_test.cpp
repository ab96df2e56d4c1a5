#include "tests/support/house.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tael {
namespace {

using testing::House;
using testing::word;

TEST(Timers, NoneRingsBeforeItsTime) {
  House house;
  const auto id = std::get<OrderView>(house.create()).order.id;
  house.crash.reached.clear();
  house.world.run_for(30min - 1ms);
  EXPECT_EQ(std::ranges::count(house.crash.reached, "timer.due"), 0);
  house.world.run_for(1ms);
  EXPECT_EQ(std::ranges::count(house.crash.reached, "timer.due"), 1);
  EXPECT_EQ(house.order(id).state, OrderState::closed);
}

TEST(Timers, AStruckTimerRingsNoMore) {
  House house;
  const auto id = std::get<OrderView>(house.create()).order.id;
  const auto number = std::get<OrderView>(house.pay(id)).number;
  house.hear(word(ChannelOp::inquire, number, Ending::approved, 2500));
  house.world.settle();
  house.crash.reached.clear();
  house.world.run_for(2h);
  EXPECT_EQ(std::ranges::count(house.crash.reached, "timer.due"), 0);
}

/// The first read of the timers failed, and the next timer set took the alarm of its repetition.
TEST(Timers, AFailedReadIsRepeatedAlsoWhenNewTimersAreSetMeanwhile) {
  House house;
  const auto old = std::get<OrderView>(house.create(2500, "o-1")).order.id;
  house.restart([](auto& store) { store.refuse_reads(8); });
  house.create(2600, "o-2", "hash-2");
  house.world.run_for(31min);
  EXPECT_EQ(house.order(old).state, OrderState::closed);
}

/// Until somebody reads the store again nobody knows of the timer; the store tells them to when it knows that its
/// answer came too late.
TEST(Timers, ACommitThatNobodyHeardIsNotForgottenWhenTheClockIsSetBack) {
  House house;
  house.store_held = true;
  CreateOrder ask{house.claim(), testing::draft()};
  ask.draft.expires_at = house.world.now() + 30min;
  house.world.begin<OrderReply>(house.actors->orders, ask);
  house.world.settle();
  house.wall.off = -1h;
  house.world.run_for(store_deadline + 1s);
  house.release_store();
  house.world.run_for(2h);
  ASSERT_EQ(house.disk.orders.size(), 1u);
  EXPECT_EQ(house.order(house.disk.orders.begin()->first).state, OrderState::closed);
}

struct LateTimers : ::testing::Test {
  House house;
  std::string id;

  void SetUp() override {
    id = std::get<OrderView>(house.create()).order.id;
    house.pay(id);
    turn(StaticSwitch::off);
  }
  void turn(StaticSwitch to) {
    ASSERT_TRUE(house.world.ask<BreakerView>(house.actors->breakers,
                                             SwitchPath{"aurora/qr/cmb", {to, {}, "ann", "maintenance"}, {}}));
  }
  /// Open ones are `true`.
  std::vector<bool> alerts() const {
    std::vector<bool> found;
    for (const auto& record : house.disk.alerts)
      if (record.alert.kind == "timer_late" && record.alert.ref == "attempt_inquiry")
        found.push_back(record.resolved_at == TimePoint{});
    return found;
  }
};

TEST_F(LateTimers, ATimerThatRingsInVainForMinutesIsAnAlert) {
  house.world.run_for(4min);
  EXPECT_TRUE(alerts().empty());
  house.world.run_for(6min);
  EXPECT_EQ(alerts(), std::vector{true});
}

TEST_F(LateTimers, TheyAreHeardWithinMinutesOnceTheyCanBeAndTheAlertIsOver) {
  house.world.run_for(20min);
  turn(StaticSwitch::on);
  house.world.run_for(5min);
  EXPECT_EQ(alerts(), std::vector{false});
}

TEST_F(LateTimers, AnAlertOfAFormerLifeEndsWithItsCauseAndNotWithTheRestart) {
  house.world.run_for(20min);
  house.restart();
  house.world.run_for(1min);
  EXPECT_EQ(alerts(), std::vector{true});
  turn(StaticSwitch::on);
  house.world.run_for(5min);
  EXPECT_EQ(alerts(), std::vector{false});
}

TEST(RetiredPaths, AnAttemptUnderWayIsAskedAboutAndClosed) {
  House house;
  const auto id = std::get<OrderView>(house.create()).order.id;
  house.pay(id);
  house.retired = {"aurora/qr/cmb"};
  house.restart();
  house.world.run_for(31min);
  EXPECT_TRUE(std::ranges::any_of(house.institution.heard, [](auto& call) { return call.op == ChannelOp::inquire; }));
  EXPECT_TRUE(std::ranges::any_of(house.institution.heard, [](auto& call) { return call.op == ChannelOp::close; }));
  EXPECT_EQ(house.order(id).attempts.front().state, AttemptState::closed);
}

TEST(RetiredPaths, WhatWasPaidThereIsRefundedThereAndNothingNewIsPaidThere) {
  House house;
  const auto id = std::get<OrderView>(house.create()).order.id;
  const auto number = std::get<OrderView>(house.pay(id)).number;
  house.hear(word(ChannelOp::inquire, number, Ending::approved, 2500));
  const auto other = std::get<OrderView>(house.create(2600, "o-2", "hash-2")).order.id;
  house.retired = {"aurora/qr/cmb"};
  house.restart();
  house.refund(id, "r-1", 2500);
  house.world.settle();
  EXPECT_EQ(house.order(id).refunds.front().state, RefundState::refunded);
  EXPECT_EQ(std::get<Refused>(house.pay(other)).refusal, Refusal::path_unknown);
}

}  // namespace
}  // namespace tael
