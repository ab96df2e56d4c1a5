#include "actors/store_actor.hpp"

#include "actors/domain/assert.hpp"
#include "actors/kit/manners.hpp"

namespace tael {

StoreActor::StoreActor(caf::actor_config& config, Surroundings surroundings, std::size_t batch_max)
    : StoreActorRef::base(config), surroundings_(surroundings), batch_max_(batch_max) {}

auto StoreActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  return {
      [this](Remember& ask) -> caf::result<Remembered> {  // Ours to take: nobody else holds the message.
        kit::Owed<Remembered> promise{this};
        waiting_.push_back({std::move(ask.commit), promise});
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
    writing_.push_back(std::move(waiting_.front().promise));
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
  for (std::size_t i = 0; i < answered.size(); ++i) answered[i].deliver(Remembered{std::move(results[i])});
}

}  // namespace tael
