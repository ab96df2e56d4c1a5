#include "tests/actors/way_fakes.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::noon;

const std::string wallet = "aurora/wallet/none", card = "aurora/card/icbc", other = "borealis/card/icbc";

/// The world's clock, set back by hand.
struct WallClockSetBack : Clock {
  explicit WallClockSetBack(const Clock& world) : world_(world) {}
  TimePoint now() const override { return world_.now() - back; }
  Duration back{0};

 private:
  const Clock& world_;
};

struct BreakersTest : ::testing::Test {
  testing::FakeStore store;
  testing::FakeLog log;
  std::vector<BreakerMoved> moved;
  testing::World world;
  WallClockSetBack wall{world};
  BreakersRef breakers;
  std::vector<std::string> configured{wallet, card, other};

  void SetUp() override { start(); }
  void start() {
    std::vector<BreakerPath> paths;
    BreakerPolicy policy;
    policy.probe_stages = {{100, 5}};
    for (const auto& path : configured) paths.push_back({path, "aurora bank", policy, false, {"CNY"}});
    const BreakerPeers peers{testing::spawn_store(world, store),
                             {testing::spawn_listener(world, moved)},
                             world.timers,
                             wall,
                             world.dice,
                             store.crash,
                             store.meter};
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
    ASSERT_TRUE(world.ask<BreakerView>(breakers, SwitchPath{path, {to, until, "ann", "maintenance"}, {}}));
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

TEST_F(BreakersTest, RefusesAPathNobodyConfigured) {
  EXPECT_EQ(refused("aurora/wallet/typo").refusal, Refusal::path_unknown);
}

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

TEST_F(BreakersTest, ALostProbeCountsAsATimeoutWithoutAnybodyAsking) {
  silence(wallet);
  world.run_for(7s);
  ASSERT_TRUE(admits(wallet));
  ASSERT_TRUE(admits(wallet));
  EXPECT_EQ(refused(wallet).reason, "probing");
  world.run_for(16s);
  EXPECT_EQ(store.breaker_events.back().cause, "permit_timeouts");
  EXPECT_EQ(view(wallet).state, BreakerState::open);
}

TEST_F(BreakersTest, ARefundMeetsBreakersOfItsOwn) {
  silence(wallet);
  EXPECT_FALSE(admits(wallet));
  EXPECT_TRUE(admits(wallet, OpClass::refund));
  for (int i = 0; i < 6; ++i) {
    const auto permit = std::get<Permit>(ask(card, OpClass::refund));
    caf::anon_send(breakers, ReportCall{permit, false, Ending::silent, Transport::unknown, true, 0, 100ms});
    world.settle();
  }
  EXPECT_FALSE(admits(card, OpClass::refund));
  EXPECT_TRUE(admits(card));
  EXPECT_EQ(store.breakers.at("refund:" + card).state, "open");
  EXPECT_EQ(store.journal.back().entity, "breaker:refund:" + card);
  restart();
  EXPECT_FALSE(admits(card, OpClass::refund));
}

TEST_F(BreakersTest, AnInquiryIsSlowedDownAndNeverStopped) {
  for (int i = 0; i < 6; ++i) {
    const auto permit = std::get<Permit>(ask(wallet, OpClass::query));
    caf::anon_send(breakers, ReportCall{permit, false, Ending::silent, Transport::unknown, true, 0, 100ms});
    world.settle();
  }
  EXPECT_TRUE(admits(wallet, OpClass::query)) << "the first in a second";
  const auto no = std::get<PermitRefused>(ask(wallet, OpClass::query));
  EXPECT_EQ(no.reason, "open");
  EXPECT_EQ(no.retry_at, noon + 1s);
  world.run_for(1s);
  EXPECT_TRUE(admits(wallet, OpClass::query));
}

TEST_F(BreakersTest, ASwitchOfTheChannelHoldsAllItsPathsAndAllOperations) {
  turn("aurora", StaticSwitch::off, noon + 1h);
  for (const auto op : {OpClass::pay, OpClass::refund, OpClass::query, OpClass::close}) {
    EXPECT_FALSE(admits(wallet, op)) << name_of(op);
    EXPECT_FALSE(admits(card, op)) << name_of(op);
  }
  EXPECT_EQ(refused(wallet).by, "aurora");
  EXPECT_EQ(view(wallet).state, BreakerState::open);
  EXPECT_EQ(view(wallet).own, BreakerState::closed);
  EXPECT_TRUE(admits(other));
  EXPECT_EQ(store.breaker_events.size(), 1u) << "one hand, one event";
  restart();
  EXPECT_FALSE(admits(card, OpClass::refund));
  turn("aurora", StaticSwitch::on);
  EXPECT_TRUE(admits(card, OpClass::refund));
}

TEST_F(BreakersTest, AForcedOpenPathStillLetsInquiriesThrough) {
  turn(wallet, StaticSwitch::forced_open, noon + 1h);
  EXPECT_FALSE(admits(wallet));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(admits(wallet, OpClass::query));
}

TEST_F(BreakersTest, AHandThatHasNotSeenTheNewestMoveIsRefused) {
  silence(wallet);
  EXPECT_FALSE(world.ask<BreakerView>(breakers, SwitchPath{wallet, {StaticSwitch::off, {}, "ann", "m"}, 0}));
  EXPECT_TRUE(world.ask<BreakerView>(breakers, SwitchPath{wallet, {StaticSwitch::off, {}, "ann", "m"}, 1}));
}

TEST_F(BreakersTest, TheOwnerIsToldOfABankThatDiedAndThatItIsBack) {
  silence(card);
  ASSERT_EQ(store.alerts.size(), 1u) << "and not of the method and the channel, which have no other bank";
  EXPECT_EQ(store.alerts[0].kind, "path_open");
  EXPECT_EQ(store.alerts[0].ref, card);
  EXPECT_EQ(store.alerts[0].channel, "aurora");
  EXPECT_NE(store.alerts[0].message.find("of the last 6 calls 6 went wrong"), std::string::npos)
      << store.alerts[0].message;
  EXPECT_TRUE(store.resolved.empty());
  world.run_for(7s);
  good(card);
  ASSERT_EQ(view(card).state, BreakerState::closed);
  ASSERT_FALSE(store.resolved.empty());
  EXPECT_EQ(store.resolved.back().ref, card);
}

TEST_F(BreakersTest, WhoSwitchesAPathOffIsNotCalledForIt) {
  turn(card, StaticSwitch::off);
  turn(wallet, StaticSwitch::forced_open);
  EXPECT_TRUE(store.alerts.empty());
}

TEST_F(BreakersTest, ASwitchIsNotAcknowledgedBeforeItIsDurable) {
  store.outcome = CommitOutcome::unavailable;
  const auto told = world.begin<BreakerView>(breakers, SwitchPath{wallet, {StaticSwitch::off, {}, "ann", "m"}, {}});
  world.settle();
  EXPECT_FALSE(admits(wallet)) << "it holds at once";
  EXPECT_FALSE(*told);
  store.outcome = CommitOutcome::committed;
  world.run_for(2s);
  ASSERT_TRUE(*told);
  EXPECT_EQ((*told)->static_switch, StaticSwitch::off);
}

TEST_F(BreakersTest, OurOwnEndOfTheLineShutsTheChannelNotTheBank) {
  const std::string next_door = "aurora/card/cmb";
  configured = {card, next_door, other};
  restart();
  for (int i = 0; i < 6; ++i) call(i % 2 ? next_door : card, Ending::not_sent, Transport::not_sent);
  EXPECT_EQ(view("aurora").own, BreakerState::open);
  EXPECT_EQ(view(next_door).own, BreakerState::closed);
  EXPECT_EQ(refused(card).by, "aurora");
}

TEST_F(BreakersTest, TheLastChannelForAMethodIsNotShutByStatistics) {
  for (int i = 0; i < 6; ++i) call(wallet, Ending::not_sent, Transport::not_sent);
  EXPECT_EQ(view("aurora").own, BreakerState::closed) << "nobody else has this wallet";
  EXPECT_TRUE(view("aurora").degraded);
  EXPECT_EQ(store.breaker_events.back().cause, "eject_denied");
}

TEST_F(BreakersTest, AClockSetBackEndsNothingEarlyAndNothingLate) {
  turn(card, StaticSwitch::off, noon + 10min);
  silence(wallet);
  world.run_for(2s);
  wall.back = 1h;
  EXPECT_FALSE(admits(wallet));
  world.run_for(8s);
  EXPECT_TRUE(admits(wallet)) << "its open time is a length";
  world.run_for(10min);
  EXPECT_FALSE(admits(card)) << "its end is an instant, which has not come";
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
  EXPECT_TRUE(admits(other));
  world.run_for(1s);
  EXPECT_EQ(refused(wallet).reason, "switched_off");
  EXPECT_EQ(view(wallet).seq, 7);
  EXPECT_TRUE(admits(card));
}

TEST_F(BreakersTest, APathThatIsConfiguredNoMoreIsLentForEverythingButPayments) {
  configured = {wallet, other};
  restart();
  for (const auto op : {OpClass::query, OpClass::close, OpClass::refund}) EXPECT_TRUE(admits(card, op));
  EXPECT_EQ(refused(card).refusal, Refusal::path_unknown);
  EXPECT_TRUE(admits(wallet));
  EXPECT_EQ(view(card).reason, "retired: it is configured no more and takes no payments");
}

TEST_F(BreakersTest, ASwitchThatWasLeftOnARetiredPathStillHoldsAndIsStillSomebodysToTurn) {
  turn(card, StaticSwitch::off);
  configured = {wallet, other};
  restart();
  EXPECT_FALSE(admits(card, OpClass::query));
  turn(card, StaticSwitch::on);
  EXPECT_TRUE(admits(card, OpClass::query));
  EXPECT_EQ(refused(card).refusal, Refusal::path_unknown);
}

TEST_F(BreakersTest, ARetiredPathThatNobodyAskedAboutCanBeSwitchedOn) {
  turn(card, StaticSwitch::off);
  configured = {wallet, other};
  restart();
  turn(card, StaticSwitch::on);
  EXPECT_TRUE(admits(card, OpClass::refund));
}

TEST_F(BreakersTest, NothingIsLentForAPathThatNoOrderCanHave) {
  for (const auto* path : {"aurora", "aurora/wallet", "aurora/wallet/none/more", "nobody/qr/cmb"})
    EXPECT_FALSE(admits(path, OpClass::query)) << path;
}

TEST_F(BreakersTest, ShowsAllOfThemByPath) {
  turn(card, StaticSwitch::forced_open, noon + 1min);
  ask(wallet);
  const auto all = world.ask<BreakersView>(breakers, ViewBreakers{}).value().breakers;
  std::string paths;
  for (const auto& breaker : all) paths += breaker.path + " ";
  EXPECT_EQ(paths,
            "aurora aurora/card " + card + " aurora/wallet " + wallet + " borealis borealis/card " + other + " ");
  EXPECT_EQ(all[2].reason, "maintenance");
  EXPECT_EQ(all[2].until, noon + 1min);
  EXPECT_EQ(all[1].state, BreakerState::closed);
}

}  // namespace
}  // namespace tael
