// Group commit: whatever waits in the mailbox while a batch is being written becomes the next batch. Load
// makes batches, never waiting: an idle node commits a lone step at once.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"
#include "actors/store_news.hpp"

#include <deque>

namespace tael {

using StoreActorRef = StoreRef::extend<caf::reacts_to<kit::Run>>;

/// Invariants
///  - At most one batch is being written; its members are answered only when it is durable.
///  - Members are written in the order they were asked for.
class StoreActor : public StoreActorRef::base {
 public:
  /// `batch_max`: members of one transaction, 1..4096.
  StoreActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
             std::size_t batch_max);
  behavior_type make_behavior() override;
  /// A promise holds whoever waits for it, who holds us: what is not let go here is never freed.
  void on_exit() override;
  const char* name() const override { return "store"; }

 private:
  struct Waiting {
    Commit commit;
    kit::Owed<Remembered> promise;
    Duration asked_at{};  ///< As the asker's deadline is measured, which no set clock moves.
  };
  struct Writing {
    kit::Owed<Remembered> promise;
    Duration asked_at{};
    bool has_alerts = false;
    std::vector<LogLine> lines;  ///< Once it is durable.
  };

  void write_next();
  void written(std::vector<CommitResult> results);
  void read_again_later();

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  std::size_t batch_max_;
  std::deque<Waiting> waiting_;
  std::vector<Writing> writing_;
  int doubts_ = 0;    ///< In a row, without a commit in between.
  kit::Alarm doubt_;  ///< Set while something may be durable that nobody has heard of.
};

}  // namespace tael
