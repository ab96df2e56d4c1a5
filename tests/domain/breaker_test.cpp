#include "actors/domain/breaker.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-11T12:00:00Z");
constexpr std::uint64_t middle = 1'000;  // Of 0..2000 for the first open time: exactly `open_min`.

/// A breaker with a clock, so that a test reads as what happened and when.
struct Path {
  BreakerPolicy policy;
  Breaker breaker = restore(StaticSwitch::on, BreakerState::closed, 0, {}, "", noon);
  TimePoint now = noon;
  std::uint64_t dice = middle;
  BreakerEvents events;

  void hear(BreakerEvents more) { events.insert(events.end(), more.begin(), more.end()); }
  std::variant<Lease, NoLease> ask(Purpose purpose = Purpose::money) {
    auto asked = tael::ask(breaker, policy, purpose, now, dice);
    hear(std::move(asked.events));
    return asked.answer;
  }
  Lease lend(Purpose purpose = Purpose::money) { return std::get<Lease>(ask(purpose)); }
  NoLease refused() { return std::get<NoLease>(ask()); }
  bool admits(Purpose purpose = Purpose::money) { return std::holds_alternative<Lease>(ask(purpose)); }
  void report(const Lease& lease, CallKind kind, Duration took = 100ms) {
    hear(tael::report(breaker, policy, lease, {kind, took}, now, dice));
  }
  void calls(int times, CallKind kind, Duration took = 100ms) {
    for (int i = 0; i < times; ++i) report(lend(), kind, took);
  }
  void pass(Duration length) {
    now += length;
    hear(tick(breaker, policy, now, dice));
  }
  void turn(StaticSwitch to, std::optional<TimePoint> until = {}, std::string actor = "ann") {
    hear(set_switch(breaker, policy, {to, until, std::move(actor), "maintenance"}, now, dice));
  }
  void trip() { calls(policy.consecutive_max, CallKind::timeout); }
  void half_open() {
    trip();
    now = breaker.until;
    pass(0ms);
  }
  BreakerCause cause() const { return events.back().cause; }
};

// --- closed --------------------------------------------------------------------------------------

struct Trip {
  const char* name;
  int ok, failures, timeouts, exceptions, slow;  // In this order, so that bad ones come in a row at the end.
  std::optional<BreakerCause> opens;
};

class BreakerTrips : public ::testing::TestWithParam<Trip> {};

TEST_P(BreakerTrips, ByItsWindow) {
  const auto& row = GetParam();
  Path path;
  path.policy.consecutive_max = 6;
  const auto call = [&](int times, CallKind kind, Duration took = 100ms) {
    for (int i = 0; i < times && path.breaker.state == BreakerState::closed; ++i) path.report(path.lend(), kind, took);
  };
  call(row.ok, CallKind::ok);
  call(row.slow, CallKind::ok, 5s);
  call(row.failures, CallKind::failure);
  call(row.timeouts, CallKind::timeout);
  call(row.exceptions, CallKind::exception);
  EXPECT_EQ(path.breaker.state, row.opens ? BreakerState::open : BreakerState::closed);
  EXPECT_EQ(path.events.empty() ? std::nullopt : std::optional{path.cause()}, row.opens);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, BreakerTrips, ::testing::Values(
  //    name                            ok  fail time exc  slow
  Trip{"a_row_below_the_volume",         0,  6,  0,   0,   0, BreakerCause::consecutive},
  Trip{"a_shorter_row_does_not",         0,  5,  0,   0,   0, std::nullopt},
  Trip{"a_mixed_row",                    0,  2,  2,   2,   0, BreakerCause::consecutive},
  Trip{"half_bad_at_the_volume",         5,  5,  0,   0,   0, BreakerCause::failure_ratio},
  Trip{"half_bad_below_the_volume",      4,  5,  0,   0,   0, std::nullopt},
  Trip{"less_than_half_bad",             6,  5,  0,   0,   0, std::nullopt},
  Trip{"timeouts_have_their_own_ratio",  7,  0,  3,   0,   0, BreakerCause::timeout_ratio},
  Trip{"fewer_timeouts_do_not",          8,  0,  3,   0,   0, std::nullopt},
  Trip{"mostly_exceptions",              5,  0,  0,   5,   0, BreakerCause::exception_ratio},
  Trip{"slow_but_right",                 2,  0,  0,   0,   8, BreakerCause::slow_ratio},
  Trip{"less_slow",                      3,  0,  0,   0,   8, std::nullopt}),
  [](const auto& row) { return row.param.name; });
