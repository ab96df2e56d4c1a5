#include "actors/store_actor.hpp"

#include "actors/domain/assert.hpp"
#include "actors/domain/backoff.hpp"
#include "actors/kit/manners.hpp"

namespace tael {

namespace {

/// Whoever owned a commit of unknown fate is restarted meanwhile; a commit still under way has ended.
constexpr Duration doubt_settles_in = 1s;
/// While nothing can be written, reading it all again and again helps nobody.
constexpr Duration doubt_settles_max = 8s;
/// An answer takes its time: one as late as this may meet its asker's deadline on the way.
constexpr Duration hearing_takes = 1s;

}  // namespace

StoreActor::StoreActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                       std::size_t batch_max)
    : StoreActorRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      batch_max_(batch_max),
      doubt_(surroundings.timers) {}

auto StoreActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](Remember& ask) -> caf::result<Remembered> {  // Ours to take: nobody else holds the message.
        kit::Owed<Remembered> promise{this};
        waiting_.push_back({std::move(ask.commit), promise, surroundings_.timers.elapsed()});
        if (writing_.empty()) write_next();
        return promise;
      },
      [](const kit::Run& run) { run.what(); },
  };
}

void StoreActor::write_next() {
  if (waiting_.empty()) return;
  std::vector<Commit> batch;
  while (!waiting_.empty() && batch.size() < batch_max_) {
    batch.push_back(std::move(waiting_.front().commit));
    const bool has_alerts = !batch.back().alerts.empty() || !batch.back().alerts_resolved.empty();
    writing_.push_back(
        {std::move(waiting_.front().promise), waiting_.front().asked_at, has_alerts, lines_about(batch.back())});
    waiting_.pop_front();
  }
  surroundings_.meter.count("store_commits_total", {}, static_cast<double>(batch.size()));
  surroundings_.meter.count("store_batches_total", {});
  surroundings_.store.write(std::move(batch),
                            kit::inside<std::vector<CommitResult>>(
                                this, "written", [this](std::vector<CommitResult> r) { written(std::move(r)); }));
}

void StoreActor::written(std::vector<CommitResult> results) {
  TAEL_ASSERT(results.size() == writing_.size(), "the store answers every member of a batch");
  auto answered = std::exchange(writing_, {});
  // The next batch leaves before its neighbours are told, so the disk never waits for us.
  write_next();
  const auto now = surroundings_.timers.elapsed();
  bool alerts_moved = false;
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const bool asker_gave_up = now - answered[i].asked_at >= store_deadline - hearing_takes;
    if (asker_gave_up || results[i].outcome == CommitOutcome::unavailable) read_again_later();
    if (results[i].outcome == CommitOutcome::committed) {
      doubts_ = 0;
      for (const auto& line : answered[i].lines) surroundings_.log.line(line.level, line.event, line.fields);
    }
    alerts_moved = alerts_moved || (answered[i].has_alerts && results[i].outcome == CommitOutcome::committed);
    answered[i].promise.deliver(Remembered{std::move(results[i])});
  }
  if (alerts_moved && peers_->alerts) send(peers_->alerts, AlertsMoved{});
}

void StoreActor::on_exit() {
  waiting_.clear();
  writing_.clear();
}

/// Timers, notices and postings of a commit that nobody was told of exist on disk alone. Those who keep them read
/// them as they would after a restart.
void StoreActor::read_again_later() {
  if (doubt_.is_set()) return;
  doubt_.set(this, doubled(doubt_settles_in, doubt_settles_max, doubts_++), "commits in doubt", [this] {
    send(peers_->timers, Begin{});
    send(peers_->notices, Begin{});
    send(peers_->accounts, Begin{});
    send(peers_->orders, Begin{});
    if (peers_->alerts) send(peers_->alerts, Begin{});
  });
}

}  // namespace tael
