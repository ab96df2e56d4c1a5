// The checks B1 to B15 of the breakers' rule book, on random walks through whole trees: calls that end well, badly,
// late or never, outages, hands on the switch, jumps of time, restarts. Nothing of the model is needed here.
#include "actors/domain/breaker_tree.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-11T12:00:00Z");

struct Call {
  TimePoint ends_at;
  std::size_t tree;
  PathPermit permit;
  CallVerdict verdict;
};

class Walk {
 public:
  explicit Walk(unsigned seed) : random_(seed) {
    policy.consecutive_max = pick({6, 1'000'000});
    policy.volume_min = pick({5, 10, 20});
    policy.bad_percent = pick({30, 50, 100});
    policy.slow_percent = pick({80, 100});
    if (coin(50)) policy.probe_stages = {{100, pick({1, 3, 10})}};
    leaks_ = coin(60), late_ = coin(60), overrides_ = coin(60), jumps_ = coin(60);
    for (int c = 0; c < 3; ++c) {
      const auto channel = "c" + std::to_string(c);
      auto& tree = trees.emplace_back(OpClass::pay, policy);
      const auto root = tree.add(channel, {}, 1, now);
      cap.enlist(tree.name(root), "qr", channel);
      const auto method = tree.add(channel + "/qr", root, 1, now);
      cap.enlist(tree.name(method), "qr", channel);
      for (int b = 0; b < pick({1, 2, 3}); ++b) tree.add(channel + "/qr/b" + std::to_string(b), method, 1, now);
      told_.emplace_back(tree.size());
      health_.emplace_back(tree.size(), 100);
    }
  }

