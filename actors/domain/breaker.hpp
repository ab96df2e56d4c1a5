// One node of a breaker tree (a channel, a method or a bank), as arithmetic: time and dice come in, events come out.
// Only what reached the channel counts against it; a decline is a healthy channel at work.
//
//   closed --bad window--> open --its time is over--> half_open --good probes, stage by stage--> closed
//                            ^----------bad probes--------'          (a hand on the switch stands above all this)
#pragma once

#include "actors/domain/call_window.hpp"
#include "actors/domain/policy.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tael {

/// What a call came to. An answer that says nothing (`ignored`, `throttled`) gives its permit back.
struct CallVerdict {
  CallKind kind = CallKind::ok;
  Duration took{0};
  FaultScope scope = FaultScope::path;
  friend bool operator==(const CallVerdict&, const CallVerdict&) = default;
};

/// The actor name under which a supervisor switches; it never undoes a person's hand.
inline constexpr std::string_view supervisor_actor = "supervisor";

inline constexpr int open_spread_percent = 20;   ///< Jitter of the open time, either way.
inline constexpr Duration openings_decay = 30s;  ///< Healthy closed time that takes back one doubling.
inline constexpr Duration half_open_max = 60s;   ///< A stage this old is judged on the probes there are.
inline constexpr Duration probe_retry = 1s;      ///< Hint to who comes while all probes are out.
inline constexpr Duration trickle = 1s;          ///< Degraded paths and inquiries: at least one call in this time.

/// Luck for one step, from one roll of the dice: the same roll, the same step.
class Luck {
 public:
  explicit constexpr Luck(std::uint64_t roll) : state_(roll) {}
  /// The next of a series (splitmix64).
  constexpr std::uint64_t next() {
    auto z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// Of `whole`, evenly.
  constexpr std::int64_t below(std::int64_t whole) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(whole));
  }

 private:
  std::uint64_t state_;
};

struct BreakerEvent {
  std::int64_t seq = 0;  ///< Counts what happened to this node, without a gap, over restarts.
  std::uint64_t generation = 0;
  BreakerState from = BreakerState::closed, to = BreakerState::closed;  ///< As callers met it, the switch included.
  StaticSwitch static_switch = StaticSwitch::on;
  BreakerCause cause = BreakerCause::timer;
  CallCounts window;          ///< As it was when the verdict fell.
  TimePoint until{};          ///< End of the open time or of the override; zero when neither.
  std::string actor, reason;  ///< Of the hand on the switch; empty when statistics moved it.
  TimePoint at{};
  // Of the half-open time that ends here: probes let through, how many there might be, how many calls came, and the
  // largest share of them that a stage lets through. Zero elsewhere.
  int probes_admitted = 0, probes_allowed = 0, probes_asked = 0, probes_percent = 0;
  friend bool operator==(const BreakerEvent&, const BreakerEvent&) = default;
};

/// A call let through half open. It belongs to one generation: an answer of another says how the channel was.
struct Probe {
  std::uint64_t no = 0;
  TimePoint since{};
};

/// What the permit of a path holds for one level. `probe` 0: the level was closed, nothing waits for this call.
struct LevelPermit {
  std::uint64_t generation = 0;
  std::uint64_t probe = 0;
  friend bool operator==(const LevelPermit&, const LevelPermit&) = default;
};

struct Breaker {
  explicit Breaker(const BreakerPolicy& policy) : window(policy.window), long_window(policy.long_window) {}

  // What the store remembers.
  StaticSwitch static_switch = StaticSwitch::on;
  BreakerState state = BreakerState::closed;  ///< By statistics; stands still while a switch holds.
  std::int64_t seq = 0;
  TimePoint until{};           ///< End of `state` open.
  TimePoint switched_until{};  ///< End of the switch; zero while it is on, or until revoked.
  std::string actor;           ///< Who switched it away from `on`; empty while on.

  // What a restart may forget.
  std::uint64_t generation = 1;
  int openings = 0;           ///< In a row: the doublings of the open time.
  TimePoint healthy_since{};  ///< Of the closed time that decays `openings`.
  CallRing<10> window;
  CallRing<30> long_window;  ///< Judged of banks alone; of the others for people to see.
  int consecutive = 0;       ///< Bad calls in a row.
  bool degraded = false;     ///< Should be open, but too many beside are: admits as much as succeeds.
  TimePoint trickled_at{};

