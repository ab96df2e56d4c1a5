// The link monitor over the twin store, in virtual time: what it forgets at a restart, and what it must not.
#include "tests/support/house.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::House;

struct Links : ::testing::Test {
  static constexpr auto cmb = "aurora/qr/cmb";
  House house;

  /// One attempt a second, of which so many are paid at once.
  void live(Duration length, int paid_percent) {
    for (auto left = length; left > 0s; left -= 1s) {
      const auto now = house.world.now();
      see(now, false);
      if (unix_ms(now) / 1'000 * 37 % 100 < paid_percent) see(now, true);
      house.world.run_for(1s);
    }
  }
  void see(TimePoint sent_at, bool paid) { caf::anon_send(house.actors->links, LinkSeen{cmb, sent_at, paid}); }
  void fall_silent() {
    live(20min, 90);
    live(5min, 0);
    ASSERT_EQ(house.disk.alerts.size(), 1u);
    ASSERT_TRUE(is_open());
  }
  void turn(bool on) {
    ASSERT_TRUE(house.world.ask<LinksView>(house.actors->links, TurnLinkMonitor{on, "ada", "the peak"}));
    house.world.settle();
  }
  const AlertRecord& alert() const { return house.disk.alerts.front(); }
  bool is_open() const { return !alert().is_resolved(); }
};

TEST_F(Links, ASilenceFromBeforeARestartEndsWhenThePayersCompleteAgain) {
  fall_silent();
  EXPECT_EQ(alert().alert.kind, "link_silent");
  EXPECT_GT(alert().alert.usual, 850);
  house.restart();
  live(5min, 0);
  EXPECT_TRUE(is_open());
  live(5min, 90);
  EXPECT_FALSE(is_open());
  EXPECT_EQ(alert().resolved_by, resolved_by_itself);
  EXPECT_EQ(alert().count, 1) << "a restart is no second time";
  live(30min, 90);
  live(5min, 0);
  EXPECT_EQ(house.disk.alerts.size(), 2u) << "and the next one is a new one";
}

TEST_F(Links, AFewWhoCompleteAfterARestartAreNotTheUsualRate) {
  fall_silent();
  house.restart();
  live(20min, 40);
  EXPECT_TRUE(is_open()) << "40% is little where 90% was usual, whatever the new life has got used to";
}

TEST_F(Links, PaymentsOfAttemptsFromBeforeTheRestartDoNotEndASilence) {
  fall_silent();
  const auto before = house.world.now() - 1ms;
  house.restart();
  for (int i = 0; i < 100; ++i) see(before, true);
  live(4min, 0);
  EXPECT_TRUE(is_open());
}

TEST_F(Links, ASilenceOutlivesThatTheMonitorWasOffForAWhile) {
  fall_silent();
  turn(false);
  live(5min, 90);
  EXPECT_TRUE(is_open()) << "turned off it judges nothing";
  turn(true);
  live(3min, 90);
  EXPECT_FALSE(is_open());
}

TEST_F(Links, AnAlertOfAFormerVersionWaitsForAPerson) {
  fall_silent();
  house.disk.alerts.front().alert.usual = 0;
  house.restart();
  live(10min, 90);
  EXPECT_TRUE(is_open());
}

TEST_F(Links, ASilenceThatTheStoreDidNotTakeIsNotForgotten) {
  live(20min, 90);
  house.store->refuse_writes(3);
  live(5min, 0);
  ASSERT_EQ(house.disk.alerts.size(), 1u);
  EXPECT_EQ(alert().count, 1);
  house.store->refuse_writes(3);
  live(5min, 90);
  EXPECT_FALSE(is_open());
}

TEST_F(Links, AStoreThatCannotBeReadAtTheStartIsAskedAgain) {
  fall_silent();
  house.restart([](simulated::SimulatedStore& store) { store.refuse_reads(20); });
  live(10min, 90);
  EXPECT_FALSE(is_open());
}

}  // namespace
}  // namespace tael
