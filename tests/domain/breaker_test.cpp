// What the model beside (breaker_oracle_test.cpp) does not know: two windows, scopes, inquiries, switches by hand, the
// in-flight cap, degraded admission at work; and the plain cases, told one by one.
#include "actors/domain/breaker_tree.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-11T12:00:00Z");

/// A channel with two banks below one method, and a clock, so that a test reads as what happened and when.
struct Channel {
  explicit Channel(BreakerPolicy given = one_stage(), OpClass op = OpClass::pay)
      : policy(std::move(given)), tree(op, policy) {
    root = tree.add("aurora", {}, 1, now);
    method = tree.add("aurora/qr", root, 1, now);
    cmb = tree.add("aurora/qr/cmb", method, 1, now);
    icbc = tree.add("aurora/qr/icbc", method, 1, now);
  }
  static BreakerPolicy one_stage() {
    BreakerPolicy policy;
    policy.probe_stages = {{100, 5}};
    return policy;
  }

  BreakerMoment moment() {
    return {now, Luck{++dice}, cap, [this](std::uint32_t node, BreakerEvent event) {
              nodes.push_back(node);
              events.push_back(std::move(event));
            }};
  }
  std::variant<PathPermit, NoPermit> ask(std::uint32_t leaf) {
    auto m = moment();
    return tree.ask(leaf, m);
  }
  PathPermit lend(std::uint32_t leaf) { return std::get<PathPermit>(ask(leaf)); }
  NoPermit refused(std::uint32_t leaf) { return std::get<NoPermit>(ask(leaf)); }
  bool admits(std::uint32_t leaf) { return std::holds_alternative<PathPermit>(ask(leaf)); }
  void report(const PathPermit& permit, CallKind kind, Duration took = 100ms, FaultScope scope = FaultScope::path) {
    auto m = moment();
    tree.report(permit, {kind, took, scope}, m);
  }
  void calls(int times, CallKind kind, FaultScope scope = FaultScope::path, Duration took = 100ms) {
    for (int i = 0; i < times; ++i) {
      const auto answer = ask(cmb);
      if (const auto* permit = std::get_if<PathPermit>(&answer)) report(*permit, kind, took, scope);
    }
  }
  void pass(Duration length) {
    now += length;
    auto m = moment();
    tree.tick(m);
  }
  void turn(std::uint32_t node, StaticSwitch to, std::optional<TimePoint> until = {}, std::string actor = "ann") {
    auto m = moment();
    tree.turn(node, {to, until, std::move(actor), "maintenance"}, m);
  }
  void half_open() {
    calls(6, CallKind::timeout);
    pass(6s);
  }
  BreakerState state(std::uint32_t node) const { return shown(tree.at(node)); }
  BreakerCause cause() const { return events.back().cause; }

  TimePoint now = noon;
  std::uint64_t dice = 0;
  BreakerPolicy policy;
  BreakerTree tree;
  EjectionCap cap;
  std::uint32_t root = 0, method = 0, cmb = 0, icbc = 0;
  std::vector<std::uint32_t> nodes;
  std::vector<BreakerEvent> events;
};

using enum BreakerState;

// --- closed --------------------------------------------------------------------------------------

struct Trip {
  const char* name;
  int ok, slow, failures, timeouts, exceptions;  // In this order, so that bad ones come in a row at the end.
  std::optional<BreakerCause> opens;
};

class BreakerTrips : public ::testing::TestWithParam<Trip> {};

TEST_P(BreakerTrips, ByItsWindow) {
  const auto& row = GetParam();
  Channel c;
  const auto call = [&](int times, CallKind kind, Duration took = 100ms) {
    for (int i = 0; i < times && c.state(c.cmb) == closed; ++i) c.report(c.lend(c.cmb), kind, took);
  };
  call(row.ok, CallKind::ok);
  call(row.slow, CallKind::ok, 5s);
  call(row.failures, CallKind::failure);
  call(row.timeouts, CallKind::timeout);
  call(row.exceptions, CallKind::exception);
  EXPECT_EQ(c.state(c.cmb), row.opens ? open : closed);
  EXPECT_EQ(c.events.empty() ? std::nullopt : std::optional{c.cause()}, row.opens);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, BreakerTrips, ::testing::Values(
  //    name                             ok  slow fail time exc
  Trip{"a_row_below_the_volume",          0,  0,  6,  0,   0, BreakerCause::consecutive},
  Trip{"a_shorter_row_does_not",          0,  0,  5,  0,   0, std::nullopt},
  Trip{"a_mixed_row",                     0,  0,  2,  2,   2, BreakerCause::consecutive},
  Trip{"half_bad_at_the_volume",          5,  0,  5,  0,   0, BreakerCause::failure_ratio},
  Trip{"half_bad_below_the_volume",       4,  0,  5,  0,   0, std::nullopt},
  Trip{"less_than_half_bad",              6,  0,  5,  0,   0, std::nullopt},
  Trip{"timeouts_have_their_own_ratio",   7,  0,  0,  3,   0, BreakerCause::timeout_ratio},
  Trip{"fewer_timeouts_do_not",           8,  0,  0,  3,   0, std::nullopt},
  Trip{"exceptions_have_their_own_ratio", 7,  0,  0,  0,   3, BreakerCause::exception_ratio},
  Trip{"slow_but_right",                  2,  8,  0,  0,   0, BreakerCause::slow_ratio},
  Trip{"less_slow",                       3,  8,  0,  0,   0, std::nullopt}),
  [](const auto& row) { return row.param.name; });