  // Half open.
  int stage = 0;
  int stage_admitted = 0, admitted = 0;  ///< Of this stage; of this half-open time.
  int asked = 0;                         ///< Calls that came in this half-open time.
  int good = 0, bad = 0;                 ///< Results of this stage.
  TimePoint stage_since{};
  std::vector<Probe> probes;  ///< Out, oldest first.
  std::uint64_t last_probe = 0;
};

/// What callers meet: the switch first, then statistics.
constexpr BreakerState shown(StaticSwitch static_switch, BreakerState state) {
  switch (static_switch) {
    case StaticSwitch::on: return state;
    case StaticSwitch::off:
    case StaticSwitch::forced_open: return BreakerState::open;
    case StaticSwitch::forced_closed: return BreakerState::closed;
  }
  return state;
}
inline BreakerState shown(const Breaker& breaker) { return shown(breaker.static_switch, breaker.state); }

/// The verdict on a closed breaker's short window: why it must open, or nothing. Thresholds are reached by `>=`, so
/// that one of 100 % can be.
constexpr std::optional<BreakerCause> judge(const CallCounts& counts, int volume_min, const BreakerPolicy& policy) {
  const auto reaches = [&](int part, int percent) {
    return std::int64_t{part} * 100 >= std::int64_t{counts.total} * percent;
  };
  if (counts.total < volume_min || counts.total == 0) return std::nullopt;
  if (reaches(counts.timeouts, policy.timeout_percent)) return BreakerCause::timeout_ratio;
  if (reaches(counts.exceptions, policy.exception_percent)) return BreakerCause::exception_ratio;
  if (reaches(counts.bad(), policy.bad_percent)) return BreakerCause::failure_ratio;
  if (reaches(counts.slow, policy.slow_percent)) return BreakerCause::slow_ratio;
  return std::nullopt;
}

/// Bad probes that a stage of `permits` forgives.
constexpr int forgiven(int permits, const BreakerPolicy& policy) {
  return permits * (100 - policy.probe_good_percent) / 100;
}
constexpr int probes_in_all(const BreakerPolicy& policy) {
  int all = 0;
  for (const auto& stage : policy.probe_stages) all += stage.probes;
  return all;
}
constexpr int largest_share(const BreakerPolicy& policy) {
  int percent = 0;
  for (const auto& stage : policy.probe_stages) percent = stage.percent > percent ? stage.percent : percent;
  return percent;
}

/// What moves by itself. From open to open, or closed to closed, only a switch or a denied ejection goes.
constexpr bool may_move(BreakerState from, BreakerState to) {
  using enum BreakerState;
  return (from == closed && to == open) || (from == open && to == half_open) || (from == half_open && to == open) ||
         (from == half_open && to == closed);
}

struct SwitchOrder {
  StaticSwitch to = StaticSwitch::on;
  std::optional<TimePoint> until;  ///< End of the override; nothing: until switched again.
  std::string actor, reason;
};

namespace proof {

constexpr BreakerPolicy at_100() {
  BreakerPolicy all;
  all.bad_percent = 100;
  all.timeout_percent = 100;
  return all;
}
static_assert(judge({.total = 10, .failures = 10}, 10, at_100()) == BreakerCause::failure_ratio,
              "100 % can be reached");
static_assert(!judge({.total = 9, .failures = 5, .slow = 9}, 10, at_100()), "below the volume no ratio opens");
static_assert(judge({.total = 10, .failures = 5}, 10, BreakerPolicy{}) == BreakerCause::failure_ratio);
static_assert(!judge({.total = 11, .failures = 5}, 10, BreakerPolicy{}));
static_assert(judge({.total = 10, .timeouts = 3}, 10, BreakerPolicy{}) == BreakerCause::timeout_ratio);
static_assert(judge({.total = 10, .exceptions = 3}, 10, BreakerPolicy{}) == BreakerCause::exception_ratio);
static_assert(judge({.total = 10, .slow = 8}, 10, BreakerPolicy{}) == BreakerCause::slow_ratio);
static_assert(forgiven(5, BreakerPolicy{}) == 1 && forgiven(3, BreakerPolicy{}) == 0);
static_assert(probes_in_all(BreakerPolicy{}) == 25);
static_assert(!may_move(BreakerState::closed, BreakerState::half_open) &&
                  !may_move(BreakerState::open, BreakerState::closed),
              "nothing closes without probes");

}  // namespace proof
}  // namespace tael
