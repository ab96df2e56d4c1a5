#include "actors/timers_actor.hpp"

#include "actors/domain/ids.hpp"

#include <algorithm>

namespace tael {
namespace {

constexpr const char* late_rule = "timer_late";
constexpr Duration late_after = 5min;
constexpr Duration store_retry = 1s;

/// Rings again after 30 s, then twice as long each time, up to five minutes: so soon it is heard once it can be.
Duration again_after(int rung) { return std::min<Duration>(30s * (1 << std::min(rung, 4)), 5min); }

std::string what_it_is_for(TimerKind kind) {
  switch (kind) {
    case TimerKind::order_close: return "orders whose time is over are not closed";
    case TimerKind::attempt_inquiry: return "nobody asks what became of attempts";
    case TimerKind::refund_try: return "refunds are neither sent nor asked about";
    case TimerKind::notice_try: return "businesses are not told";
  }
  return {};
}

}  // namespace

TimersActor::TimersActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers)
    : TimersActorRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      alarm_(surroundings.timers),
      load_alarm_(surroundings.timers),
      tell_alarm_(surroundings.timers) {
  for (const auto kind :
       {TimerKind::order_close, TimerKind::attempt_inquiry, TimerKind::refund_try, TimerKind::notice_try})
    late_[kind] = {};
}

auto TimersActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](const ArmTimers& change) { arm(change); },
      [this](const Begin&) {
        recall_alerts();
        load();
      },
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
    if (const auto late = late_.find(timer.kind); late != late_.end()) late->second.erase(timer);
  }
  for (const auto& timer : change.set)
    if (!armed_.contains(timer)) set(timer, timer.due_at, 0);
  tell_late();
  wait_for_next();
}

void TimersActor::set(const Timer& timer, TimePoint rings_at, int rung) {
  if (const auto known = armed_.find(timer); known != armed_.end()) heap_.erase({known->second.rings_at, timer});
  auto& armed = armed_[timer];
  armed.rings_at = rings_at;
  armed.rung = rung;
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
    auto& first_rang_at = armed_[timer].first_rang_at;
    if (rung == 0) first_rang_at = now;
    if (now - first_rang_at >= late_after) late_[timer.kind].insert(timer);
    if (timer.kind == TimerKind::notice_try)
      send(peers_->notices, TimerDue{timer});
    else
      send(peers_->orders, TimerDue{timer});
  }
  surroundings_.meter.set("timers_armed", {}, static_cast<double>(armed_.size()));
  tell_late();
  wait_for_next();
}

/// An alert of a former life ends with its cause, in whichever life that is.
void TimersActor::recall_alerts() {
  surroundings_.store.load_open_alerts(
      late_rule, kit::inside<Read<std::vector<AlertRecord>>>(
                     this, "late timers recalled", [this](const Read<std::vector<AlertRecord>>& read) {
                       for (const auto& [kind, timers] : late_)
                         for (const auto& open : read.value)
                           if (open.alert.ref == name_of(kind)) told_[kind] = true;
                       if (read.ok()) return;
                       tell_alarm_.set(this, store_retry, "recall alerts", [this] { recall_alerts(); });
                     }));
}

void TimersActor::tell_late() {
  const auto now = surroundings_.clock.now();
  for (const auto& [kind, timers] : late_) {
    auto& told = told_[kind];
    if (told == !timers.empty()) continue;
    const auto waits = [&, of = kind](const auto& one) { return one.first.kind == of && one.first.due_at <= now; };
    if (told && std::ranges::any_of(armed_, waits)) continue;  // Since a restart they have not rung for long.
    const std::string word{name_of(kind)};
    Commit commit;
    commit.shard = shard_for("timer", word);
    if (timers.empty()) {
      commit.alerts_resolved.push_back({commit.shard, late_rule, word, "They are heard again.", now});
    } else {
      const auto oldest = std::ranges::min(timers, {}, &Timer::due_at);
      auto& alert = commit.alerts.emplace_back();
      alert.shard = commit.shard;
      alert.kind = late_rule;
      alert.ref = word;
      alert.severity = Severity::critical;
      alert.message = std::to_string(timers.size()) + " timers (" + word +
                      ") are late by minutes: " + what_it_is_for(kind) + ". The oldest is of " + oldest.ref +
                      " and was due at " + to_rfc3339(oldest.due_at) +
                      ". Look whether its path is switched off or shut.";
      alert.at = now;
      surroundings_.log.line(Level::warning, "timers_late",
                             {{"kind", word},
                              {"count", static_cast<std::int64_t>(timers.size())},
                              {"oldest", oldest.ref},
                              {"due_at", to_rfc3339(oldest.due_at)}});
    }
    told = !timers.empty();
    tell(kind, std::move(commit), told);
  }
}

/// What could not be written is told again.
void TimersActor::tell(TimerKind kind, Commit commit, bool is_late) {
  const auto again = [this, kind, is_late] {
    told_[kind] = !is_late;
    tell_alarm_.set(this, store_retry, "tell of late timers", [this] { tell_late(); });
  };
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
      [again](const Remembered& answer) {
        if (answer.result.outcome != CommitOutcome::committed) again();
      },
      [again](const caf::error&) { again(); });
}

void TimersActor::wait_for_next() {
  if (heap_.empty()) return alarm_.clear();
  alarm_.set(this, heap_.begin()->first.first - surroundings_.clock.now(), "next timer", [this] { ring(); });
}

}  // namespace tael
