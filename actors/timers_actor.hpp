// One heap for all armed timers of the node. The rows in the store are the truth; this is where they ring.
// A timer that nobody struck rings again, ever more slowly: what it was for has not happened yet. After minutes of that
// a person is told.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"

#include <map>
#include <set>

namespace tael {

using TimersActorRef = TimersRef::extend<caf::reacts_to<kit::Run>>;

/// Invariants
///  - Nothing rings before its time by the injected clock.
///  - A struck timer never rings; one that is due rings until it is struck.
///  - Timers of a kind that ring in vain for minutes are one alert until all of them are struck.
class TimersActor : public TimersActorRef::base {
 public:
  TimersActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers);
  behavior_type make_behavior() override;
  const char* name() const override { return "timers"; }

 private:
  void load();
  void arm(const ArmTimers& change);
  void set(const Timer& timer, TimePoint rings_at, int rung);
  void ring();
  void wait_for_next();
  void recall_alerts();
  void tell_late();
  void tell(TimerKind kind, Commit commit, bool is_late);

  struct Armed {
    TimePoint rings_at{};
    int rung = 0;  ///< How often it has rung.
    TimePoint first_rang_at{};
  };

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  std::map<Timer, Armed> armed_;
  std::map<std::pair<TimePoint, Timer>, int> heap_;  ///< By ring time; the value repeats `rung`.
  bool not_loaded_told_ = false;
  std::map<TimerKind, std::set<Timer>> late_;  ///< Those that have rung in vain for too long.
  std::map<TimerKind, bool> told_;             ///< What an open alert says of a kind; being written or durable.
  kit::Alarm alarm_, load_alarm_, tell_alarm_;
};

}  // namespace tael
