// The circuit breaker of one path `channel/method/bank`, as arithmetic: time and dice come in, events
// come out. Only what reached the channel counts against it; a decline is a healthy channel at work.
//
//   closed --bad window--> open --its time is over--> half_open --good probes--> closed
//                            ^----------bad probes--------'          (a hand on the switch: open)
#pragma once

#include "actors/domain/policy.hpp"
#include "actors/domain/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tael {

/// By hand. `off`: no call leaves. `forced_open`: as if tripped, with an end. `on`: statistics decide.
enum class StaticSwitch { on, off, forced_open };
enum class BreakerState { closed, open, half_open };

/// Why a breaker moved. Prints as itself in the journal and on the operators' page.
enum class BreakerCause {
  // The window's verdict.
  consecutive,
  failure_ratio,
  timeout_ratio,
  exception_ratio,
  slow_ratio,
  // The way back.
  timer,
  probes_ok,
  probes_failed,
  permit_timeouts,
  // A hand on the switch.
  override_on,
  override_off,
  override_forced_open,
  override_expired,
  supervisor,
  // Of a tree: too many below are open; too many beside are open already; another policy.
  children,
  eject_denied,
  config,
};

/// How one call went, as far as the breaker cares.
enum class CallKind {
  ok,       ///< Any authentic answer: approved, declined, pending.
  failure,  ///< The channel says it is broken.
  timeout,
  exception,  ///< Connect, TLS, unreadable or unauthentic answer.
  throttled,  ///< The channel asks for less. Never trips.
  ignored,    ///< Says nothing about the channel: our own refusal, our own shutdown.
};

struct CallVerdict {
  CallKind kind = CallKind::ok;
  Duration took{0};
  friend bool operator==(const CallVerdict&, const CallVerdict&) = default;
};

constexpr bool is_bad(CallKind kind) {
  return kind == CallKind::failure || kind == CallKind::timeout || kind == CallKind::exception;
}

/// The actor name under which a supervisor switches; it never undoes a person's hand.
inline constexpr std::string_view supervisor_actor = "supervisor";

inline constexpr int open_spread_percent = 20;   ///< Jitter of the open time, either way.
inline constexpr Duration openings_decay = 30s;  ///< Closed time that takes back one doubling.
inline constexpr Duration half_open_max = 60s;   ///< Then it is judged on the probes there are.
inline constexpr Duration probe_retry = 1s;      ///< Hint to who comes while all probes are out.

// --- statistics ----------------------------------------------------------------------------------

/// What a window holds, and what an event shows of it.
struct CallCounts {
  int total = 0, failures = 0, timeouts = 0, exceptions = 0, slow = 0;
  constexpr int bad() const { return failures + timeouts + exceptions; }
  friend bool operator==(const CallCounts&, const CallCounts&) = default;
};

/// A ring of ten buckets. A bucket whose number is not of the last ten is stale, whatever the clock did.
struct CallWindow {
  struct Bucket {
    std::int64_t no = -1;
    CallCounts counts;
    friend bool operator==(const Bucket&, const Bucket&) = default;
  };
  std::array<Bucket, 10> buckets;
  Duration width{0};  ///< Of a bucket; a changed policy starts the ring anew.
  friend bool operator==(const CallWindow&, const CallWindow&) = default;
};

/// The verdict on a closed breaker: why it must open, or nothing. Thresholds are reached by `>=`, so that
/// one of 100 % can be.
constexpr std::optional<BreakerCause> judge(const CallCounts& counts, int consecutive, const BreakerPolicy& policy) {
  const auto reaches = [&](int part, int percent) {
    return std::int64_t{part} * 100 >= std::int64_t{counts.total} * percent;
  };
  if (consecutive >= policy.consecutive_max) return BreakerCause::consecutive;
  if (counts.total < policy.volume_min || counts.total == 0) return std::nullopt;
  if (reaches(counts.timeouts, policy.timeout_percent)) return BreakerCause::timeout_ratio;
  if (reaches(counts.bad(), policy.bad_percent))
    return counts.exceptions * 2 > counts.bad() ? BreakerCause::exception_ratio : BreakerCause::failure_ratio;
  if (reaches(counts.slow, policy.slow_percent)) return BreakerCause::slow_ratio;
  return std::nullopt;
}

// --- leases --------------------------------------------------------------------------------------

/// What the call is for. A query resolves doubt, so statistics never refuse it; and a channel that knows
/// what became of payments may still be unable to take one, so a query is never held for or against it.
enum class Purpose { money, query };

/// Leave to make one call, lent until `expires_at`. It belongs to one generation of the breaker: what
/// comes back in a later one says how the channel was, not how it is.
struct Lease {
  std::uint64_t generation = 0;
  std::uint64_t no = 0;
  TimePoint expires_at{};
  friend bool operator==(const Lease&, const Lease&) = default;
};

enum class LeaseRefusal { switched_off, forced_open, open, probing };

struct NoLease {
  LeaseRefusal refusal = LeaseRefusal::open;
  std::optional<TimePoint> retry_at;  ///< Nothing when only a person can tell.
  friend bool operator==(const NoLease&, const NoLease&) = default;
};

// --- the value -----------------------------------------------------------------------------------

struct BreakerEvent {
  std::int64_t seq = 0;  ///< Counts the moves of this path, without a gap, over restarts.
  std::uint64_t generation = 0;
  BreakerState from = BreakerState::closed, to = BreakerState::closed;
  StaticSwitch static_switch = StaticSwitch::on;
  BreakerCause cause = BreakerCause::timer;
  CallCounts window;          ///< As it was when the verdict fell.
  TimePoint until{};          ///< End of the open time or of the override; zero when neither.
  std::string actor, reason;  ///< Of the hand on the switch; empty when statistics moved it.
  TimePoint at{};
  friend bool operator==(const BreakerEvent&, const BreakerEvent&) = default;
};
using BreakerEvents = std::vector<BreakerEvent>;

