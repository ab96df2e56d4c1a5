// The checks B1-B3, B6-B9 and B12-B15 of the breaker's specification, on random walks: calls that end
// well, badly, late or never, outages, hands on the switch, clocks that jump, restarts.
#include "actors/domain/breaker.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-11T12:00:00Z");

struct Call {
  TimePoint ends_at;
  Lease lease;
  CallVerdict verdict;
  bool query;
};

class Walk {
 public:
  explicit Walk(unsigned seed) : random_(seed) {
    policy.consecutive_max = pick({6, 1'000'000});
    policy.volume_min = pick({5, 10, 20});
    policy.bad_percent = pick({30, 50, 100});
    policy.slow_percent = pick({80, 100});
    policy.probes = pick({1, 3, 5, 10});
    policy.probe_good_percent = pick({80, 100});
    leaks_ = coin(60), late_ = coin(60), overrides_ = coin(60), jumps_ = coin(60), restarts_ = coin(40);
  }

  void step() {
    if (coin(3)) health_ = pick({0, 30, 50, 100, 100});
    if (jumps_ && coin(1)) now += Duration{pick({30'000, 120'000, 3'600'000, -1'000, -600'000})};
    if (overrides_ && coin(1)) turn();
    if (restarts_ && coin(1))
      breaker = restore(breaker.static_switch, breaker.state, breaker.seq, breaker.until, breaker.actor, now);
    now += Duration{pick({10, 50, 200, 1'000})};
    call();
    std::erase_if(calls_, [this](const Call& c) {
      if (c.ends_at > now) return false;
      end(c);
      return true;
    });
    hear(tick(breaker, policy, now, random_()));
  }

  /// Everything that must hold now. The first broken promise, or nothing.
  std::string broken() const {
    using enum BreakerState;
    const bool on = breaker.static_switch == StaticSwitch::on;
    if (!broken_.empty()) return broken_;
    if (breaker.state == half_open && breaker.probes_admitted > policy.probes) return "B1 more probes than allowed";
    if (breaker.state == half_open && std::ssize(breaker.leases) > policy.probes_in_flight_max)
      return "B1 more probes in flight than allowed";
    if (breaker.state == half_open && breaker.probes_admitted >= policy.probes && breaker.leases.empty())
      return "B2 stuck half open with its permits spent";
    if (breaker.state == open && on && breaker.until - now > policy.open_max * 12 / 10) return "B3 open beyond the cap";
    if (breaker.state == open && on && breaker.until == TimePoint{}) return "B3 open without an end";
    if (!on && breaker.until != TimePoint{} && now >= breaker.until) return "B6 an override outlived its end";
    if (!on && breaker.state != open) return "a switch that is not on lets calls through";
    if (const auto due = next_tick(breaker); due && *due <= now) return "a tick left its work undone";
    return "";
  }

  void hear(const BreakerEvents& events) {
    for (const auto& event : events) {
      if (event.seq != seq_ + 1) broken_ = "B7 a gap in the sequence";
      if (event.from != state_) broken_ = "B8 events do not chain";
      if (!may_move(event.from, event.to)) broken_ = "B9 an illegal move";
      if (event.from == event.to && event.actor.empty()) broken_ = "B9 a move to itself without a hand";
      if (event.from == BreakerState::closed && event.actor.empty() && event.window.total < policy.volume_min &&
          event.cause != BreakerCause::consecutive)
        broken_ = "B12 opened below the minimum volume";
      if (event.window.total > lent_since_move_) broken_ = "B13 judged by calls from before the last move";
      seq_ = event.seq;
      state_ = event.to;
      lent_since_move_ = 0;
    }
  }

  bool coin(int percent) { return static_cast<int>(random_() % 100) < percent; }
  int pick(std::initializer_list<int> from) { return *(from.begin() + random_() % from.size()); }

  BreakerPolicy policy;
  Breaker breaker = restore(StaticSwitch::on, BreakerState::closed, 0, {}, "", noon);
  TimePoint now = noon;

 private:
  void call() {
    const bool query = coin(10);
    hear(tick(breaker, policy, now, random_()));
    const auto before = breaker;
    const auto asked = ask(breaker, policy, query ? Purpose::query : Purpose::money, now, random_());
    hear(asked.events);
    if (std::holds_alternative<NoLease>(asked.answer)) {
      if (breaker != before) broken_ = "B14 a refused call left something behind";
      return;
    }
    if (breaker.static_switch == StaticSwitch::off) broken_ = "a call left while off";
    if (!query) ++lent_since_move_;
    if (leaks_ && coin(2)) return;
    const CallKind bad = static_cast<CallKind>(pick({1, 2, 3}));
    CallVerdict verdict{coin(health_) ? CallKind::ok : bad, Duration{pick({50, 200, 200, 6'000})}};
    if (coin(5)) verdict.kind = coin(50) ? CallKind::ignored : CallKind::throttled;
    if (late_ && coin(5)) verdict.took = Duration{pick({15'000, 40'000, 90'000})};
    calls_.push_back({now + verdict.took, std::get<Lease>(asked.answer), verdict, query});
  }

  void end(const Call& call) {
    hear(tick(breaker, policy, now, random_()));  // Lost leases and ended times count before the answer does.
    const auto before = breaker;
    const bool of_this_life = call.lease.generation == breaker.generation && breaker.leases.contains(call.lease.no);
    hear(report(breaker, policy, call.lease, call.verdict, now, random_()));
    if ((!of_this_life || call.query) && breaker != before) broken_ = "B15 a verdict used a call of another life";
  }

  void turn() {
    SwitchOrder order;
    order.to = static_cast<StaticSwitch>(pick({0, 1, 2}));
    if (order.to != StaticSwitch::on) order.until = now + Duration{pick({5'000, 60'000})};
    order.actor = coin(50) ? "ann" : std::string{supervisor_actor};
    hear(set_switch(breaker, policy, order, now, random_()));
  }

  std::mt19937_64 random_;
  bool leaks_ = false, late_ = false, overrides_ = false, jumps_ = false, restarts_ = false;
  int health_ = 100;
  std::vector<Call> calls_;
  std::string broken_;
  std::int64_t seq_ = 0;
  BreakerState state_ = BreakerState::closed;
  int lent_since_move_ = 0;
};

// Goal: no order of events breaks a promise. Method: two thousand lives of four hundred steps.
TEST(BreakerWalk, KeepsItsPromisesWhateverHappens) {
  for (unsigned seed = 1; seed <= 2'000; ++seed) {
    Walk walk{seed};
    for (int i = 0; i < 400; ++i) {
      walk.step();
      ASSERT_EQ(walk.broken(), "") << "seed " << seed << " step " << i;
    }
  }
}

// Goal: nothing wedges it (B10), and a dead channel is noticed (B11).
TEST(BreakerWalk, ClosesWhenHealthReturnsAndOpensWhenItIsGone) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    Walk walk{seed};
    for (int i = 0; i < 200; ++i) walk.step();
    auto [policy, breaker, now] = std::tie(walk.policy, walk.breaker, walk.now);
    const auto play = [&](CallKind kind, BreakerState goal, Duration pace, int calls) {
      for (int i = 0; i < calls && breaker.state != goal; ++i) {
        now += pace;
        const auto asked = ask(breaker, policy, Purpose::money, now, 0);
        if (const auto* lease = std::get_if<Lease>(&asked.answer))
          report(breaker, policy, *lease, {kind, 50ms}, now, 0);
      }
      return breaker.state;
    };
    ASSERT_EQ(play(CallKind::ok, BreakerState::closed, 500ms, 6'000), BreakerState::closed) << "seed " << seed;
    ASSERT_EQ(play(CallKind::failure, BreakerState::open, 100ms, 600), BreakerState::open) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tael
