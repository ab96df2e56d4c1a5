#include "actors/alerts_actor.hpp"

#include "actors/domain/assert.hpp"

#include <algorithm>

namespace tael {
namespace {

/// A store that is away, or a shard that is another's: tried again then.
constexpr Duration store_retry = 5s;
constexpr Duration minute = 60s;
constexpr int hand_tries_max = 4;

/// What an operator did, as the journal keeps it: acknowledged first, resolved after, each at most once.
JournalRow deed_row(const AlertRecord& before, const HandleAlert& hand, TimePoint now) {
  JournalRow row;
  row.shard = before.alert.shard;
  row.entity = "alert:" + std::to_string(before.alert.shard) + ":" + std::to_string(before.id);
  row.version = before.is_acknowledged() ? 2 : 1;
  row.kind = hand.resolve ? "alert_resolved" : "alert_acknowledged";
  row.body = {{"actor", hand.actor}, {"reason", hand.reason}};
  row.cause = hand.actor;
  row.context = before.alert.context;
  row.at = now;
  return row;
}

}  // namespace

AlertsActor::AlertsActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                         AlertsSettings settings)
    : AlertsActorRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      settings_(std::move(settings)),
      alarm_(surroundings.timers) {}

auto AlertsActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](const AlertsMoved&) { look(); },
      [this](const Begin&) { look(); },
      [this](const HandleAlert& hand) { return handle(hand); },
      [](const kit::Run& run) { run.what(); },
  };
}

/// What is decided meanwhile is not looked at twice: the look waits for it.
void AlertsActor::look() {
  moved_ = true;
  if (looking_ || deciding_ > 0) return;
  looking_ = true;
  moved_ = false;
  surroundings_.store.load_alerts_due(
      kit::inside<Read<AlertsDue>>(this, "alerts read", [this](Read<AlertsDue> read) { hear(std::move(read)); }));
}

void AlertsActor::look_again(Duration wait) {
  const auto at = surroundings_.clock.now() + wait;
  if (alarm_.is_set() && alarm_at_ <= at) return;
  alarm_at_ = at;
  alarm_.set(this, wait, "look at alerts", [this] { look(); });
}

void AlertsActor::hear(Read<AlertsDue> read) {
  looking_ = false;
  if (!read.ok()) return look_again(store_retry);
  for (const auto severity : {Severity::info, Severity::warning, Severity::critical}) {
    const auto found = std::ranges::find(read.value.open, severity, [](const auto& row) { return row.first; });
    surroundings_.meter.set("alerts_open", {{"type", name_of(severity)}},
                            found == read.value.open.end() ? 0 : static_cast<double>(found->second));
  }
  const auto now = surroundings_.clock.now();
  for (auto& alert : read.value.alerts) {
    if (alert.next_at <= now)
      decide(std::move(alert));
    else
      look_again(alert.next_at - now);
  }
  send_due(read.value.messages);
  if (moved_) look();
}

void AlertsActor::decide(AlertRecord alert) {
  const auto now = surroundings_.clock.now();
  if (alert.owner.empty() && settings_.owner_of) alert.owner = settings_.owner_of(alert.alert);
  auto [after, news] = look_at(std::move(alert), settings_.policy, !settings_.ways.empty(), now);
  Commit commit;
  commit.shard = after.alert.shard;
  if (news)
    for (auto* way : settings_.ways) {
      auto letter = way->write(after, *news, now);
      if (letter.recipient.empty()) continue;
      AlertMessage message{.shard = after.alert.shard,
                           .alert = after.id,
                           .no = after.told,
                           .way = std::string{way->way()},
                           .news = *news,
                           .recipient = std::move(letter.recipient),
                           .subject = std::move(letter.subject),
                           .body = std::move(letter.body),
                           .at = now,
                           .next_at = now,
                           .last_error = {}};
      commit.alert_messages.push_back({std::move(message), true});
    }
  commit.alerts_changed.push_back(std::move(after));
  deciding_ += 1;
  remember(std::move(commit), [this](CommitOutcome outcome) {
    deciding_ -= 1;
    // Conflict: it was acknowledged or resolved meanwhile, and is read anew.
    if (outcome == CommitOutcome::committed || outcome == CommitOutcome::conflict) moved_ = true;
    if (deciding_ == 0 && moved_) look();
  });
}

void AlertsActor::send_due(const std::vector<AlertMessage>& messages) {
  const auto now = surroundings_.clock.now();
  if (now - minute_began_ >= minute) minute_began_ = now, sent_in_minute_ = 0;
  for (const auto& message : messages) {
    if (message.next_at > now) {
      look_again(message.next_at - now);
      break;  // They come in the order of their times.
    }
    if (out_.contains(message_id(message))) continue;
    if (static_cast<int>(out_.size()) >= settings_.policy.in_flight_max) break;  // Whoever ends looks again.
    if (sent_in_minute_ >= settings_.policy.per_minute_max) {
      look_again(minute_began_ + minute - now);
      break;
    }
    send(message);
  }
}