/// A switch that is not `on` keeps the state `open`, so the state alone tells whether calls may leave.
/// A node of a tree (channel, method) is the same value with its own policy.
struct Breaker {
  StaticSwitch static_switch = StaticSwitch::on;
  BreakerState state = BreakerState::closed;
  std::int64_t seq = 0;
  std::uint64_t generation = 1;
  TimePoint until{};          ///< As in its last event.
  std::string actor;          ///< Who switched it away from `on`; empty while on.
  int openings = 0;           ///< In a row: the doublings of the open time.
  TimePoint healthy_since{};  ///< Of the closed time that decays `openings`.
  CallWindow window;
  int consecutive = 0;  ///< Bad calls in a row.
  TimePoint half_open_since{};
  int probes_admitted = 0, probes_good = 0, probes_bad = 0;
  std::map<std::uint64_t, TimePoint> leases;  ///< Out in this generation: number and end. Queries have none.
  std::uint64_t last_lease = 0;
  TimePoint heard_at{};  ///< The newest instant it was told of; a clock set back is followed.
  friend bool operator==(const Breaker&, const Breaker&) = default;
};

/// A breaker as the store remembers it. Its generation begins with the clock, so that no lease
/// of before the restart fits into it; statistics and leases are forgotten, a switch is not.
Breaker restore(StaticSwitch static_switch, BreakerState state, std::int64_t seq, TimePoint until, std::string actor,
                TimePoint now);

/// Whether a call may leave now; nothing means it may. Looks only, so that a chain of breakers can be
/// asked whole before any of them lends.
std::optional<NoLease> refuses(const Breaker& breaker, const BreakerPolicy& policy, Purpose purpose, TimePoint now);

/// Lends a lease. The breaker must not refuse.
Lease lend(Breaker& breaker, const BreakerPolicy& policy, Purpose purpose, TimePoint now);

struct Asked {
  std::variant<Lease, NoLease> answer;
  BreakerEvents events;
};
/// Lets time pass, then `refuses` or `lend`. A refused call costs nothing and leaves nothing behind.
Asked ask(Breaker& breaker, const BreakerPolicy& policy, Purpose purpose, TimePoint now, std::uint64_t dice);

/// Returns a lease with what the call came to. Unknown, expired and earlier ones change nothing.
BreakerEvents report(Breaker& breaker, const BreakerPolicy& policy, const Lease& lease, const CallVerdict& verdict,
                     TimePoint now, std::uint64_t dice);

/// Lets time pass: ends overrides and open times, counts unreturned leases as timeouts, judges slow probing.
BreakerEvents tick(Breaker& breaker, const BreakerPolicy& policy, TimePoint now, std::uint64_t dice);

/// When `tick` has something to do at the latest; nothing while only calls can change anything.
std::optional<TimePoint> next_tick(const Breaker& breaker);

struct SwitchOrder {
  StaticSwitch to = StaticSwitch::on;
  std::optional<TimePoint> until;  ///< End of `off` or `forced_open`; nothing: until switched again.
  std::string actor, reason;
};
/// A hand on the switch. `on` starts with probes: a path that was shut is tried before it is trusted.
/// The supervisor's hand neither replaces nor lifts a person's.
BreakerEvents set_switch(Breaker& breaker, const BreakerPolicy& policy, const SwitchOrder& order, TimePoint now,
                         std::uint64_t dice);

/// What `window` holds at `now`.
CallCounts counts_in(const CallWindow& window, TimePoint now);

/// Every move a breaker may make. A move from open to open is a new hand on the switch.
constexpr bool may_move(BreakerState from, BreakerState to) {
  using enum BreakerState;
  return (from == closed && to == open) || (from == open && to == half_open) || (from == half_open && to == open) ||
         (from == half_open && to == closed) || (from == open && to == open);
}

std::string_view name_of(StaticSwitch static_switch);
std::string_view name_of(BreakerState state);
std::string_view name_of(BreakerCause cause);
std::string_view name_of(LeaseRefusal refusal);
std::optional<StaticSwitch> parse_static_switch(std::string_view name);
std::optional<BreakerState> parse_breaker_state(std::string_view name);

// --- the verdict, proved -------------------------------------------------------------------------
namespace proof {

inline constexpr BreakerPolicy usual{};
static_assert(!judge({.total = 9, .failures = 5, .timeouts = 0, .exceptions = 0, .slow = 9}, 5, usual),
              "below the volume only a row of bad calls opens");
static_assert(judge({.total = 6, .failures = 6}, 6, usual) == BreakerCause::consecutive);
static_assert(judge({.total = 10, .failures = 5}, 1, usual) == BreakerCause::failure_ratio, "exactly half is enough");
static_assert(!judge({.total = 11, .failures = 5}, 1, usual));
static_assert(judge({.total = 10, .timeouts = 3}, 1, usual) == BreakerCause::timeout_ratio);
static_assert(judge({.total = 10, .exceptions = 5}, 1, usual) == BreakerCause::exception_ratio);
static_assert(judge({.total = 10, .slow = 8}, 0, usual) == BreakerCause::slow_ratio);
static_assert(!may_move(BreakerState::closed, BreakerState::half_open) &&
                  !may_move(BreakerState::open, BreakerState::closed),
              "nothing closes without probes");

}  // namespace proof
}  // namespace tael
