#include "tests/actors/way_fakes.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::noon;

const std::string wallet = "aurora/wallet/none", card = "aurora/card/icbc", other = "borealis/card/icbc";

struct BreakersTest : ::testing::Test {
  testing::FakeStore store;
  testing::FakeLog log;
  std::vector<BreakerMoved> moved;
  testing::World world;
  BreakersRef breakers;

  void SetUp() override { start(); }
  void start() {
    std::vector<BreakerPath> paths;
    for (const auto& path : {wallet, card, other}) paths.push_back({path, "aurora bank", {}});
    const BreakerPeers peers{testing::spawn_store(world, store),
                             {testing::spawn_listener(world, moved)},
                             world.timers,
                             world,
                             world.dice,
                             store.crash};
    breakers = world.spawn<BreakersActor>(paths, BreakersPeers{peers, store, log});
    world.settle();
  }
  void restart() {
    caf::anon_send_exit(breakers, caf::exit_reason::user_shutdown);
    world.settle();
    start();
  }

  PermitReply ask(const std::string& path, OpClass op = OpClass::pay) {
    return world.ask<PermitReply>(breakers, AskPermit{path, op}).value();
  }
  bool admits(const std::string& path, OpClass op = OpClass::pay) {
    return std::holds_alternative<Permit>(ask(path, op));
  }
  PermitRefused refused(const std::string& path) { return std::get<PermitRefused>(ask(path)); }
  void call(const std::string& path, Ending ending, Transport transport) {
    caf::anon_send(breakers, ReportCall{std::get<Permit>(ask(path)), false, ending, transport, true, 200, 100ms});
    world.settle();
  }
  void silence(const std::string& path, int times = 6) {
    for (int i = 0; i < times; ++i) call(path, Ending::silent, Transport::unknown);
  }
  void good(const std::string& path, int times = 5) {
    for (int i = 0; i < times; ++i) call(path, Ending::approved, Transport::answered);
  }
  BreakerView view(const std::string& path) { return world.ask<BreakerView>(breakers, ViewBreaker{path}).value(); }
  void turn(const std::string& path, StaticSwitch to, std::optional<TimePoint> until = {}) {
    ASSERT_TRUE(world.ask<BreakerView>(breakers, SwitchPath{path, {to, until, "ann", "maintenance"}}));
  }
};

TEST_F(BreakersTest, SilenceClosesOnePathAndLeavesItsNeighboursOpenForBusiness) {
  silence(wallet);
  const auto no = refused(wallet);
  EXPECT_EQ(no.reason, "open");
  EXPECT_GT(no.retry_at.value(), noon + 3s);
  EXPECT_TRUE(admits(card));
  EXPECT_TRUE(admits(wallet, OpClass::query));
}

TEST_F(BreakersTest, DeclinesNeverDo) {
  for (int i = 0; i < 100; ++i) call(wallet, Ending::declined, Transport::answered);
  EXPECT_TRUE(admits(wallet));
  EXPECT_TRUE(store.breaker_events.empty());
}

TEST_F(BreakersTest, RefusesAPathNobodyConfigured) { EXPECT_EQ(refused("aurora/wallet/typo").refusal, Refusal::path_unknown); }

TEST_F(BreakersTest, OpensHalfByItselfAndClosesAfterGoodProbes) {
  silence(wallet);
  world.run_for(7s);
  EXPECT_EQ(view(wallet).state, BreakerState::half_open);
  good(wallet);
  EXPECT_EQ(view(wallet).state, BreakerState::closed);
}