// clang-format on

TEST(Breaker, IsNotOpenedByThrottledOrIgnoredCalls) {
  Path path;
  path.calls(100, CallKind::throttled);
  path.calls(100, CallKind::ignored);
  EXPECT_EQ(path.breaker.state, BreakerState::closed);
  EXPECT_EQ(counts_in(path.breaker.window, path.now), CallCounts{});
}

TEST(Breaker, CountsAnUnreturnedPermitAsATimeout) {
  Path path;
  for (int i = 0; i < path.policy.consecutive_max; ++i) path.lend();
  path.pass(path.policy.permit_ttl - 1ms);
  EXPECT_EQ(path.breaker.state, BreakerState::closed);
  path.pass(1ms);
  EXPECT_EQ(path.breaker.state, BreakerState::open);
  EXPECT_EQ(path.events.back().window.timeouts, path.policy.consecutive_max);
}

TEST(Breaker, ForgetsWhatLeftTheWindow) {
  Path path;
  path.calls(5, CallKind::failure);
  path.calls(1, CallKind::ok);
  path.pass(path.policy.window);
  path.calls(5, CallKind::failure);
  EXPECT_EQ(path.breaker.state, BreakerState::closed);
  EXPECT_EQ(counts_in(path.breaker.window, path.now), (CallCounts{.total = 5, .failures = 5}));
}

TEST(Breaker, HearsAPermitOnce) {
  Path path;
  const auto lease = path.lend();
  for (int i = 0; i < 10; ++i) path.report(lease, CallKind::failure);
  EXPECT_EQ(counts_in(path.breaker.window, path.now).total, 1);
}

// --- open ----------------------------------------------------------------------------------------

TEST(Breaker, OpenRefusesAndSaysUntilWhen) {
  Path path;
  path.trip();
  EXPECT_EQ(path.refused(), (NoLease{LeaseRefusal::open, noon + path.policy.open_min}));
  path.pass(path.policy.open_min - 1ms);
  EXPECT_FALSE(path.admits());
  path.pass(1ms);
  EXPECT_EQ(path.breaker.state, BreakerState::half_open);
  EXPECT_EQ(path.cause(), BreakerCause::timer);
}

TEST(Breaker, AnAnswerFromAnEarlierLifeDoesNotMoveIt) {
  Path path;
  const auto before = path.lend();
  path.half_open();
  const auto seen = path.breaker;
  path.report(before, CallKind::ok);
  EXPECT_EQ(path.breaker, seen);
}

TEST(Breaker, StaysOpenTwiceAsLongEachTimeInARowUpToItsMaximum) {
  Path path;
  path.trip();
  Duration wait = path.policy.open_min;
  for (int i = 0; i < 10; ++i) {
    path.dice = 0;  // The shortest: 20 % less.
    path.now = path.breaker.until;
    path.report(path.lend(), CallKind::failure);
    path.report(path.lend(), CallKind::failure);
    wait = std::min(wait * 2, path.policy.open_max);
    ASSERT_EQ(path.breaker.state, BreakerState::open);
    EXPECT_EQ(path.breaker.until - path.now, wait * 8 / 10);
  }
}

TEST(Breaker, HealthyTimeTakesBackOneDoublingEachHalfMinute) {
  Path path;
  for (int i = 0; i < 2; ++i) {
    path.half_open();
    path.calls(5, CallKind::ok);
  }
  EXPECT_EQ(path.breaker.openings, 2);
  path.pass(openings_decay);
  EXPECT_EQ(path.breaker.openings, 1);
  path.pass(openings_decay);
  EXPECT_EQ(path.breaker.openings, 0);
}

TEST(Breaker, LetsQueriesThroughWhileOpenAndLearnsNothingFromThem) {
  Path path;
  path.trip();
  const auto seen = path.breaker.state;
  for (int i = 0; i < 20; ++i) path.report(path.lend(Purpose::query), i % 2 ? CallKind::ok : CallKind::timeout);
  EXPECT_EQ(path.breaker.state, seen);
  EXPECT_TRUE(path.breaker.leases.empty());
}

