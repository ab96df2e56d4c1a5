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
  LinksView turn(LinkMode to) {
    const auto view = house.world.ask<LinksView>(house.actors->links, TurnLinkMonitor{to, "ada", "the peak"});
    house.world.settle();
    return view.value_or(LinksView{});
  }
  /// Attempts that orders told of, out of so many that were sent and paid now.
  int told_of(int orders) {
    const auto before = judged().sent_lately;
    for (int i = 0; i < orders; ++i) {
      const auto no = "o-" + std::to_string(++orders_);
      const auto made = house.reply([&] {
        auto ask = CreateOrder{house.claim(), testing::draft()};
        ask.draft.order_no = no, ask.draft.body_hash = no, ask.draft.expires_at = house.world.now() + 30min;
        return ask;
      }());
      house.pay(std::get<OrderView>(made).order.id, cmb);
    }
    house.world.run_for(link_bucket);  // What is still being counted shows then.
    return judged().sent_lately - before;
  }
  LinkView judged() {
    const auto view = house.world.ask<LinksView>(house.actors->links, ViewLinks{});
    return view && !view->links.empty() ? view->links.front() : LinkView{};
  }
  int orders_ = 0;
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
  turn(LinkMode::off);
  live(5min, 90);
  EXPECT_TRUE(is_open()) << "turned off it judges nothing";
  turn(LinkMode::on);
  live(3min, 90);
  EXPECT_FALSE(is_open());
}

TEST_F(Links, TurnedDownItHearsOfOneAttemptInEightAndTurnedOffOfNone) {
  EXPECT_EQ(told_of(400), 400);
  EXPECT_EQ(turn(LinkMode::down).mode, LinkMode::down);
  const auto some = told_of(400);
  EXPECT_GT(some, 20);
  EXPECT_LT(some, 100);
  turn(LinkMode::off);
  EXPECT_EQ(told_of(400), 0);
  turn(LinkMode::on);
  EXPECT_EQ(told_of(40), 40);
}

TEST_F(Links, TurnedDownItStillNoticesWithinTenSecondsOfItsLook) {
  live(20min, 90);
  turn(LinkMode::down);
  live(5min, 0);
  ASSERT_EQ(house.disk.alerts.size(), 1u) << "its history outlived the turn";
  EXPECT_NE(alert().alert.message.find("one in 8 of all"), std::string::npos) << alert().alert.message;
  turn(LinkMode::on);
  live(5min, 90);
  EXPECT_FALSE(is_open());
}

TEST_F(Links, TurningItDownIsNoDropOfTheRate) {
  live(20min, 90);
  // Attempts of the last minute whose payers take their time; none of the payments is told any more.
  for (int i = 0; i < 60; ++i) {
    see(house.world.now(), false);
    house.world.run_for(1s);
  }
  turn(LinkMode::down);
  live(20min, 90);
  EXPECT_TRUE(house.disk.alerts.empty());
}

TEST_F(Links, WhoTurnedItAndWhyIsInTheJournal) {
  house.store->refuse_writes(1);
  turn(LinkMode::down);
  turn(LinkMode::off);
  house.world.run_for(10s);
  std::vector<std::string> turned;
  for (const auto& row : house.disk.journal)
    if (row.kind == "link_monitor_turned")
      turned.push_back(row.cause + " to " + std::get<std::string>(row.body[1].value));
  std::ranges::sort(turned);
  EXPECT_EQ(turned, (std::vector<std::string>{"ada to down", "ada to off"}));
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
