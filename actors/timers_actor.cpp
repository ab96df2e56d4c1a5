#include "actors/timers_actor.hpp"

namespace tael {
namespace {

/// Rings again after 30 s, then twice as long each time, up to an hour.
Duration again_after(int rung) { return std::min<Duration>(30s * (1 << std::min(rung, 7)), 1h); }

}  // namespace

TimersActor::TimersActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers)
    : TimersActorRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      alarm_(surroundings.timers),
      load_alarm_(surroundings.timers) {}

auto TimersActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](const ArmTimers& change) { arm(change); },
      [this](const Begin&) { load(); },
      [](const kit::Run& run) { run.what(); },
  };
}

void TimersActor::load() {
  surroundings_.store.load_timers(
      kit::inside<Read<std::vector<Timer>>>(this, "timers loaded", [this](Read<std::vector<Timer>> read) {
        if (!read.ok()) {
          // Once: a store that is away stays away for many tries.
          surroundings_.log.line(std::exchange(not_loaded_told_, true) ? Level::debug : Level::warning,
                                 "timers_not_loaded", {{"error", read.error}});
          return load_alarm_.set(this, 1s, "load again", [this] { load(); });
        }
        const bool is_first = armed_.empty();
        not_loaded_told_ = false;
        // What rang while the store was away was rung in vain, and does not wait for its next, later ring.
        for (const auto& timer : read.value)
          if (const auto known = armed_.find(timer); known == armed_.end() || known->second.rung > 0)
            set(timer, timer.due_at, 0);
        surroundings_.log.line(is_first ? Level::info : Level::debug, "timers_loaded",
                               {{"count", static_cast<std::int64_t>(read.value.size())}});
        wait_for_next();
      }));
}

void TimersActor::arm(const ArmTimers& change) {
  for (const auto& timer : change.struck) {
    const auto found = armed_.find(timer);
    if (found == armed_.end()) continue;
    heap_.erase({found->second.rings_at, timer});
    armed_.erase(found);
  }
  for (const auto& timer : change.set)
    if (!armed_.contains(timer)) set(timer, timer.due_at, 0);
  wait_for_next();
}

void TimersActor::set(const Timer& timer, TimePoint rings_at, int rung) {
  if (const auto known = armed_.find(timer); known != armed_.end()) heap_.erase({known->second.rings_at, timer});
  armed_[timer] = {rings_at, rung};
  heap_[{rings_at, timer}] = rung;
}

void TimersActor::ring() {
  const auto now = surroundings_.clock.now();
  while (!heap_.empty() && heap_.begin()->first.first <= now) {
    const auto timer = heap_.begin()->first.second;
    const auto rung = heap_.begin()->second;
    surroundings_.crash.passed("timer.due");
    heap_.erase(heap_.begin());
    set(timer, now + again_after(rung), rung + 1);
    if (timer.kind == TimerKind::notice_try)
      send(peers_->notices, TimerDue{timer});
    else
      send(peers_->orders, TimerDue{timer});
  }
  surroundings_.meter.set("timers_armed", {}, static_cast<double>(armed_.size()));
  wait_for_next();
}

void TimersActor::wait_for_next() {
  if (heap_.empty()) return alarm_.clear();
  alarm_.set(this, heap_.begin()->first.first - surroundings_.clock.now(), "next timer", [this] { ring(); });
}

}  // namespace tael