TEST(Breaker, GoodQueriesDoNotHideThatNobodyCanPay) {
  Path path;
  for (int i = 0; i < path.policy.consecutive_max; ++i) {
    path.calls(1, CallKind::failure);
    for (int n = 0; n < 10 && path.breaker.state == BreakerState::closed; ++n)
      path.report(path.lend(Purpose::query), CallKind::ok);
  }
  EXPECT_EQ(path.breaker.state, BreakerState::open);
}

// --- half open -----------------------------------------------------------------------------------

TEST(Breaker, HalfOpenCapsProbesInFlightAndInTotal) {
  Path path;
  path.half_open();
  const auto first = path.lend();
  path.lend();
  EXPECT_EQ(path.refused(), (NoLease{LeaseRefusal::probing, path.now + probe_retry}));
  path.report(first, CallKind::ok);
  EXPECT_TRUE(path.admits());
}

TEST(Breaker, ClosesWhenEnoughProbesAreGood) {
  Path path;
  path.half_open();
  path.calls(4, CallKind::ok);
  EXPECT_EQ(path.breaker.state, BreakerState::half_open);
  path.calls(1, CallKind::failure);
  EXPECT_EQ(path.breaker.state, BreakerState::closed);
  EXPECT_EQ(path.cause(), BreakerCause::probes_ok);
  EXPECT_EQ(path.events.back().window, (CallCounts{.total = 5, .failures = 1}));
}

TEST(Breaker, OpensAsSoonAsTooManyProbesAreBad) {
  for (const auto kind : {CallKind::failure, CallKind::timeout, CallKind::exception}) {
    Path path;
    path.half_open();
    path.calls(2, kind);
    EXPECT_EQ(path.breaker.state, BreakerState::open);
    EXPECT_EQ(path.cause(), BreakerCause::probes_failed);
  }
}

TEST(Breaker, ASlowProbeIsABadOne) {
  Path path;
  path.half_open();
  path.calls(2, CallKind::ok, path.policy.slow_after);
  EXPECT_EQ(path.breaker.state, BreakerState::open);
}

TEST(Breaker, LostProbesReopenItByTheirTimeout) {
  Path path;
  path.half_open();
  path.lend();
  path.lend();
  path.pass(path.policy.permit_ttl);
  EXPECT_EQ(path.breaker.state, BreakerState::open);
  EXPECT_EQ(path.cause(), BreakerCause::permit_timeouts);
}

TEST(Breaker, AnIgnoredProbeGivesItsPlaceBack) {
  Path path;
  path.half_open();
  path.calls(50, CallKind::ignored);
  path.calls(5, CallKind::ok);
  EXPECT_EQ(path.breaker.state, BreakerState::closed);
}

TEST(Breaker, FewProbesAreJudgedAfterAMinute) {
  for (const auto& [kind, to] :
       {std::pair{CallKind::ok, BreakerState::closed}, {CallKind::failure, BreakerState::open}}) {
    Path path;
    path.half_open();
    path.calls(1, kind);
    EXPECT_EQ(next_tick(path.breaker), path.now + half_open_max);
    path.pass(half_open_max);
    EXPECT_EQ(path.breaker.state, to);
  }
}

// --- the switch ----------------------------------------------------------------------------------

TEST(BreakerSwitch, OffLetsNothingThroughUntilItIsTurnedOn) {
  Path path;
  path.turn(StaticSwitch::off);
  path.pass(24h);
  EXPECT_EQ(path.refused(), (NoLease{LeaseRefusal::switched_off, std::nullopt}));
  EXPECT_FALSE(path.admits(Purpose::query));
  EXPECT_EQ(next_tick(path.breaker), std::nullopt);
  path.turn(StaticSwitch::on);
  EXPECT_EQ(path.breaker.state, BreakerState::half_open);
  EXPECT_EQ(path.cause(), BreakerCause::override_on);
}

