// The store's twin for scenarios and tests: in memory, one thread, failing on command. Whoever turns
// the world decides when a write becomes durable and when its answer is heard.
#pragma once

#include "actors/ports/lease.hpp"
#include "adapters/simulated/simulated_disk.hpp"

#include <functional>
#include <memory>

namespace tael::simulated {

class SimulatedStore final : public Store, public Lease {
 public:
  /// Runs what it is given, now or later, in order.
  using Executor = std::function<void(std::function<void()>)>;

  /// Takes all shards of the disk; a store that had them is fenced from now on. The disk outlives the store.
  explicit SimulatedStore(
      SimulatedDisk& disk, Executor executor = [](const std::function<void()>& work) { work(); });
  ~SimulatedStore() override;

  // Faults -------------------------------------------------------------------------------------------------------

  /// The next `count` writes answer `unavailable` and nothing of them happens.
  void refuse_writes(int count) { writes_refused_ = count; }
  /// The next `count` writes happen and answer `unavailable`: the connection died in their COMMIT.
  void lose_answers(int count) { answers_lost_ = count; }
  /// The next `count` reads fail.
  void refuse_reads(int count) { reads_refused_ = count; }
  /// So long passes that what was proved does not count any more.
  void let_lease_end() { proved_ = false; }
  /// Another node takes the shard.
  void lose_shard(Shard shard) { disk_.epochs.at(shard) += 1; }
  void lose_all_shards();
  /// The process dies: what the executor has not made durable is lost, and no answer is heard any more.
  void crash();

  void write(std::vector<Commit> batch, std::function<void(std::vector<CommitResult>)> done) override;
  bool holds() const override { return proved_ && disk_.epochs == held_; }
  void prove(std::function<void(bool)> done) override;
  void load_order(std::string id, std::function<void(Read<std::optional<OrderRecord>>)> done) override;
  void find_order(std::string business, std::string order_no,
                  std::function<void(Read<std::optional<std::string>>)> done) override;
  void find_key(std::string business, std::string route, std::string key,
                std::function<void(Read<std::optional<IdempotencyKey>>)> done) override;
  void load_timers(std::function<void(Read<std::vector<Timer>>)> done) override;
  void load_interrupted(std::function<void(Read<std::vector<std::string>>)> done) override;
  void load_notices(std::function<void(Read<std::vector<Notice>>)> done) override;
  void load_parked_notices(std::string order_id, std::function<void(Read<std::vector<Notice>>)> done) override;
  void load_account(std::string id, std::function<void(Read<std::optional<AccountRow>>)> done) override;
  void load_postings(std::function<void(Read<std::vector<PostingOnItsWay>>)> done) override;
  void load_breakers(std::function<void(Read<std::vector<BreakerRow>>)> done) override;
  void load_alerts_due(std::function<void(Read<AlertsDue>)> done) override;
  void load_open_alerts(std::string kind, std::function<void(Read<std::vector<AlertRecord>>)> done) override;
  void load_alert(std::int64_t id, std::function<void(Read<std::optional<AlertRecord>>)> done) override;

 private:
  std::vector<CommitResult> commit(const std::vector<Commit>& batch);
  /// Runs `work` through the executor unless the store has died by then.
  void later(std::function<void()> work);
  template <class T, class Look>
  void read(std::function<void(Read<T>)> done, Look look);

  SimulatedDisk& disk_;
  Executor executor_;
  Epochs held_{};
  std::shared_ptr<int> life_ = std::make_shared<int>();  ///< Work of an earlier life finds it gone.
  bool proved_ = true;  ///< The twin hears of a thief at once: it needs no time to run out.
  int writes_refused_ = 0, answers_lost_ = 0, reads_refused_ = 0;
};

}  // namespace tael::simulated
