#include "actors/alert_rounds_actor.hpp"

#include "actors/domain/alert_life.hpp"
#include "actors/domain/ids.hpp"

#include <algorithm>

namespace tael {
namespace {

/// Breakers are asked when a burst of switches is over, and again when they are still starting.
constexpr Duration breakers_settle_in = 1s;
constexpr Duration breakers_answer_within = 5s;
constexpr Duration store_retry = 5s;

/// By a person, and until a person thinks of it again.
bool has_no_end(const BreakerView& view) {
  return view.op == OpClass::pay && view.static_switch != StaticSwitch::on && view.until == TimePoint{} &&
         !view.actor.empty() && view.actor != supervisor_actor;
}

Alert forgotten(const BreakerView& view, TimePoint now) {
  Alert alert;
  alert.shard = shard_for("override", view.path);
  alert.kind = override_rule;
  alert.ref = view.path;
  alert.message = view.path + " is " + std::string{name_of(view.static_switch)} + " since " + to_rfc3339(view.at) +
                  ", by " + view.actor + ": " + view.reason + ". It has no end; `tael channel switch " + view.path +
                  " on` gives it back.";
  alert.channel = view.path.substr(0, view.path.find('/'));
  alert.at = now;
  return alert;
}

std::string_view thing_of(std::string_view ref) { return ref.substr(0, ref.rfind('/')); }

}  // namespace

AlertRoundsActor::AlertRoundsActor(caf::actor_config& config, Surroundings surroundings,
                                   std::shared_ptr<const Peers> peers, AlertRoundsSettings settings)
    : AlertRoundsRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      settings_(std::move(settings)),
      override_alarm_(surroundings.timers) {
  for (std::size_t i = 0; i < settings_.rounds.size(); ++i)
    round_alarms_.push_back(std::make_unique<kit::Alarm>(surroundings.timers));
}

auto AlertRoundsActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](const BreakerMoved& moved) { hear(moved); },
      [this](const Begin&) {
        look_at_overrides();
        for (std::size_t i = 0; i < settings_.rounds.size(); ++i) go_round(i);
      },
      [](const kit::Run& run) { run.what(); },
  };
}

void AlertRoundsActor::hear(const BreakerMoved& moved) {
  const bool may_begin = moved.event.static_switch != StaticSwitch::on && moved.event.until == TimePoint{};
  if (!may_begin && !overrides_open_) return;
  override_alarm_.set(this, breakers_settle_in, "look at switches", [this] { look_at_overrides(); });
}

void AlertRoundsActor::look_at_overrides() {
  kit::ask<BreakersView>(
      this, surroundings_.timers, breakers_answer_within, peers_->breaker_views, ViewBreakers{},
      [this](const BreakersView& view) { judge_overrides(view); },
      [this](const caf::error&) {
        override_alarm_.set(this, breakers_answer_within, "look at switches", [this] { look_at_overrides(); });
      });
}

void AlertRoundsActor::judge_overrides(const BreakersView& view) {
  const auto now = surroundings_.clock.now();
  std::vector<Alert> found;
  std::set<std::string> ended;
  std::optional<TimePoint> next;
  for (const auto& breaker : view.breakers) {
    if (breaker.op != OpClass::pay) continue;
    if (!has_no_end(breaker)) {
      ended.insert(breaker.path);
      continue;
    }
    const auto due = breaker.at + settings_.override_told_after;
    if (due <= now)
      found.push_back(forgotten(breaker, now));
    else
      next = next ? std::min(*next, due) : due;
  }
  if (next) override_alarm_.set(this, *next - now, "look at switches", [this] { look_at_overrides(); });
  if (found.empty() && !overrides_open_) return;
  overrides_open_ = !found.empty();
  settle(
      std::string{override_rule}, std::move(found),
      [ended = std::move(ended)](const std::string& path) { return ended.contains(path); }, false);
}

void AlertRoundsActor::go_round(std::size_t round) {
  const auto& each = settings_.rounds[round];
  round_alarms_[round]->set(this, each.every, "alert round", [this, round] { go_round(round); });
  settle(
      each.kind, each.look(surroundings_.clock.now()),
      [sees = each.sees](const std::string& ref) { return !sees || sees(ref); }, true);
}

void AlertRoundsActor::settle(const std::string& kind, std::vector<Alert> found, IsOver is_over, bool in_steps) {
  surroundings_.store.load_open_alerts(
      kind,
      kit::inside<Read<std::vector<AlertRecord>>>(
          this, "open alerts read",
          [this, kind, in_steps, found = std::move(found),
           is_over = std::move(is_over)](const Read<std::vector<AlertRecord>>& read) {
            if (!read.ok()) {
              override_alarm_.set(this, store_retry, "look at switches", [this] { look_at_overrides(); });
              return;
            }
            const auto now = surroundings_.clock.now();
            for (const auto& alert : found) {
              const auto is_open =
                  std::ranges::any_of(read.value, [&](const AlertRecord& open) { return open.alert.ref == alert.ref; });
              if (is_open) continue;
              Commit commit;
              commit.shard = alert.shard;
              commit.alerts.push_back(alert);
              remember(std::move(commit));
            }
            for (const auto& open : read.value) {
              const auto& ref = open.alert.ref;
              const auto is_found = std::ranges::any_of(found, [&](const Alert& alert) { return alert.ref == ref; });
              if (is_found || !is_over(ref)) continue;
              Commit commit;
              commit.shard = open.alert.shard;
              const bool goes_on = in_steps && std::ranges::any_of(found, [&](const Alert& alert) {
                                     return thing_of(alert.ref) == thing_of(ref);
                                   });
              commit.alerts_resolved.push_back(
                  {open.alert.shard, kind, ref, goes_on ? "It has come nearer." : "It is so no more.", now, !goes_on});
              remember(std::move(commit));
            }
          }));
}

/// What could not be written is found again at the next look.
void AlertRoundsActor::remember(Commit commit) {
  const auto later = [this] {
    overrides_open_ = true;
    override_alarm_.set(this, store_retry, "look at switches", [this] { look_at_overrides(); });
  };
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
      [later](const Remembered& answer) {
        if (answer.result.outcome != CommitOutcome::committed) later();
      },
      [later](const caf::error&) { later(); });
}

}  // namespace tael