TEST(BreakerSwitch, AnOverrideEndsAtItsInstantAndIsProbed) {
  for (const auto to : {StaticSwitch::off, StaticSwitch::forced_open}) {
    Path path;
    path.turn(to, noon + 1h);
    EXPECT_EQ(path.refused().retry_at, noon + 1h);
    EXPECT_EQ(next_tick(path.breaker), noon + 1h);
    path.pass(1h);
    EXPECT_EQ(path.breaker.static_switch, StaticSwitch::on);
    EXPECT_EQ(path.breaker.state, BreakerState::half_open);
    EXPECT_EQ(path.cause(), BreakerCause::override_expired);
  }
}

TEST(BreakerSwitch, NamesTheHandInItsEvent) {
  Path path;
  path.turn(StaticSwitch::off, noon + 1h);
  const auto& event = path.events.back();
  EXPECT_EQ(event.actor, "ann");
  EXPECT_EQ(event.reason, "maintenance");
  EXPECT_EQ(event.until, noon + 1h);
  EXPECT_EQ(event.cause, BreakerCause::override_off);
}

TEST(BreakerSwitch, TheSupervisorNeitherReplacesNorLiftsAPersonsHand) {
  Path path;
  path.turn(StaticSwitch::off);
  path.turn(StaticSwitch::forced_open, noon + 1h, std::string{supervisor_actor});
  path.turn(StaticSwitch::on, {}, std::string{supervisor_actor});
  EXPECT_EQ(path.breaker.static_switch, StaticSwitch::off);
  EXPECT_EQ(path.events.size(), 1u);
}

TEST(BreakerSwitch, TheSupervisorLiftsItsOwn) {
  Path path;
  path.turn(StaticSwitch::forced_open, noon + 1h, std::string{supervisor_actor});
  EXPECT_EQ(path.cause(), BreakerCause::supervisor);
  EXPECT_TRUE(path.admits(Purpose::query));
  path.turn(StaticSwitch::on, {}, std::string{supervisor_actor});
  EXPECT_EQ(path.breaker.state, BreakerState::half_open);
}

TEST(BreakerSwitch, TheSupervisorDoesNotHurryWhatStatisticsOpened) {
  Path path;
  path.trip();
  path.turn(StaticSwitch::on, {}, std::string{supervisor_actor});
  EXPECT_EQ(path.breaker.state, BreakerState::open);
}

TEST(BreakerSwitch, OnProbesAnOpenPathNowAndLeavesAClosedOneAlone) {
  Path path;
  path.turn(StaticSwitch::on);
  EXPECT_TRUE(path.events.empty());
  path.trip();
  path.turn(StaticSwitch::on);
  EXPECT_EQ(path.breaker.state, BreakerState::half_open);
}

// --- restart and clock ---------------------------------------------------------------------------

TEST(BreakerRestored, KeepsItsOverrideAndItsSequence) {
  auto breaker = restore(StaticSwitch::off, BreakerState::open, 41, noon + 1h, "ann", noon);
  const BreakerPolicy policy;
  EXPECT_TRUE(refuses(breaker, policy, Purpose::money, noon));
  const auto events = tick(breaker, policy, noon + 1h, middle);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].seq, 42);
}

TEST(BreakerRestored, OpenGoesOnUntilItsTime) {
  auto breaker = restore(StaticSwitch::on, BreakerState::open, 1, noon + 3s, "", noon);
  const BreakerPolicy policy;
  EXPECT_TRUE(tick(breaker, policy, noon + 2s, middle).empty());
  EXPECT_EQ(tick(breaker, policy, noon + 3s, middle).size(), 1u);
}

TEST(BreakerRestored, DoesNotKnowLeasesOfItsFormerLife) {
  Path before;
  before.half_open();
  const auto lease = before.lend();
  Path after;
  after.now = before.now + 1s;
  after.breaker = restore(StaticSwitch::on, BreakerState::half_open, before.breaker.seq, {}, "", after.now);
  after.lend();
  after.report(lease, CallKind::ok);
  EXPECT_EQ(after.breaker.probes_good, 0);
}

TEST(Breaker, AClockSetBackDoesNotKeepItOpen) {
  Path path;
  path.trip();
  path.pass(1s);
  path.pass(-3h);
  path.pass(path.policy.open_min - 1s);
  EXPECT_EQ(path.breaker.state, BreakerState::half_open);
}

}  // namespace
}  // namespace tael
