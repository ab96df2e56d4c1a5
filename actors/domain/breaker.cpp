#include "actors/domain/breaker.hpp"

#include "actors/domain/assert.hpp"
#include "actors/domain/backoff.hpp"
#include "actors/domain/breaker_tree.hpp"

#include <algorithm>

namespace tael {
namespace {

constexpr int openings_max = 64;
constexpr std::int64_t parts = 1'000'000;  ///< Of one; what a chance is counted in.

BreakerCause cause_of(const SwitchOrder& order) {
  if (order.actor == supervisor_actor) return BreakerCause::supervisor;
  switch (order.to) {
    case StaticSwitch::on: return BreakerCause::override_on;
    case StaticSwitch::off: return BreakerCause::override_off;
    case StaticSwitch::forced_open: return BreakerCause::override_forced_open;
    case StaticSwitch::forced_closed: return BreakerCause::override_forced_closed;
  }
  broken_promise("order.to", "a switch has four positions", __FILE__, __LINE__);
}

}  // namespace

/// The one place where an event is made.
void BreakerTree::tell(Node& node, BreakerState from, BreakerCause cause, BreakerMoment& moment,
                       const SwitchOrder* hand) {
  auto& breaker = node.breaker;
  breaker.seq += 1;
  const auto to = shown(breaker);
  moment.cap.set_shut(node.name, to == BreakerState::open);
  BreakerEvent event;
  event.seq = breaker.seq;
  event.generation = breaker.generation;
  event.from = from;
  event.to = to;
  event.static_switch = breaker.static_switch;
  event.cause = cause;
  event.window = breaker.window.at(moment.now);
  if (breaker.static_switch != StaticSwitch::on)
    event.until = breaker.switched_until;
  else if (breaker.state == BreakerState::open)
    event.until = breaker.until;
  if (hand != nullptr) event.actor = hand->actor, event.reason = hand->reason;
  event.at = moment.now;
  if (from == BreakerState::half_open) {
    event.probes_admitted = breaker.admitted;
    event.probes_allowed = probes_in_all(policy_);
    event.probes_asked = breaker.asked;
    event.probes_percent = largest_share(policy_);
  }
  moment.moved(index_of(node), std::move(event));
}

/// The one place where a breaker moves. Every move is a new generation.
void BreakerTree::move(Node& node, BreakerState to, BreakerCause cause, BreakerMoment& moment,
                       const SwitchOrder* hand) {
  auto& breaker = node.breaker;
  const auto from = hand == nullptr && cause != BreakerCause::override_expired ? breaker.state : BreakerState::open;
  TAEL_ASSERT(may_move(from, to), "a breaker moves along its drawing only");
  TAEL_ASSERT(breaker.static_switch == StaticSwitch::on, "statistics stand still while a switch holds");
  breaker.state = to;
  breaker.generation += 1;
  switch (to) {
    case BreakerState::open: {
      const auto wait = doubled(policy_.open_min, policy_.open_max, breaker.openings);
      breaker.openings = std::min(breaker.openings + 1, openings_max);
      breaker.until = moment.now + spread(wait, open_spread_percent, moment.luck.next());
      break;
    }
    case BreakerState::half_open: break;
    case BreakerState::closed: breaker.consecutive = 0; breaker.healthy_since = moment.now;
  }
  breaker.degraded = false;
  tell(node, from, cause, moment, hand);
  breaker.probes.clear();
  if (to == BreakerState::half_open) {
    breaker.stage = breaker.stage_admitted = breaker.admitted = breaker.asked = breaker.good = breaker.bad = 0;
    breaker.stage_since = moment.now;
  }
  if (to != BreakerState::closed) return;
  breaker.window.clear();  // Nothing from before the recovery may be held against what comes after it.
  breaker.long_window.clear();
}

void BreakerTree::turn(std::uint32_t index, const SwitchOrder& order, BreakerMoment& moment) {
  auto& node = nodes_[index];
  auto& breaker = node.breaker;
  tick(node, moment);
  const bool held = breaker.static_switch != StaticSwitch::on;
  if (order.actor == supervisor_actor) {
    if (held && breaker.actor != supervisor_actor) return;
    if (!held && order.to == StaticSwitch::on) return;
  }
  const auto from = shown(breaker);
  breaker.static_switch = order.to;
  if (order.to != StaticSwitch::on) {
    breaker.actor = order.actor;
    breaker.switched_until = order.until.value_or(TimePoint{});
    return tell(node, from, cause_of(order), moment, &order);
  }
  breaker.actor.clear();
  breaker.switched_until = {};
  if (from == BreakerState::open) return move(node, BreakerState::half_open, cause_of(order), moment, &order);
  if (!held) return;
  believe_what_was_held(node, moment);
  tell(node, from, cause_of(order), moment, &order);
  if (breaker.state == BreakerState::closed) judge_window(node, moment);
}

/// The end of an override: what was shut is probed, what was held closed is judged at once.
void BreakerTree::end_override(Node& node, BreakerMoment& moment) {
  auto& breaker = node.breaker;
  if (breaker.static_switch == StaticSwitch::on || breaker.switched_until == TimePoint{} ||
      moment.now < breaker.switched_until)
    return;
  const auto from = shown(breaker);
  breaker.static_switch = StaticSwitch::on;
  breaker.switched_until = {};
  breaker.actor.clear();
  if (from == BreakerState::open) return move(node, BreakerState::half_open, BreakerCause::override_expired, moment);
  believe_what_was_held(node, moment);
  tell(node, from, BreakerCause::override_expired, moment);
  if (breaker.state == BreakerState::closed) judge_window(node, moment);
}

/// What went through a level held closed is evidence like any other. Where there is enough of it the window decides,
/// and not a probing that stood still meanwhile (reliability 5.2: the window is judged at once).
void BreakerTree::believe_what_was_held(Node& node, BreakerMoment& moment) {
  auto& breaker = node.breaker;
  const auto volume_min = node.children.empty() ? policy_.volume_min : policy_.parent_volume_min;
  if (breaker.state == BreakerState::closed || breaker.window.at(moment.now).total < volume_min) return;
  breaker.state = BreakerState::closed;
  breaker.generation += 1;
  breaker.probes.clear();
  breaker.consecutive = 0;
  breaker.healthy_since = moment.now;
}

void BreakerTree::tick(Node& node, BreakerMoment& moment) {
  auto& breaker = node.breaker;
  end_override(node, moment);
  if (breaker.static_switch != StaticSwitch::on) return;
  if (breaker.state == BreakerState::open && moment.now >= breaker.until)
    move(node, BreakerState::half_open, BreakerCause::timer, moment);
  if (breaker.state == BreakerState::half_open) {
    while (!breaker.probes.empty() && moment.now - breaker.probes.front().since > policy_.permit_ttl) {
      breaker.probes.erase(breaker.probes.begin());
      count_probe(node, false, true, moment);
    }
    if (breaker.state == BreakerState::half_open && moment.now - breaker.stage_since > half_open_max &&
        breaker.good + breaker.bad > 0 && breaker.probes.empty())
      judge_stage(node, true, BreakerCause::probes_failed, moment);
  }
  while (breaker.state == BreakerState::closed && breaker.openings > 0 &&
         moment.now - breaker.healthy_since >= openings_decay) {
    breaker.openings -= 1;
    breaker.healthy_since += openings_decay;
  }
}

auto BreakerTree::refuses(Node& node, BreakerMoment& moment) -> std::optional<Refusal> {
  auto& breaker = node.breaker;
  tick(node, moment);
  switch (breaker.static_switch) {
    case StaticSwitch::on: break;
    case StaticSwitch::off: return Refusal{LeaseRefusal::switched_off, breaker.switched_until};
    case StaticSwitch::forced_open: return Refusal{LeaseRefusal::forced_open, breaker.switched_until};
    case StaticSwitch::forced_closed: return std::nullopt;
  }
  switch (breaker.state) {
    case BreakerState::closed: return breaker.degraded ? refuses_degraded(breaker, moment) : std::nullopt;
    case BreakerState::open: return Refusal{LeaseRefusal::open, breaker.until};
    case BreakerState::half_open: break;
  }
  breaker.asked += 1;
  const auto& stage = policy_.probe_stages[static_cast<std::size_t>(breaker.stage)];
  const Refusal probing{LeaseRefusal::probing, moment.now + probe_retry};
  if (breaker.stage_admitted >= stage.probes) return probing;
  if (std::ssize(breaker.probes) >= policy_.probes_in_flight_max) return probing;
  const bool drawn = moment.luck.below(parts) < parts / 100 * stage.percent;
  const bool is_first = breaker.probes.empty() && breaker.stage_admitted == 0;  // Or nobody would ever know.
  return drawn || is_first ? std::nullopt : std::optional{probing};
}

/// Lets through about twice what succeeds (client-side throttling, Google SRE, K = 2), and one call a second to see.
auto BreakerTree::refuses_degraded(Breaker& breaker, BreakerMoment& moment) const -> std::optional<Refusal> {
  const auto& counts = breaker.window.at(moment.now);
  const std::int64_t asked = counts.total + counts.refused;
  const std::int64_t beyond = asked - 2 * counts.good();
  if (beyond <= 0 || moment.luck.below(parts) * (asked + 1) >= beyond * parts) return std::nullopt;
  if (moment.now - breaker.trickled_at >= trickle) return std::nullopt;
  breaker.window.count({.refused = 1}, moment.now);
  return Refusal{LeaseRefusal::degraded, breaker.trickled_at + trickle};
}

LevelPermit BreakerTree::lend(Breaker& breaker, TimePoint now) {
  LevelPermit permit{breaker.generation, 0};
  if (breaker.static_switch != StaticSwitch::on) return permit;
  if (breaker.degraded) breaker.trickled_at = now;
  if (breaker.state != BreakerState::half_open) return permit;
  breaker.admitted += 1;
  breaker.stage_admitted += 1;
  permit.probe = ++breaker.last_probe;
  breaker.probes.push_back({permit.probe, now});
  return permit;
}

void BreakerTree::hear(Node& node, const LevelPermit& permit, const CallVerdict& verdict, BreakerMoment& moment) {
  auto& breaker = node.breaker;
  tick(node, moment);
  const bool is_current = permit.generation == breaker.generation;
  const auto probe = is_current ? std::ranges::find(breaker.probes, permit.probe, &Probe::no) : breaker.probes.end();
  if (verdict.kind == CallKind::ignored || verdict.kind == CallKind::throttled) {
    if (probe == breaker.probes.end()) return;
    breaker.probes.erase(probe);
    breaker.stage_admitted -= 1;
    breaker.admitted -= 1;
    return;
  }
  if (!is_current) return;
  const bool slow = verdict.took >= policy_.slow_after;
  breaker.window.count(one_call(verdict.kind, slow), moment.now);
  breaker.long_window.count(one_call(verdict.kind, slow), moment.now);
  if (breaker.static_switch != StaticSwitch::on) return;
  switch (breaker.state) {
    case BreakerState::open: return;
    case BreakerState::half_open:
      if (probe == breaker.probes.end()) return;
      breaker.probes.erase(probe);
      return count_probe(node, verdict.kind == CallKind::ok && !slow, false, moment);
    case BreakerState::closed: {
      const bool counts_in_row = node.children.empty() || verdict.scope == FaultScope::local;
      breaker.consecutive = is_bad(verdict.kind) && counts_in_row ? breaker.consecutive + 1 : 0;
      return judge_window(node, moment);
    }
  }
}

void BreakerTree::count_probe(Node& node, bool is_good, bool was_lost, BreakerMoment& moment) {
  (is_good ? node.breaker.good : node.breaker.bad) += 1;
  judge_stage(node, false, was_lost ? BreakerCause::permit_timeouts : BreakerCause::probes_failed, moment);
}

/// A stage ends as soon as its outcome is certain, or when it has taken too long with nothing left to wait for.
void BreakerTree::judge_stage(Node& node, bool by_time, BreakerCause on_bad, BreakerMoment& moment) {
  auto& breaker = node.breaker;
  const auto permits = policy_.probe_stages[static_cast<std::size_t>(breaker.stage)].probes;
  if (breaker.bad > forgiven(permits, policy_)) {
    if (moment.cap.may_open(node.name)) return move(node, BreakerState::open, on_bad, moment);
    move(node, BreakerState::closed, BreakerCause::eject_denied, moment);
    breaker.degraded = true;
    return;
  }
  if (breaker.good + breaker.bad < permits && !by_time) return;
  if (static_cast<std::size_t>(breaker.stage) + 1 == policy_.probe_stages.size())
    return move(node, BreakerState::closed, BreakerCause::probes_ok, moment);
  breaker.stage += 1;
  breaker.stage_admitted = breaker.good = breaker.bad = 0;
  breaker.stage_since = moment.now;
}

void BreakerTree::judge_window(Node& node, BreakerMoment& moment) {
  auto& breaker = node.breaker;
  const auto volume_min = node.children.empty() ? policy_.volume_min : policy_.parent_volume_min;
  auto cause = judge(breaker.window.at(moment.now), volume_min, policy_);
  if (breaker.consecutive >= policy_.consecutive_max) cause = BreakerCause::consecutive;
  if (!cause && node.children.empty()) {  // Of a method or channel it would be the sum of its banks' small troubles.
    const auto& counts = breaker.long_window.at(moment.now);
    if (counts.total >= policy_.long_volume_min &&
        std::int64_t{counts.bad()} * 100 >= std::int64_t{counts.total} * policy_.long_bad_percent)
      cause = BreakerCause::failure_ratio;
  }
  if (!cause) {
    breaker.degraded = false;
    return;
  }
  if (trip(node, *cause, moment)) ask_parent_of(node, moment);
}

/// Opens, unless too many beside it are open already: then it goes on, letting through what succeeds.
bool BreakerTree::trip(Node& node, BreakerCause cause, BreakerMoment& moment) {
  if (moment.cap.may_open(node.name)) {
    move(node, BreakerState::open, cause, moment);
    return true;
  }
  if (!std::exchange(node.breaker.degraded, true)) tell(node, node.breaker.state, BreakerCause::eject_denied, moment);
  return false;
}

}  // namespace tael