void AlertsActor::send(const AlertMessage& message) {
  const auto way = std::ranges::find(settings_.ways, message.way, [](const AlertSender* each) { return each->way(); });
  out_.insert(message_id(message));
  sent_in_minute_ += 1;
  surroundings_.crash.passed("alert.before_send");
  if (way == settings_.ways.end()) {
    // Configured when it was written, and no more.
    NoticeTry outcome;
    outcome.gone = true;
    outcome.error = "there is no `" + message.way + "` in node.yaml's `alerts` any more";
    return hear_try(message, outcome);
  }
  (*way)->send(message, settings_.policy.deadline, surroundings_.clock.now(),
               kit::inside<NoticeTry>(this, "alert tried",
                                      [this, message](const NoticeTry& outcome) { hear_try(message, outcome); }));
}

void AlertsActor::hear_try(const AlertMessage& message, const NoticeTry& outcome) {
  surroundings_.crash.passed("alert.after_send");
  auto after = after_try(message, settings_.policy, outcome, surroundings_.clock.now());
  const std::string_view ending = after.state == NoticeState::due ? "failed" : name_of(after.state);
  surroundings_.meter.count("alert_messages_total", {{"type", message.way}, {"outcome", ending}});
  if (!outcome.acknowledged)
    surroundings_.log.line(after.state == NoticeState::parked ? Level::error : Level::warning, "alert_not_told",
                           {{"alert", message.alert},
                            {"way", message.way},
                            {"tries", std::int64_t{after.tries}},
                            {"state", std::string{name_of(after.state)}},
                            {"error", outcome.error}});
  Commit commit;
  commit.shard = after.shard;
  commit.alert_messages.push_back({std::move(after), false});
  remember(std::move(commit), [this, id = message_id(message)](CommitOutcome outcome_of_commit) {
    out_.erase(id);
    if (outcome_of_commit == CommitOutcome::committed) look();
  });
}

caf::result<AlertReply> AlertsActor::handle(const HandleAlert& hand) {
  kit::Owed<AlertReply> asker{this};
  try_hand(hand, asker, hand_tries_max);
  return asker;
}

void AlertsActor::try_hand(const HandleAlert& hand, const kit::Owed<AlertReply>& asker, int tries_left) {
  surroundings_.store.load_alert(
      hand.id, kit::inside<Read<std::optional<AlertRecord>>>(
                   this, "alert read", [this, hand, asker, tries_left](const Read<std::optional<AlertRecord>>& read) {
                     if (!read.ok())
                       return asker.deliver(Refused{Refusal::unavailable, "the alert cannot be read now", {}});
                     if (!read.value)
                       return asker.deliver(
                           Refused{Refusal::alert_not_found, "there is no alert " + std::to_string(hand.id), {}});
                     handle_found(hand, *read.value, asker, tries_left);
                   }));
}

void AlertsActor::handle_found(const HandleAlert& hand, const AlertRecord& found, const kit::Owed<AlertReply>& asker,
                               int tries_left) {
  const auto now = surroundings_.clock.now();
  auto moved =
      hand.resolve ? resolved(found, hand.actor, hand.reason, now) : acknowledged(found, hand.actor, hand.reason, now);
  if (const auto* refusal = std::get_if<Refusal>(&moved))
    return asker.deliver(Refused{*refusal,
                                 found.is_resolved() ? "it was resolved by " + found.resolved_by
                                                     : "it was acknowledged by " + found.acknowledged_by,
                                 {}});
  auto after = std::move(std::get<AlertRecord>(moved));
  Commit commit;
  commit.shard = after.alert.shard;
  commit.journal.push_back(deed_row(found, hand, now));
  commit.alerts_changed.push_back(after);
  remember(std::move(commit), [this, hand, asker, tries_left, after = std::move(after)](CommitOutcome outcome) {
    switch (outcome) {
      case CommitOutcome::committed:
        if (hand.resolve && settings_.on_resolved) settings_.on_resolved(after.alert);
        look();
        return asker.deliver(after);
      case CommitOutcome::conflict:  // It was told, or another hand was quicker: what it is now decides.
        if (tries_left > 1) return try_hand(hand, asker, tries_left - 1);
        return asker.deliver(Refused{Refusal::moved_on, "it keeps changing; look again", {}});
      case CommitOutcome::order_exists:
      case CommitOutcome::key_exists:
      case CommitOutcome::transaction_taken:
      case CommitOutcome::fenced:
      case CommitOutcome::refused:
      case CommitOutcome::unavailable:
        return asker.deliver(Refused{Refusal::unavailable, "it could not be written down, and is as it was", {}});
    }
  });
}

void AlertsActor::remember(Commit commit, std::function<void(CommitOutcome)> then) {
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
      [this, then](const Remembered& answer) {
        const auto outcome = answer.result.outcome;
        if (outcome == CommitOutcome::refused)
          surroundings_.log.line(Level::error, "alert_change_refused", {{"error", answer.result.error}});
        if (outcome != CommitOutcome::committed) look_again(store_retry);
        then(outcome);
      },
      [this, then](const caf::error&) {
        look_again(store_retry);
        then(CommitOutcome::unavailable);
      });
}

}  // namespace tael
