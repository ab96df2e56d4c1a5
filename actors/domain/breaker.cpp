#include "actors/domain/breaker.hpp"

#include "actors/domain/assert.hpp"
#include "actors/domain/backoff.hpp"

#include <algorithm>
#include <utility>

namespace tael {
namespace {

constexpr int window_buckets = std::tuple_size_v<decltype(CallWindow::buckets)>;

/// What a move needs beside the breaker; passed down so that nothing below asks for time or dice.
struct Moment {
  const BreakerPolicy& policy;
  TimePoint now;
  std::uint64_t dice;
};

/// Who turned the switch, for the event.
struct Hand {
  std::string actor, reason;
};

std::int64_t bucket_no(const CallWindow& window, TimePoint at) { return unix_ms(at) / window.width.count(); }

void count(CallWindow& window, const BreakerPolicy& policy, const CallVerdict& verdict, TimePoint now) {
  const Duration width = std::max(Duration{1}, policy.window / window_buckets);
  if (window.width != width) window = {.buckets = {}, .width = width};
  const auto no = bucket_no(window, now);
  auto& bucket = window.buckets[static_cast<std::size_t>(no % window_buckets)];
  if (bucket.no != no) bucket = {.no = no, .counts = {}};
  auto& counts = bucket.counts;
  counts.total += 1;
  counts.failures += verdict.kind == CallKind::failure;
  counts.timeouts += verdict.kind == CallKind::timeout;
  counts.exceptions += verdict.kind == CallKind::exception;
  counts.slow += verdict.took >= policy.slow_after;
}

/// The one place where a breaker moves. Every move is a new generation and one event.
void move(Breaker& breaker, const Moment& moment, BreakerState to, BreakerCause cause, TimePoint until,
          BreakerEvents& events, Hand hand = {}) {
  TAEL_ASSERT(may_move(breaker.state, to), "a breaker moves along its drawing only");
  TAEL_ASSERT(breaker.static_switch == StaticSwitch::on || to == BreakerState::open,
              "a switch that is not on holds it open");
  const BreakerState from = std::exchange(breaker.state, to);
  breaker.seq += 1;
  breaker.generation += 1;
  breaker.until = until;
  events.push_back({.seq = breaker.seq,
                    .generation = breaker.generation,
                    .from = from,
                    .to = to,
                    .static_switch = breaker.static_switch,
                    .cause = cause,
                    .window = counts_in(breaker.window, moment.now),
                    .until = until,
                    .actor = std::move(hand.actor),
                    .reason = std::move(hand.reason),
                    .at = moment.now});
  breaker.window = {};  // Nothing from before a move may be held against what comes after it.
  breaker.leases.clear();
  breaker.consecutive = 0;
  breaker.probes_admitted = breaker.probes_good = breaker.probes_bad = 0;
  breaker.half_open_since = breaker.healthy_since = moment.now;
}

void decay(Breaker& breaker, TimePoint now) {
  if (breaker.state != BreakerState::closed) return;
  while (breaker.openings > 0 && now - breaker.healthy_since >= openings_decay) {
    breaker.openings -= 1;
    breaker.healthy_since += openings_decay;
  }
}

void trip(Breaker& breaker, const Moment& moment, BreakerCause cause, BreakerEvents& events) {
  decay(breaker, moment.now);
  const auto& policy = moment.policy;
  const Duration wait = doubled(policy.open_min, policy.open_max, breaker.openings);
  breaker.openings += 1;
  move(breaker, moment, BreakerState::open, cause, moment.now + spread(wait, open_spread_percent, moment.dice), events);
}

bool good_enough(int good, int of, const BreakerPolicy& policy) { return good * 100 >= policy.probe_good_percent * of; }

/// Half open ends as soon as the outcome is certain: enough good ones, or too many bad ones for the rest
/// to make up for.
void judge_probes(Breaker& breaker, const Moment& moment, BreakerCause on_bad, BreakerEvents& events) {
  const auto& policy = moment.policy;
  if (!good_enough(policy.probes - breaker.probes_bad, policy.probes, policy))
    return trip(breaker, moment, on_bad, events);
  if (breaker.probes_good + breaker.probes_bad >= policy.probes)
    move(breaker, moment, BreakerState::closed, BreakerCause::probes_ok, {}, events);
}

/// What a call that counts does to the breaker. `lost`: its permit was never returned.
void hear(Breaker& breaker, const Moment& moment, const CallVerdict& verdict, bool lost, BreakerEvents& events) {
  count(breaker.window, moment.policy, verdict, moment.now);
  switch (breaker.state) {
    case BreakerState::open: return;
    case BreakerState::half_open: {
      const bool good = verdict.kind == CallKind::ok && verdict.took < moment.policy.slow_after;
      (good ? breaker.probes_good : breaker.probes_bad) += 1;
      return judge_probes(breaker, moment, lost ? BreakerCause::permit_timeouts : BreakerCause::probes_failed, events);
    }
    case BreakerState::closed: {
      breaker.consecutive = is_bad(verdict.kind) ? breaker.consecutive + 1 : 0;
      const auto cause = judge(counts_in(breaker.window, moment.now), breaker.consecutive, moment.policy);
      if (cause) trip(breaker, moment, *cause, events);
    }
  }
}

/// A lost lease is a lost call. Oldest first, until none is due or the breaker has moved on.
void expire_leases(Breaker& breaker, const Moment& moment, BreakerEvents& events) {
  while (!breaker.leases.empty() && breaker.leases.begin()->second <= moment.now) {
    breaker.leases.erase(breaker.leases.begin());
    hear(breaker, moment, {CallKind::timeout, moment.policy.permit_ttl}, true, events);
  }
}

bool probe_is_free(const Breaker& breaker, const BreakerPolicy& policy) {
  return breaker.probes_admitted < policy.probes && std::ssize(breaker.leases) < policy.probes_in_flight_max;
}

bool waits_for_nothing(const Breaker& breaker) {
  return breaker.state == BreakerState::half_open && breaker.probes_good + breaker.probes_bad > 0 &&
         breaker.leases.empty();
}

/// The clock is a wall clock. When it is set back, what counts from an instant goes back with it;
/// the end of an override stays, because a person named it.
void follow_clock(Breaker& breaker, TimePoint now) {
  if (const Duration back = breaker.heard_at - now; back > Duration{0}) {
    if (breaker.static_switch == StaticSwitch::on && breaker.until != TimePoint{}) breaker.until -= back;
    breaker.healthy_since -= back;
    breaker.half_open_since -= back;
    for (auto& [no, expires_at] : breaker.leases) expires_at -= back;
  }
  breaker.heard_at = now;
}

void pass_time(Breaker& breaker, const Moment& moment, BreakerEvents& events) {
  using enum BreakerState;
  follow_clock(breaker, moment.now);
  if (breaker.state == open && breaker.static_switch == StaticSwitch::on)  // Set back while nobody looked.
    breaker.until = std::min(breaker.until, moment.now + moment.policy.open_max * (100 + open_spread_percent) / 100);
  if (breaker.state == open && breaker.until != TimePoint{} && moment.now >= breaker.until) {
    const bool was_on = std::exchange(breaker.static_switch, StaticSwitch::on) == StaticSwitch::on;
    breaker.actor.clear();
    move(breaker, moment, half_open, was_on ? BreakerCause::timer : BreakerCause::override_expired, {}, events);
  }
  expire_leases(breaker, moment, events);
  if (waits_for_nothing(breaker) && moment.now - breaker.half_open_since >= half_open_max) {
    if (good_enough(breaker.probes_good, breaker.probes_good + breaker.probes_bad, moment.policy))
      move(breaker, moment, closed, BreakerCause::probes_ok, {}, events);
    else
      trip(breaker, moment, BreakerCause::probes_failed, events);
  }
  decay(breaker, moment.now);
}

BreakerCause cause_of(const SwitchOrder& order) {
  if (order.actor == supervisor_actor) return BreakerCause::supervisor;
  switch (order.to) {
    case StaticSwitch::on: return BreakerCause::override_on;
    case StaticSwitch::off: return BreakerCause::override_off;
    case StaticSwitch::forced_open: return BreakerCause::override_forced_open;
  }
  broken_promise("order.to", "a switch has three positions", __FILE__, __LINE__);
}

}  // namespace

Breaker restore(StaticSwitch static_switch, BreakerState state, std::int64_t seq, TimePoint until, std::string actor,
                TimePoint now) {
  Breaker breaker;
  breaker.static_switch = static_switch;
  breaker.state = static_switch == StaticSwitch::on ? state : BreakerState::open;
  breaker.seq = seq;
  breaker.generation = static_cast<std::uint64_t>(unix_ms(now));
  // Open without an end belongs to a switch; should statistics have left none, they have none to wait for.
  breaker.until =
      static_switch == StaticSwitch::on && state == BreakerState::open && until == TimePoint{} ? now : until;
  if (static_switch != StaticSwitch::on) breaker.actor = std::move(actor);
  breaker.openings = breaker.state == BreakerState::closed ? 0 : 1;
  breaker.healthy_since = breaker.half_open_since = breaker.heard_at = now;
  return breaker;
}

std::optional<NoLease> refuses(const Breaker& breaker, const BreakerPolicy& policy, Purpose purpose, TimePoint now) {
  const auto until = breaker.until == TimePoint{} ? std::nullopt : std::optional{breaker.until};
  if (breaker.static_switch == StaticSwitch::off) return NoLease{LeaseRefusal::switched_off, until};
  if (purpose == Purpose::query) return std::nullopt;
  if (breaker.static_switch == StaticSwitch::forced_open) return NoLease{LeaseRefusal::forced_open, until};
  switch (breaker.state) {
    case BreakerState::closed: return std::nullopt;
    case BreakerState::open: return NoLease{LeaseRefusal::open, until};
    case BreakerState::half_open: break;
  }
  if (probe_is_free(breaker, policy)) return std::nullopt;
  return NoLease{LeaseRefusal::probing, now + probe_retry};
}

Lease lend(Breaker& breaker, const BreakerPolicy& policy, Purpose purpose, TimePoint now) {
  TAEL_ASSERT(!refuses(breaker, policy, purpose, now), "a lease is lent only where none is refused");
  const Lease lease{breaker.generation, ++breaker.last_lease, now + policy.permit_ttl};
  if (purpose == Purpose::query) return lease;
  if (breaker.state == BreakerState::half_open) breaker.probes_admitted += 1;
  breaker.leases[lease.no] = lease.expires_at;
  return lease;
}

Asked ask(Breaker& breaker, const BreakerPolicy& policy, Purpose purpose, TimePoint now, std::uint64_t dice) {
  auto events = tick(breaker, policy, now, dice);
  if (const auto no = refuses(breaker, policy, purpose, now)) return {*no, std::move(events)};
  return {lend(breaker, policy, purpose, now), std::move(events)};
}

BreakerEvents report(Breaker& breaker, const BreakerPolicy& policy, const Lease& lease, const CallVerdict& verdict,
                     TimePoint now, std::uint64_t dice) {
  BreakerEvents events = tick(breaker, policy, now, dice);
  if (lease.generation != breaker.generation || breaker.leases.erase(lease.no) == 0) return events;
  const bool says_nothing = verdict.kind == CallKind::ignored || verdict.kind == CallKind::throttled;
  if (!says_nothing)
    hear(breaker, {policy, now, dice}, verdict, false, events);
  else if (breaker.state == BreakerState::half_open)
    breaker.probes_admitted -= 1;
  return events;
}

BreakerEvents tick(Breaker& breaker, const BreakerPolicy& policy, TimePoint now, std::uint64_t dice) {
  BreakerEvents events;
  pass_time(breaker, {policy, now, dice}, events);
  return events;
}

std::optional<TimePoint> next_tick(const Breaker& breaker) {
  std::optional<TimePoint> due;
  const auto at = [&](TimePoint t) { due = due ? std::min(*due, t) : t; };
  if (breaker.state == BreakerState::open && breaker.until != TimePoint{}) at(breaker.until);
  if (waits_for_nothing(breaker)) at(breaker.half_open_since + half_open_max);
  if (!breaker.leases.empty()) at(breaker.leases.begin()->second);
  return due;
}

BreakerEvents set_switch(Breaker& breaker, const BreakerPolicy& policy, const SwitchOrder& order, TimePoint now,
                         std::uint64_t dice) {
  const Moment moment{policy, now, dice};
  BreakerEvents events = tick(breaker, policy, now, dice);
  if (order.actor == supervisor_actor) {
    const bool held = breaker.static_switch != StaticSwitch::on;
    if (held && breaker.actor != supervisor_actor) return events;
    if (!held && order.to == StaticSwitch::on) return events;
  }
  if (order.to == StaticSwitch::on) {
    if (breaker.state != BreakerState::open) return events;
    breaker.static_switch = StaticSwitch::on;
    breaker.actor.clear();
    move(breaker, moment, BreakerState::half_open, cause_of(order), {}, events, {order.actor, order.reason});
    return events;
  }
  breaker.static_switch = order.to;
  breaker.actor = order.actor;
  move(breaker, moment, BreakerState::open, cause_of(order), order.until.value_or(TimePoint{}), events,
       {order.actor, order.reason});
  return events;
}

CallCounts counts_in(const CallWindow& window, TimePoint now) {
  CallCounts sum;
  if (window.width == Duration{0}) return sum;
  const auto newest = bucket_no(window, now);
  for (const auto& [no, counts] : window.buckets) {
    if (no > newest || no <= newest - window_buckets) continue;
    sum.total += counts.total;
    sum.failures += counts.failures;
    sum.timeouts += counts.timeouts;
    sum.exceptions += counts.exceptions;
    sum.slow += counts.slow;
  }
  return sum;
}

std::string_view name_of(StaticSwitch static_switch) {
  switch (static_switch) {
    case StaticSwitch::on: return "on";
    case StaticSwitch::off: return "off";
    case StaticSwitch::forced_open: return "forced_open";
  }
  return "unknown";
}

std::string_view name_of(BreakerState state) {
  switch (state) {
    case BreakerState::closed: return "closed";
    case BreakerState::open: return "open";
    case BreakerState::half_open: return "half_open";
  }
  return "unknown";
}

std::string_view name_of(BreakerCause cause) {
  switch (cause) {
    case BreakerCause::consecutive: return "consecutive";
    case BreakerCause::failure_ratio: return "failure_ratio";
    case BreakerCause::timeout_ratio: return "timeout_ratio";
    case BreakerCause::exception_ratio: return "exception_ratio";
    case BreakerCause::slow_ratio: return "slow_ratio";
    case BreakerCause::children: return "children";
    case BreakerCause::timer: return "timer";
    case BreakerCause::probes_ok: return "probes_ok";
    case BreakerCause::probes_failed: return "probes_failed";
    case BreakerCause::permit_timeouts: return "permit_timeouts";
    case BreakerCause::eject_denied: return "eject_denied";
    case BreakerCause::override_on: return "override_on";
    case BreakerCause::override_off: return "override_off";
    case BreakerCause::override_forced_open: return "override_forced_open";
    case BreakerCause::override_expired: return "override_expired";
    case BreakerCause::supervisor: return "supervisor";
    case BreakerCause::config: return "config";
  }
  return "unknown";
}

std::string_view name_of(LeaseRefusal refusal) {
  switch (refusal) {
    case LeaseRefusal::switched_off: return "switched_off";
    case LeaseRefusal::forced_open: return "forced_open";
    case LeaseRefusal::open: return "open";
    case LeaseRefusal::probing: return "probing";
  }
  return "unknown";
}

std::optional<StaticSwitch> parse_static_switch(std::string_view name) {
  for (const auto s : {StaticSwitch::on, StaticSwitch::off, StaticSwitch::forced_open})
    if (name_of(s) == name) return s;
  return std::nullopt;
}

std::optional<BreakerState> parse_breaker_state(std::string_view name) {
  for (const auto s : {BreakerState::closed, BreakerState::open, BreakerState::half_open})
    if (name_of(s) == name) return s;
  return std::nullopt;
}

}  // namespace tael