// clang-format on

TEST(Breaker, IsNotOpenedByThrottledOrIgnoredCalls) {
  Channel c;
  for (int i = 0; i < 100; ++i) c.report(c.lend(c.cmb), i % 2 ? CallKind::throttled : CallKind::ignored);
  EXPECT_EQ(c.tree.at(c.cmb).window.seen(c.now), CallCounts{});
}

TEST(Breaker, ForgetsWhatLeftTheWindow) {
  Channel c;
  c.calls(5, CallKind::failure);
  c.calls(1, CallKind::ok);
  c.pass(10s);
  EXPECT_EQ(c.tree.at(c.cmb).window.seen(c.now).total, 0);
  c.calls(5, CallKind::failure);
  EXPECT_EQ(c.state(c.cmb), closed);
}

TEST(Breaker, TheLongWindowFindsABankThatFailsALittleAllTheTime) {
  Channel c;
  for (int i = 0; c.state(c.cmb) == closed && i < 100; ++i, c.pass(2s))
    c.report(c.lend(c.cmb), i % 4 == 3 ? CallKind::failure : CallKind::ok);
  EXPECT_EQ(c.state(c.cmb), open) << "a quarter fails: below half of ten, above a fifth of fifty";
  EXPECT_EQ(c.cause(), BreakerCause::failure_ratio);
  EXPECT_EQ(c.now, noon + 100s) << "after the fiftieth call";
}

TEST(Breaker, AnAnswerFromAnEarlierLifeIsNotHeldAgainstThisOne) {
  Channel c;
  std::vector<PathPermit> before;
  for (int i = 0; i < 20; ++i) before.push_back(c.lend(c.cmb));
  c.half_open();
  c.calls(5, CallKind::ok);
  ASSERT_EQ(c.state(c.cmb), closed);
  for (const auto& late : before) c.report(late, CallKind::timeout);
  EXPECT_EQ(c.state(c.cmb), closed);
  EXPECT_EQ(c.tree.at(c.cmb).window.seen(c.now).total, 0);
}

// --- open and half open --------------------------------------------------------------------------

TEST(Breaker, OpenRefusesAndSaysWhoAndUntilWhen) {
  Channel c;
  c.calls(6, CallKind::failure);
  const auto no = c.refused(c.cmb);
  EXPECT_EQ(no.refusal, LeaseRefusal::open);
  EXPECT_EQ(no.node, c.cmb);
  EXPECT_EQ(no.retry_at, c.tree.at(c.cmb).until);
  EXPECT_TRUE(c.admits(c.icbc));
}

TEST(Breaker, HalfOpenLendsTwoProbesAtATime) {
  Channel c;
  c.half_open();
  const auto first = c.lend(c.cmb), second = c.lend(c.cmb);
  EXPECT_EQ(c.refused(c.cmb).refusal, LeaseRefusal::probing);
  c.report(first, CallKind::ok);
  EXPECT_TRUE(c.admits(c.cmb));
  c.report(second, CallKind::ignored);
  EXPECT_TRUE(c.admits(c.cmb)) << "a call that was not made gives its probe back";
}