TEST_F(BreakersTest, EveryMoveIsStoredOnceAndInOrderAndThenPublished) {
  silence(wallet);
  world.run_for(7s);
  good(wallet);
  std::string story;
  ASSERT_EQ(store.breaker_events.size(), 3u);
  ASSERT_EQ(moved.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& row = store.breaker_events[i];
    EXPECT_EQ(row.seq, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(moved[i].event.seq, row.seq);
    EXPECT_EQ(store.journal[i].entity, "breaker:" + wallet);
    EXPECT_EQ(store.journal[i].version, row.seq);
    story += row.from + ">" + row.state + ":" + row.cause + " ";
  }
  EXPECT_EQ(story, "closed>open:consecutive open>half_open:timer half_open>closed:probes_ok ");
}

TEST_F(BreakersTest, RefusesWithoutWaitingForTheStoreAndTellsItLater) {
  store.outcome = CommitOutcome::unavailable;
  silence(wallet);
  EXPECT_EQ(refused(wallet).reason, "open");
  world.run_for(7s);
  EXPECT_EQ(view(wallet).state, BreakerState::half_open);
  EXPECT_TRUE(moved.empty());
  store.outcome = CommitOutcome::committed;
  world.run_for(2s);
  ASSERT_EQ(store.breaker_events.size(), 2u);
  EXPECT_EQ(store.breaker_events[1].seq, 2);
  EXPECT_EQ(moved.size(), 2u);
}

TEST_F(BreakersTest, LostPermitsCountAsTimeoutsWithoutAnybodyAsking) {
  for (int i = 0; i < 6; ++i) ask(wallet);
  world.run_for(15s);
  ASSERT_EQ(store.breaker_events.size(), 1u);
  EXPECT_EQ(store.breaker_events[0].cause, "consecutive");
}

TEST_F(BreakersTest, AnOverrideSurvivesARestartAndEndsAtItsInstant) {
  turn(wallet, StaticSwitch::off, noon + 1h);
  restart();
  EXPECT_EQ(refused(wallet).reason, "switched_off");
  EXPECT_EQ(view(wallet).actor, "ann");
  world.run_for(1h);
  EXPECT_EQ(view(wallet).state, BreakerState::half_open);
  EXPECT_EQ(store.breakers.at(wallet).seq, 2);
  EXPECT_EQ(store.breakers.at(wallet).cause, "override_expired");
}

TEST_F(BreakersTest, AnOpenPathStaysOpenOverARestart) {
  silence(wallet);
  restart();
  EXPECT_EQ(refused(wallet).reason, "open");
  world.run_for(7s);
  good(wallet);
  EXPECT_EQ(store.breakers.at(wallet).seq, 3);
}

TEST_F(BreakersTest, RefusesUntilTheStoreHasSaidHowThePathsStand) {
  store.read_error = "connection refused";
  restart();
  EXPECT_EQ(refused(wallet).reason, "starting");
  caf::anon_send(breakers, SwitchChannel{"aurora", {StaticSwitch::forced_open, noon + 1h, "supervisor", "crash"}});
  store.read_error.clear();
  world.run_for(1s);
  EXPECT_EQ(refused(wallet).reason, "forced_open");
  EXPECT_TRUE(admits(other));
}

TEST_F(BreakersTest, WhoAsksWhileTheStoreIsReadWaitsForItsAnswer) {
  silence(wallet);
  caf::anon_send_exit(breakers, caf::exit_reason::user_shutdown);
  world.settle();
  store.holds_reads = true;
  start();
  const auto open = world.begin<PermitReply>(breakers, AskPermit{wallet, OpClass::pay});
  const auto closed = world.begin<PermitReply>(breakers, AskPermit{other, OpClass::pay});
  world.settle();
  EXPECT_FALSE(open->has_value());
  store.holds_reads = false;
  std::exchange(store.held_read, nullptr)();
  world.settle();
  EXPECT_EQ(std::get<PermitRefused>(open->value()).reason, "open");
  EXPECT_TRUE(std::holds_alternative<Permit>(closed->value()));
}

TEST_F(BreakersTest, ABreakerWhoseStoreHasAnotherHistoryStartsAgainFromIt) {
  store.breakers[wallet] = {wallet, "off", "open", 7, {}, "closed", "override_off", "ann", noon};
  silence(wallet);
  EXPECT_EQ(refused(wallet).reason, "starting");
  world.run_for(1s);
  EXPECT_EQ(refused(wallet).reason, "switched_off");
  EXPECT_EQ(view(wallet).seq, 7);
  EXPECT_TRUE(admits(card));
}

TEST_F(BreakersTest, ShowsAllOfThemByPath) {
  turn(card, StaticSwitch::forced_open, noon + 1min);
  ask(wallet);
  const auto all = world.ask<BreakersView>(breakers, ViewBreakers{}).value().breakers;
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].path, card);
  EXPECT_EQ(all[0].reason, "maintenance");
  EXPECT_EQ(all[0].until, noon + 1min);
  EXPECT_EQ(all[1].path, wallet);
  EXPECT_EQ(all[1].leases, 1);
}

}  // namespace
}  // namespace tael
