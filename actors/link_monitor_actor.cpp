#include "actors/link_monitor_actor.hpp"

#include "actors/domain/ids.hpp"

namespace tael {
namespace {

constexpr Duration look_every = 1s;
constexpr std::string_view silent_kind = "link_silent";

std::string percent(int of_thousand) {
  return std::to_string(of_thousand / 10) + "." + std::to_string(of_thousand % 10) + "%";
}

}  // namespace

LinkMonitorActor::LinkMonitorActor(caf::actor_config& config, Surroundings surroundings,
                                   std::shared_ptr<const Peers> peers, LinkPolicy policy)
    : LinkMonitorRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      policy_(policy),
      tick_(surroundings.timers) {}

auto LinkMonitorActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](const LinkSeen& seen) { see(seen); },
      [this](const TurnLinkMonitor& hand) { return turn(hand); },
      [this](const ViewLinks&) { return view(); },
      [](const kit::Run& run) { run.what(); },
  };
}

void LinkMonitorActor::see(const LinkSeen& seen) {
  if (!policy_.enabled) return;
  count_link(links_[seen.path], policy_, seen.sent_at, seen.paid, surroundings_.clock.now());
  if (!tick_.is_set()) tick_.set(this, look_every, "look at links", [this] { look(); });
}

LinksView LinkMonitorActor::turn(const TurnLinkMonitor& hand) {
  policy_.enabled = hand.enabled;
  links_.clear();
  tick_.clear();
  surroundings_.log.line(Level::warning, "link_monitor_turned",
                         {{"enabled", hand.enabled}, {"actor", hand.actor}, {"reason", hand.reason}});
  return view();
}

LinksView LinkMonitorActor::view() {
  const auto now = surroundings_.clock.now();
  LinksView view;
  view.enabled = policy_.enabled;
  for (const auto& [path, health] : links_) {
    const auto recent = recent_of(health, policy_, now);
    const auto last = link_between(health, now - policy_.settle, now);
    const auto usual = usual_of(health, policy_, now);
    view.links.push_back({path, recent.sent, recent.paid, last.sent, last.paid, health.silent, usual.sent,
                          health.silent ? health.usual_rate : usual.rate()});
  }
  return view;
}

void LinkMonitorActor::look() {
  const auto now = surroundings_.clock.now();
  bool goes_on = false;
  for (auto& [path, health] : links_) {
    tell(path, judge_link(health, policy_, now), health, now);
    const auto recent = recent_of(health, policy_, now);
    surroundings_.meter.set("link_success_ratio", {{"path", path}}, recent.rate() / 1000.0);
    surroundings_.meter.set("link_silent", {{"path", path}}, health.silent ? 1 : 0);
    goes_on = goes_on || has_link_news_to_come(health, policy_, now);
  }
  if (goes_on) tick_.set(this, look_every, "look at links", [this] { look(); });
}

void LinkMonitorActor::tell(const std::string& path, LinkNews news, const LinkHealth& health, TimePoint now) {
  if (news == LinkNews::none) return;
  const auto recent = recent_of(health, policy_, now);
  const auto of_attempts = percent(recent.rate()) + " of " + std::to_string(recent.sent) + " attempts";
  Commit commit;
  commit.shard = shard_for("link", path);
  if (news == LinkNews::fell_silent)
    commit.alerts.push_back({.shard = commit.shard,
                             .kind = std::string{silent_kind},
                             .ref = path,
                             .severity = Severity::critical,
                             .message = "Calls to " + path + " succeed, but payers do not complete: " + of_attempts +
                                        ", usually " + percent(health.usual_rate) +
                                        ". Look at the institution's pages and callbacks; `tael channel switch` takes "
                                        "it out.",
                             .context = {},
                             .at = now,
                             .channel = channel_of(path)});
  else
    commit.alerts_resolved.push_back(
        {commit.shard, std::string{silent_kind}, path, "Payers complete again: " + of_attempts + ".", now});
  surroundings_.log.line(Level::error, news == LinkNews::fell_silent ? silent_kind : "link_recovered",
                         {{"path", path}, {"of_attempts", of_attempts}});
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)}, [](const Remembered&) {},
      [](const caf::error&) {});
}

}  // namespace tael