TEST(Breaker, ProbesInStagesAndLetsNoLargerShareThroughThanEachAllows) {
  Channel c{BreakerPolicy{}};
  c.half_open();
  int asked = 0, admitted = 0;
  for (; c.tree.at(c.cmb).stage == 0 && asked < 100'000; ++asked) {
    c.now += 1ms;
    const auto answer = c.ask(c.cmb);
    if (const auto* permit = std::get_if<PathPermit>(&answer)) ++admitted, c.report(*permit, CallKind::ok);
  }
  EXPECT_EQ(admitted, 5);
  EXPECT_GT(asked, 20) << "one in twenty, after the first";
  for (; c.state(c.cmb) == half_open && asked < 100'000; ++asked) c.calls(1, CallKind::ok);
  EXPECT_EQ(c.state(c.cmb), closed);
  EXPECT_EQ(c.events.back().probes_admitted, 25);
  EXPECT_EQ(c.events.back().probes_allowed, 25);
}

TEST(Breaker, ALostProbeIsATimeout) {
  Channel c;
  c.half_open();
  c.lend(c.cmb), c.lend(c.cmb);
  c.pass(c.policy.permit_ttl);
  EXPECT_EQ(c.state(c.cmb), half_open);
  c.pass(1ms);
  EXPECT_EQ(c.state(c.cmb), open);
  EXPECT_EQ(c.cause(), BreakerCause::permit_timeouts);
}

TEST(Breaker, StaysOpenTwiceAsLongEachTimeAndHealthyTimeTakesItBack) {
  Channel c;
  for (int i = 0; i < 3; ++i) {
    c.calls(6, CallKind::failure);
    ASSERT_EQ(c.state(c.cmb), open);
    c.pass(c.tree.at(c.cmb).until - c.now);
  }
  EXPECT_EQ(c.tree.at(c.cmb).openings, 3);
  const auto waited = c.tree.at(c.cmb).until - c.events[c.events.size() - 2].at;
  EXPECT_GE(waited, 16s);
  EXPECT_LE(waited, 24s);
  c.calls(5, CallKind::ok);
  c.pass(2 * openings_decay);
  EXPECT_EQ(c.tree.at(c.cmb).openings, 1);
}

// --- levels --------------------------------------------------------------------------------------

TEST(BreakerLevels, ABankUnderMaintenanceIsTheBanksMatterAlone) {
  Channel c;
  c.calls(6, CallKind::failure, FaultScope::bank);
  EXPECT_EQ(c.state(c.cmb), open);
  EXPECT_EQ(c.tree.at(c.root).window.seen(c.now).total, 0);
}

TEST(BreakerLevels, ACutLineIsTheChannelsMatterAlone) {
  Channel c;
  c.calls(6, CallKind::exception, FaultScope::local);
  EXPECT_EQ(c.state(c.root), open);
  EXPECT_EQ(c.state(c.cmb), closed);
  EXPECT_EQ(c.refused(c.icbc).node, c.root);
}

TEST(BreakerLevels, ARefusalBelowLeavesNothingAbove) {
  Channel c;
  c.turn(c.root, StaticSwitch::off);
  c.turn(c.root, StaticSwitch::on);  // Half open: its probes are counted.
  c.turn(c.cmb, StaticSwitch::off);
  EXPECT_FALSE(c.admits(c.cmb));
  EXPECT_EQ(c.tree.at(c.root).admitted, 0);
  EXPECT_TRUE(c.tree.at(c.root).probes.empty());
}

TEST(BreakerLevels, ADeadBankDoesNotTakeItsNeighboursWithItWhenItsCallsComeBack) {
  Channel c;
  std::vector<PathPermit> out;
  for (int i = 0; i < 100; ++i) out.push_back(c.lend(c.cmb)), c.report(c.lend(c.icbc), CallKind::ok);
  c.now += 8s;
  for (const auto& permit : out) c.report(permit, CallKind::timeout, 8s);
  EXPECT_EQ(c.state(c.cmb), open);
  EXPECT_EQ(c.state(c.method), closed);
  EXPECT_TRUE(c.admits(c.icbc));
}

TEST(BreakerLevels, MostOfTheBusyBanksOpenOpensTheirMethod) {
  Channel c;
  for (const auto bank : {c.cmb, c.icbc})
    for (int i = 0; i < 6; ++i) c.report(c.lend(bank), CallKind::failure);
  EXPECT_EQ(c.state(c.method), open);
  EXPECT_EQ(c.cause(), BreakerCause::children);
  EXPECT_EQ(c.state(c.root), closed) << "one method is not most of two";
}

// --- inquiries -----------------------------------------------------------------------------------

TEST(BreakerQueries, OneASecondGetsThroughWhateverStatisticsSay) {
  Channel c{Channel::one_stage(), OpClass::query};
  c.calls(6, CallKind::timeout);
  ASSERT_EQ(c.state(c.cmb), open);
  int admitted = 0;
  for (int i = 0; i < 40; ++i, c.now += 100ms) admitted += c.admits(c.cmb);
  EXPECT_EQ(admitted, 4);
  c.turn(c.method, StaticSwitch::off);
  c.pass(10s);
  EXPECT_FALSE(c.admits(c.cmb)) << "off is off";
}

// --- switches ------------------------------------------------------------------------------------

TEST(BreakerSwitch, OffEndsInProbesAndForcedClosedInAVerdict) {
  Channel c;
  c.turn(c.cmb, StaticSwitch::off, noon + 1min);
  EXPECT_EQ(c.state(c.cmb), open);
  c.pass(1min);
  EXPECT_EQ(c.state(c.cmb), half_open);
  EXPECT_EQ(c.cause(), BreakerCause::override_expired);

  c.turn(c.icbc, StaticSwitch::forced_closed, c.now + 5s);
  for (int i = 0; i < 20; ++i) c.report(c.lend(c.icbc), CallKind::failure, 100ms, FaultScope::bank);
  EXPECT_EQ(c.state(c.icbc), closed) << "overruled";
  c.pass(5s);
  EXPECT_EQ(c.state(c.icbc), open) << "measured all the same, and judged at once";
}

TEST(BreakerSwitch, APathThatServedWhileItWasHeldClosedIsNotProbedAgain) {
  Channel c;
  const auto held_over_a_probing = [&](int calls) {
    c.turn(c.cmb, StaticSwitch::off);
    c.turn(c.cmb, StaticSwitch::on);
    EXPECT_EQ(c.state(c.cmb), half_open);
    c.turn(c.cmb, StaticSwitch::forced_closed, c.now + 5s);
    for (int i = 0; i < calls; ++i) c.report(c.lend(c.cmb), CallKind::ok);
    c.pass(5s);
    return c.state(c.cmb);
  };
  EXPECT_EQ(held_over_a_probing(3), half_open) << "too little to go by";
  EXPECT_EQ(held_over_a_probing(30), closed);
}

TEST(BreakerSwitch, TheSupervisorNeitherReplacesNorLiftsAPersonsHand) {
  Channel c;
  const std::string supervisor{supervisor_actor};
  c.turn(c.root, StaticSwitch::off);
  c.turn(c.root, StaticSwitch::forced_open, noon + 1min, supervisor);
  c.turn(c.root, StaticSwitch::on, {}, supervisor);
  EXPECT_EQ(c.tree.at(c.root).static_switch, StaticSwitch::off);
  c.turn(c.root, StaticSwitch::on);
  EXPECT_EQ(c.state(c.root), half_open) << "tried before it is trusted";
  const auto events = c.events.size();
  c.turn(c.root, StaticSwitch::on, {}, supervisor);
  EXPECT_EQ(c.events.size(), events);
}

TEST(BreakerSwitch, SurvivesARestart) {
  Channel c;
  c.tree.remember(c.cmb, {StaticSwitch::off, open, 7, noon + 1h, "ann"}, noon, c.cap);
  c.tree.remember(c.icbc, {StaticSwitch::on, open, 3, noon + 5s, ""}, noon, c.cap);
  EXPECT_EQ(c.refused(c.cmb).refusal, LeaseRefusal::switched_off);
  EXPECT_EQ(c.refused(c.icbc).retry_at, noon + 5s);
  c.pass(1h);
  EXPECT_EQ(c.tree.at(c.cmb).seq, 8);
  EXPECT_EQ(c.tree.at(c.icbc).seq, 4);
}

// --- the cap -------------------------------------------------------------------------------------

TEST(EjectionCap, OfThreeOneMayBeShutAndAHandCounts) {
  EjectionCap cap;
  for (const std::string c : {"a", "b", "c"}) cap.enlist(c, "qr", c);
  EXPECT_TRUE(cap.may_open("a"));
  cap.set_shut("b", true);
  EXPECT_FALSE(cap.may_open("a"));
  cap.set_shut("b", false);
  EXPECT_TRUE(cap.may_open("a"));
  EXPECT_TRUE(cap.may_open("a bank of nobody's group"));
}

TEST(EjectionCap, AChannelThatMayNotOpenLetsThroughWhatSucceeds) {
  Channel c;
  c.cap.enlist(c.tree.name(c.root), "qr", "aurora");
  c.calls(6, CallKind::exception, FaultScope::local);
  EXPECT_EQ(c.cause(), BreakerCause::eject_denied);
  EXPECT_EQ(c.events.back().to, closed);
  int admitted = 0;
  for (int i = 0; i < 1'000; ++i, c.now += 10ms) {
    const auto answer = c.ask(c.cmb);
    if (const auto* permit = std::get_if<PathPermit>(&answer))
      ++admitted, c.report(*permit, CallKind::exception, 100ms, FaultScope::local);
  }
  EXPECT_GE(admitted, 9) << "one a second at least";
  EXPECT_LE(admitted, 40) << "and little more while nothing succeeds";
  for (int i = 0; i < 2'000; ++i, c.now += 10ms) {
    const auto answer = c.ask(c.cmb);
    if (const auto* permit = std::get_if<PathPermit>(&answer)) c.report(*permit, CallKind::ok);
  }
  EXPECT_FALSE(c.tree.at(c.root).degraded) << "it comes back by itself";
}

}  // namespace
}  // namespace tael
