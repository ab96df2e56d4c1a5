#include "actors/notices_actor.hpp"

#include "actors/domain/assert.hpp"

namespace tael {
namespace {

std::string why_parked(const Notice& notice, bool barred) {
  const auto what = notice.type + " of order " + notice.order_id;
  if (barred) return what + " may not go where the business wants it: " + notice.last_error;
  return "the business did not acknowledge " + what + " in " + std::to_string(notice.tries) +
         " tries: " + notice.last_error;
}

}  // namespace

NoticesActor::NoticesActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                           std::shared_ptr<const std::map<std::string, NoticePolicy>> policies)
    : NoticesActorRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      policies_(std::move(policies)),
      load_alarm_(surroundings.timers) {}

auto NoticesActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](const DeliverNotice& deliver) {
        due_.insert_or_assign(deliver.notice.id, deliver.notice);
        queue_up(deliver.notice.id);
      },
      [this](const TimerDue& due) {
        if (!loaded_) return;  // It rings again.
        // A timer of a notice that is not due any more was struck in the store already.
        if (!due_.contains(due.timer.ref)) return send(peers_->timers, ArmTimers{{due.timer}, {}});
        queue_up(due.timer.ref);
      },
      [this](const Begin&) { load(); },
      [this](const ResumeNotices& ask) -> caf::result<NoticesResumed> {
        Resumed reply{this};
        take_up(ask, reply);
        return reply;
      },
      [](const kit::Run& run) { run.what(); },
  };
}

void NoticesActor::load() {
  surroundings_.store.load_notices(
      kit::inside<Read<std::vector<Notice>>>(this, "notices loaded", [this](Read<std::vector<Notice>> read) {
        if (!read.ok()) return load_alarm_.set(this, 1s, "load again", [this] { load(); });
        loaded_ = true;
        const auto now = surroundings_.clock.now();
        for (auto& notice : read.value) {
          const auto id = notice.id;
          const bool late = notice.next_at <= now;
          if (due_.emplace(id, std::move(notice)).second && late) queue_up(id);
        }
      }));
}

void NoticesActor::queue_up(const std::string& id) {
  const auto found = due_.find(id);
  if (found == due_.end() || found->second.next_at > surroundings_.clock.now()) return;
  if (!in_lane_.insert(id).second) return;
  const auto& business = found->second.business;
  lanes_[business].queue.push_back(id);
  send_next(business);
}

void NoticesActor::send_next(const std::string& business) {
  auto& lane = lanes_[business];
  const auto& policy = policy_of(business);
  while (lane.in_flight < policy.in_flight_max && !lane.queue.empty()) {
    const auto id = std::move(lane.queue.front());
    lane.queue.pop_front();
    const auto& notice = due_.at(id);
    lane.in_flight += 1;
    surroundings_.crash.passed("notice.before_send");
    surroundings_.notice_sender.send(
        notice, policy.deadline, surroundings_.clock.now(),
        kit::inside<NoticeTry>(this, "notice tried", [this, id](const NoticeTry& outcome) { hear_try(id, outcome); }));
  }
}

void NoticesActor::hear_try(const std::string& id, const NoticeTry& outcome) {
  surroundings_.crash.passed("notice.after_send");
  const auto& before = due_.at(id);
  const auto after = after_try(before, policy_of(before.business), outcome, surroundings_.clock.now());
  surroundings_.meter.count("notice_tries_total", {{"business", before.business},
                                                   {"outcome", outcome.acknowledged ? "acknowledged" : "failed"}});
  remember(before, after, outcome.barred);
}

