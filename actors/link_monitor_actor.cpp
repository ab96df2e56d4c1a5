#include "actors/link_monitor_actor.hpp"

#include "actors/domain/ids.hpp"

namespace tael {
namespace {

constexpr Duration look_every = 1s, look_every_when_down = 10s;
/// A store that is away is asked again then.
constexpr Duration store_retry = 5s;
constexpr std::string_view silent_kind = "link_silent";

std::string percent(int of_thousand) {
  return std::to_string(of_thousand / 10) + "." + std::to_string(of_thousand % 10) + "%";
}

/// Whether there is enough of both to hold one against the other, as `judge_link` asks.
bool is_judged(const LinkHealth& health, const LinkPolicy& policy, TimePoint now) {
  return recent_of(health, policy, now).sent >= policy.volume_min &&
         (health.silent || usual_of(health, policy, now).sent >= policy.volume_min);
}

}  // namespace

LinkMonitorActor::LinkMonitorActor(caf::actor_config& config, Surroundings surroundings,
                                   std::shared_ptr<const Peers> peers, LinkPolicy policy)
    : LinkMonitorRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      policy_(policy),
      tick_(surroundings.timers),
      take_up_again_(surroundings.timers),
      say_again_(surroundings.timers) {}

auto LinkMonitorActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](const LinkSeen& seen) { see(seen); },
      [this](const Begin&) {
        const auto configured = policy_.enabled ? LinkMode::on : LinkMode::off;
        begin(peers_->link_dial ? peers_->link_dial->mode_or(configured) : configured);
      },
      [this](const TurnLinkMonitor& hand) { return turn(hand); },
      [this](const ViewLinks&) { return view(); },
      [](const kit::Run& run) { run.what(); },
  };
}

void LinkMonitorActor::begin(LinkMode mode) {
  const auto now = surroundings_.clock.now();
  const bool goes_on = mode != LinkMode::off && mode_ != LinkMode::off;
  mode_ = mode;
  counted_from_ = now;
  if (peers_->link_dial) peers_->link_dial->turn(mode);
  tick_.clear();
  if (goes_on) {
    for (auto& [path, health] : links_) forget_link_since(health, now - policy_.settle);
    return look_later();
  }
  links_.clear();
  take_up_again_.clear();
  if (mode_ != LinkMode::off) take_up();
}

void LinkMonitorActor::take_up() {
  surroundings_.store.load_open_alerts(
      std::string{silent_kind}, kit::inside<Read<std::vector<AlertRecord>>>(
                                    this, "silent links read", [this](const Read<std::vector<AlertRecord>>& read) {
                                      if (mode_ == LinkMode::off) return;
                                      if (!read.ok())
                                        return take_up_again_.set(this, store_retry, "read silent links",
                                                                  [this] { take_up(); });
                                      for (const auto& open : read.value) {
                                        if (open.alert.usual <= 0)
                                          continue;  // A former version's: a person must say that it is over.
                                        resume_silence(links_[open.alert.ref], open.alert.usual);
                                        surroundings_.meter.set("link_silent", {{"path", open.alert.ref}}, 1);
                                      }
                                    }));
}

void LinkMonitorActor::see(const LinkSeen& seen) {
  if (mode_ == LinkMode::off || seen.sent_at < counted_from_) return;
  count_link(links_[seen.path], policy_, seen.sent_at, seen.paid, surroundings_.clock.now());
  if (!tick_.is_set()) look_later();
}

void LinkMonitorActor::look_later() {
  tick_.set(this, mode_ == LinkMode::on ? look_every : look_every_when_down, "look at links", [this] { look(); });
}

LinksView LinkMonitorActor::turn(const TurnLinkMonitor& hand) {
  write_down(hand);
  if (hand.to != mode_) begin(hand.to);
  return view();
}

/// A hand is a thing of its own in the journal: who, what and why, once.
void LinkMonitorActor::write_down(const TurnLinkMonitor& hand) {
  const auto now = surroundings_.clock.now();
  const std::string to{name_of(hand.to)};
  surroundings_.log.line(Level::warning, "link_monitor_turned",
                         {{"to", to}, {"actor", hand.actor}, {"reason", hand.reason}});
  JournalRow row;
  row.entity = "operator:link_monitor:" + std::to_string(unix_ms(now)) + ":" + std::to_string(said_ + 1);
  row.shard = shard_for("link", "monitor");
  row.version = 1;
  row.kind = "link_monitor_turned";
  row.body = {{"from", std::string{name_of(mode_)}}, {"to", to}, {"actor", hand.actor}, {"reason", hand.reason}};
  row.cause = hand.actor;
  row.at = now;
  Commit commit;
  commit.shard = row.shard;
  const auto what = row.entity;
  commit.journal.push_back(std::move(row));
  say(what, std::move(commit));
}

LinksView LinkMonitorActor::view() {
  const auto now = surroundings_.clock.now();
  LinksView view;
  view.mode = mode_;
  for (const auto& [path, health] : links_) {
    const auto recent = recent_of(health, policy_, now);
    const auto last = link_between(health, now - policy_.settle, now);
    // A past that nothing can be held against yet is not told: who reads it would take it for a verdict.
    const auto usual = is_judged(health, policy_, now) ? usual_of(health, policy_, now) : LinkCounts{};
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
  if (goes_on) look_later();
}

void LinkMonitorActor::tell(const std::string& path, LinkNews news, const LinkHealth& health, TimePoint now) {
  if (news == LinkNews::none) return;
  const auto recent = recent_of(health, policy_, now);
  const auto of_attempts = percent(recent.rate()) + " of " + std::to_string(recent.sent) + " attempts" +
                           (mode_ == LinkMode::down ? ", one in " + std::to_string(link_one_in) + " of all" : "");
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
                             .channel = channel_of(path),
                             .usual = health.usual_rate});
  else
    commit.alerts_resolved.push_back(
        {commit.shard, std::string{silent_kind}, path, "Payers complete again: " + of_attempts + ".", now});
  surroundings_.log.line(Level::error, news == LinkNews::fell_silent ? silent_kind : "link_recovered",
                         {{"path", path}, {"of_attempts", of_attempts}});
  say(path, std::move(commit));
}

void LinkMonitorActor::say(const std::string& what, Commit commit) {
  unsaid_[what] = {++said_, std::move(commit), false};
  send_unsaid(what);
}

void LinkMonitorActor::send_unsaid(const std::string& what) {
  auto& unsaid = unsaid_.at(what);
  unsaid.failed = false;
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{unsaid.commit},
      [this, what, no = unsaid.no](const Remembered& answer) {
        hear_said(what, no, answer.result.outcome == CommitOutcome::committed);
      },
      [this, what, no = unsaid.no](const caf::error&) { hear_said(what, no, false); });
}

void LinkMonitorActor::hear_said(const std::string& what, std::uint64_t no, bool written) {
  const auto found = unsaid_.find(what);
  if (found == unsaid_.end() || found->second.no != no) return;  // Newer news is on its way.
  if (written) {
    unsaid_.erase(found);
    return;
  }
  found->second.failed = true;
  if (say_again_.is_set()) return;
  say_again_.set(this, store_retry, "say link news", [this] {
    for (const auto& [each, unsaid] : unsaid_)
      if (unsaid.failed) send_unsaid(each);
  });
}

}  // namespace tael
