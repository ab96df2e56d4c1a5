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
  house.restart([](auto& store) { store.refuse_reads(4); });
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

}  // namespace
}  // namespace tael
