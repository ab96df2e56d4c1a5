// The checks themselves: a disk that is wrong on purpose is found out. A check that never fails proves nothing.
#include "runtime/scenario/stage.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tael::scenario {
namespace {

Story paid_story() {
  auto read = read_story_text(R"(why: a test
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
)",
                              "story.yaml", TAEL_CONFIG_FOLDER);
  return std::move(*read.story);
}

/// A world where one order was paid honestly; tests spoil its disk.
struct PaidWorld {
  PaidWorld() {
    stage.customers.create("bakery", "o-1", {2500, cny}, 0ms);
    stage.customers.pay("bakery", "o-1", "aurora/qr/cmb");
    stage.customers.payer_pays("o-1", {});
    live(5s);
    stage.promises.look();
  }
  void live(Duration length) {
    const auto end = stage.world.now() + length;
    auto& timers = stage.world.timers;
    while (true) {
      stage.world.settle();
      const auto deed = stage.agenda.empty() ? TimePoint::max() : stage.agenda.next();
      const auto ring = timers.empty() ? TimePoint::max() : timers.next();
      if (std::min(deed, ring) > end) break;
      timers.turn_to(std::min(deed, ring));
      if (deed <= ring)
        stage.agenda.pop()();
      else
        timers.ring_next();
    }
  }
  Order& order() { return stage.machine.disk.orders.begin()->second; }
  /// As if something had been written: a row that makes the order be looked at.
  void write_row(std::int64_t version) {
    JournalRow row;
    row.entity = order().id;
    row.version = version;
    stage.machine.disk.journal.push_back(std::move(row));
  }
  bool found(std::string_view part) const {
    return std::ranges::any_of(stage.promises.all_broken(),
                               [&](const std::string& sentence) { return sentence.find(part) != std::string::npos; });
  }
  Story story = paid_story();
  Stage stage{story, 1, false};
};

TEST(Promises, HoldForAnHonestPayment) {
  PaidWorld world;
  EXPECT_EQ(world.order().state, OrderState::paid);
  EXPECT_TRUE(world.stage.promises.all_broken().empty());
  world.stage.promises.look_at_rest(world.stage.world.now());
  EXPECT_TRUE(world.stage.promises.all_broken().empty());
}

TEST(Promises, AGapInAnOrdersVersionsIsFound) {
  PaidWorld world;
  world.write_row(world.order().version + 2);
  world.stage.promises.look();
  EXPECT_TRUE(world.found("have a gap"));
}

TEST(Promises, AnOrderThatLeavesItsEndIsFound) {
  PaidWorld world;
  world.order().state = OrderState::closed;
  world.write_row(world.order().version + 1);
  world.stage.promises.look();
  EXPECT_TRUE(world.found("was paid and is closed"));
}

TEST(Promises, MoneyWithoutAnInstitutionBehindItIsFound) {
  PaidWorld world;
  auto second = world.order().attempts.front();
  second.no = 2;
  second.number = attempt_number(world.order().id, 2);
  second.state = AttemptState::surplus;
  world.order().attempts.push_back(second);
  world.write_row(world.order().version + 1);
  world.stage.promises.look();
  EXPECT_TRUE(world.found("its institution has received nothing"));
  EXPECT_TRUE(world.found("has no entry"));
  EXPECT_TRUE(world.found("surplus money is sent back exactly once"));
}

TEST(Promises, ATransactionThatPaysTwoOrdersIsFound) {
  PaidWorld world;
  world.stage.customers.create("bakery", "o-2", {2500, cny}, 0ms);
  world.stage.customers.pay("bakery", "o-2", "aurora/qr/cmb");
  world.stage.customers.payer_pays("o-2", {});
  world.live(5s);
  auto& orders = world.stage.machine.disk.orders;
  ASSERT_EQ(orders.size(), 2u);
  orders.rbegin()->second.attempts.front().channel_transaction =
      orders.begin()->second.attempts.front().channel_transaction;
  world.stage.promises.look();
  EXPECT_TRUE(world.found("moved the money of"));
}

TEST(Promises, ALostEntryIsFoundAtRest) {
  PaidWorld world;
  world.stage.machine.disk.entries.clear();
  world.stage.promises.look_at_rest(world.stage.world.now());
  EXPECT_TRUE(world.found("holds 2500 CNY for us by its book; ours says 0"));
}

TEST(Promises, AnAccountThatDoesNotFollowItsEntriesIsFound) {
  PaidWorld world;
  world.stage.machine.disk.accounts.at("business_payable:bakery:CNY").balance += 1;
  world.stage.promises.look_at_rest(world.stage.world.now());
  EXPECT_TRUE(world.found("account business_payable:bakery:CNY holds"));
}

TEST(Promises, ANoticeThatNobodyTookIsFound) {
  PaidWorld world;
  world.stage.businesses.at("bakery").taken.clear();
  world.stage.promises.look_at_rest(world.stage.world.now());
  EXPECT_TRUE(world.found("bakery never took it"));
}

TEST(Promises, AForgottenTimerIsFound) {
  PaidWorld world;
  world.stage.machine.disk.timers.insert({0, TimerKind::order_close, world.order().id, world.stage.world.now()});
  world.stage.promises.look_at_rest(world.stage.world.now());
  EXPECT_TRUE(world.found("nobody heard it"));
}

TEST(Promises, AnAnswerThatIsNotOnDiskIsFound) {
  PaidWorld world;
  world.stage.promises.told(world.order().id, world.order().version + 1);
  EXPECT_TRUE(world.found("which is not on disk"));
}

}  // namespace
}  // namespace tael::scenario