  void step() {
    if (coin(5)) health_[any_tree()][2] = pick({0, 30, 50, 100, 100});
    if (jumps_ && coin(1)) now += Duration{pick({30'000, 120'000, 3'600'000})};
    now += Duration{pick({10, 50, 200, 1'000})};
    if (overrides_ && coin(1)) turn();
    call();
    std::erase_if(calls_, [this](const Call& c) {
      if (c.ends_at > now) return false;
      auto m = moment(c.tree);
      trees[c.tree].report(c.permit, c.verdict, m);
      return true;
    });
    tick();
    look();
  }
  void tick() {
    for (std::size_t t = 0; t < trees.size(); ++t) {
      auto m = moment(t);
      trees[t].tick(m);
    }
  }

  BreakerMoment moment(std::size_t tree) {
    return {now, Luck{random_()}, cap,
            [this, tree](std::uint32_t node, const BreakerEvent& event) { hear(tree, node, event); }};
  }

  void look() {
    using enum BreakerState;
    for (const auto& tree : trees) {
      for (std::uint32_t n = 0; n < tree.size(); ++n) {
        const auto& b = tree.at(n);
        const bool on = b.static_switch == StaticSwitch::on;
        const auto probes = policy.probe_stages[static_cast<std::size_t>(b.stage)].probes;
        if (b.state == half_open && on) {
          if (b.stage_admitted > probes) broken = "B1 more probes than allowed";
          if (std::ssize(b.probes) > policy.probes_in_flight_max) broken = "B1 more probes in flight than allowed";
          if (b.stage_admitted >= probes && b.probes.empty()) broken = "B2 stuck half open with its probes spent";
        }
        if (b.state == open && on && b.until - now > policy.open_max * 12 / 10) broken = "B3 open beyond the cap";
        if (!on && b.switched_until != TimePoint{} && now >= b.switched_until)
          broken = "B6 an override outlived its end";
      }
      if (const auto due = tree.next_tick(); due && *due <= now) broken = "a tick left its work undone";
    }
    int shut = 0;
    for (const auto& tree : trees) {
      const bool hand = is_shut(tree.at(0).static_switch) || is_shut(tree.at(1).static_switch);
      shut += !hand && (shown(tree.at(0)) == open || shown(tree.at(1)) == open);
    }
    if (shut > 1) broken = "B4 statistics shut more than the cap allows";
    if (!hands_ && shut == 3) broken = "B5 no channel is left";
  }

  bool coin(int percent) { return static_cast<int>(random_() % 100) < percent; }
  int pick(std::initializer_list<int> from) { return *(from.begin() + random_() % from.size()); }

  BreakerPolicy policy;
  TimePoint now = noon;
  EjectionCap cap;
  std::deque<BreakerTree> trees;
  std::string broken;

 private:
  struct Told {
    std::int64_t seq = 0;
    BreakerState state = BreakerState::closed;
  };

  void hear(std::size_t tree, std::uint32_t node, const BreakerEvent& event) {
    auto& told = told_[tree][node];
    const bool by_switch = !event.actor.empty() || event.cause == BreakerCause::override_expired;
    if (event.seq != told.seq + 1) broken = "B7 a gap in the sequence";
    if (event.from != told.state) broken = "B8 events do not chain";
    if (!by_switch && event.cause != BreakerCause::eject_denied && !may_move(event.from, event.to))
      broken = "B9 an illegal move";
    if (event.from == BreakerState::closed && event.to == BreakerState::open && !by_switch &&
        event.cause != BreakerCause::consecutive && event.cause != BreakerCause::children &&
        event.window.total < policy.volume_min && event.window.bad() < policy.long_volume_min / 5)
      if (trees[tree].at(node).long_window.seen(now).total < policy.long_volume_min)
        broken = "B12 opened below the minimum volume";
    if (event.probes_admitted > event.probes_allowed) broken = "B1 more probes than all stages have";
    told = {event.seq, event.to};
  }

  std::size_t any_tree() { return static_cast<std::size_t>(random_() % trees.size()); }

  void call() {
    const auto t = any_tree();
    auto& tree = trees[t];
    const auto leaf = static_cast<std::uint32_t>(2 + random_() % (tree.size() - 2));
    std::vector<std::size_t> probes_before;
    auto m = moment(t);
    tree.tick(m);
    for (std::uint32_t n = 0; n < tree.size(); ++n) probes_before.push_back(tree.at(n).probes.size());
    const auto asked = tree.ask(leaf, m);
    const auto* permit = std::get_if<PathPermit>(&asked);
    if (permit == nullptr) {
      for (std::uint32_t n = 0; n < tree.size(); ++n)
        if (tree.at(n).probes.size() != probes_before[n]) broken = "B14 a refused call holds a probe";
      return;
    }
    for (const auto n : {0U, 1U, leaf})
      if (is_shut(tree.at(n).static_switch)) broken = "a call left while switched off";
    if (leaks_ && coin(2)) return;
    const CallKind bad = static_cast<CallKind>(pick({1, 2, 3}));
    CallVerdict verdict{coin(health_[t][leaf]) ? CallKind::ok : bad, Duration{pick({50, 200, 200, 6'000})}};
    verdict.scope = static_cast<FaultScope>(pick({0, 0, 0, 1, 2, 3, 4}));
    if (coin(5)) verdict.kind = coin(50) ? CallKind::ignored : CallKind::throttled;
    if (late_ && coin(5)) verdict.took = Duration{pick({15'000, 40'000, 90'000})};
    calls_.push_back({now + verdict.took, t, *permit, verdict});
  }

  void turn() {
    const auto t = any_tree();
    SwitchOrder order;
    order.to = static_cast<StaticSwitch>(pick({0, 1, 2, 3}));
    if (order.to != StaticSwitch::on) order.until = now + Duration{pick({5'000, 60'000})};
    order.actor = coin(50) ? "ann" : std::string{supervisor_actor};
    auto m = moment(t);
    trees[t].turn(static_cast<std::uint32_t>(random_() % trees[t].size()), order, m);
    hands_ = true;
  }

  std::mt19937_64 random_;
  bool leaks_ = false, late_ = false, overrides_ = false, jumps_ = false, hands_ = false;
  std::vector<std::vector<int>> health_;
  std::vector<Call> calls_;
  std::vector<std::vector<Told>> told_;
};

// Goal: no order of events breaks a promise. Method: a thousand lives of four hundred steps.
TEST(BreakerWalk, KeepsItsPromisesWhateverHappens) {
  for (unsigned seed = 1; seed <= 1'000; ++seed) {
    Walk walk{seed};
    for (int i = 0; i < 400; ++i) {
      walk.step();
      ASSERT_EQ(walk.broken, "") << "seed " << seed << " step " << i;
    }
  }
}

// Goal: nothing wedges it (B10), and a dead bank is noticed (B11).
TEST(BreakerWalk, ClosesWhenHealthReturnsAndOpensWhenItIsGone) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    Walk walk{seed};
    for (int i = 0; i < 200; ++i) walk.step();
    auto& tree = walk.trees.front();
    const auto leaf = static_cast<std::uint32_t>(tree.size() - 1);
    const auto play = [&](CallKind kind, Duration pace, int calls, auto reached) {
      for (int i = 0; i < calls && !reached(); ++i) {
        walk.now += pace;
        walk.tick();
        auto moment = walk.moment(0);
        const auto asked = tree.ask(leaf, moment);
        if (const auto* permit = std::get_if<PathPermit>(&asked)) tree.report(*permit, {kind, 50ms}, moment);
      }
      return reached();
    };
    ASSERT_TRUE(play(CallKind::ok, 500ms, 6'000,
                     [&] {
                       return shown(tree.at(0)) == BreakerState::closed && shown(tree.at(1)) == BreakerState::closed &&
                              shown(tree.at(leaf)) == BreakerState::closed;
                     }))
        << "B10, seed " << seed;
    ASSERT_TRUE(play(CallKind::failure, 100ms, 600,
                     [&] {
                       return shown(tree.at(leaf)) == BreakerState::open || shown(tree.at(1)) == BreakerState::open ||
                              shown(tree.at(0)) == BreakerState::open;
                     }))
        << "B11, seed " << seed;
    ASSERT_EQ(walk.broken, "") << seed;
  }
}

}  // namespace
}  // namespace tael