void NoticesActor::remember(const Notice& before, const Notice& after, bool barred) {
  const auto now = surroundings_.clock.now();
  Commit commit;
  commit.shard = after.shard;
  commit.notices.push_back({after, false});
  commit.timers_struck.push_back({after.shard, TimerKind::notice_try, after.id, before.next_at});
  if (after.state == NoticeState::due)
    commit.timers_set.push_back({after.shard, TimerKind::notice_try, after.id, after.next_at});
  const BusinessContext context{after.business, "", "", ""};
  commit.journal.push_back(
      {.shard = after.shard,
       .entity = after.id,
       .version = after.version,
       .kind = after.state == NoticeState::due ? "notice_failed" : "notice_" + std::string{name_of(after.state)},
       .body = {{"tries", std::int64_t{after.tries}}, {"error", after.last_error}},
       .cause = "try/" + std::to_string(after.tries),
       .context = context,
       .at = now});
  if (after.state == NoticeState::parked)
    commit.alerts.push_back({.shard = after.shard,
                             .kind = "notice_parked",
                             .ref = after.id,
                             .severity = Severity::warning,
                             .message = why_parked(after, barred),
                             .context = context,
                             .at = now});
  const ArmTimers timers{commit.timers_struck, commit.timers_set};
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
      [this, after, timers](const Remembered& remembered) {
        leave_lane(after);
        switch (remembered.result.outcome) {
          case CommitOutcome::committed:
            surroundings_.crash.passed("notice.remembered");
            send(peers_->timers, timers);
            send(peers_->orders, NoticeMoved{after});
            if (after.state == NoticeState::due)
              due_.insert_or_assign(after.id, after);
            else
              due_.erase(after.id);
            return;
          case CommitOutcome::unavailable: return;  // Tried again when its timer rings again.
          case CommitOutcome::conflict:  // A try of unknown fate was written after all: what became of it is read.
            due_.erase(after.id);
            return load_alarm_.set(this, 1s, "load again", [this] { load(); });
          case CommitOutcome::order_exists:
          case CommitOutcome::key_exists:
          case CommitOutcome::transaction_taken:
          case CommitOutcome::fenced:
          case CommitOutcome::refused:  // Another owner has it now, or the store knows better.
            due_.erase(after.id);
            surroundings_.log.line(Level::warning, "notice_let_go",
                                   {{"notice", after.id}, {"error", remembered.result.error}});
            return;
        }
      },
      [this, after](const caf::error&) { leave_lane(after); });
}

void NoticesActor::leave_lane(const Notice& notice) {
  in_lane_.erase(notice.id);
  lanes_[notice.business].in_flight -= 1;
  send_next(notice.business);
}

void NoticesActor::take_up(const ResumeNotices& ask, Resumed reply) {
  surroundings_.store.load_parked_notices(
      ask.order_id, kit::inside<Read<std::vector<Notice>>>(
                        this, "parked notices loaded", [this, ask, reply](const Read<std::vector<Notice>>& read) {
                          if (!read.ok()) return reply.deliver({0, "the notices cannot be read now"});
                          if (read.value.empty()) return reply.deliver({});
                          replay(read.value, ask.cause, reply);
                        }));
}

void NoticesActor::replay(const std::vector<Notice>& parked, const std::string& cause, Resumed reply) {
  const auto now = surroundings_.clock.now();
  Commit commit;
  commit.shard = parked.front().shard;
  std::vector<Notice> again;
  for (const auto& notice : parked) {
    const auto& after = again.emplace_back(after_replay(notice, now));
    commit.notices.push_back({after, false});
    commit.timers_set.push_back({after.shard, TimerKind::notice_try, after.id, now});
    commit.alerts_resolved.push_back({after.shard, "notice_parked", after.id, "It is sent again.", now});
    commit.journal.push_back({.shard = after.shard,
                              .entity = after.id,
                              .version = after.version,
                              .kind = "notice_replayed",
                              .body = {},
                              .cause = cause,
                              .context = BusinessContext{after.business, "", "", ""},
                              .at = now});
  }
  const ArmTimers timers{{}, commit.timers_set};
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
      [this, again, timers, reply](const Remembered& remembered) {
        if (remembered.result.outcome != CommitOutcome::committed)
          return reply.deliver(
              {0, "the notices could not be written down: " + std::string{name_of(remembered.result.outcome)}});
        send(peers_->timers, timers);
        for (const auto& notice : again) {
          send(peers_->orders, NoticeMoved{notice});
          due_.insert_or_assign(notice.id, notice);
          queue_up(notice.id);
        }
        reply.deliver({again.size(), {}});
      },
      [reply](const caf::error&) {
        reply.deliver({0, "the store did not answer in time"});
      });
}

const NoticePolicy& NoticesActor::policy_of(const std::string& business) const {
  static const NoticePolicy standard;
  const auto found = policies_->find(business);
  return found == policies_->end() ? standard : found->second;
}

}  // namespace tael
