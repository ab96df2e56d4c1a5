// Makes batches durable on one connection. The fate of every commit is known before it is answered:
// a refused batch is halved until the member at fault stands alone, and a COMMIT that died on its way
// is inquired after on a new connection, never written again blindly.
#pragma once

#include "adapters/postgres/boot_clock.hpp"
#include "adapters/postgres/lease_proof.hpp"
#include "adapters/postgres/leases.hpp"
#include "adapters/postgres/postgres_store.hpp"
#include "adapters/postgres/trouble.hpp"

#include <chrono>
#include <functional>

namespace tael::postgres {

class Writer {
 public:
  /// Waits for a length of time; false when there is no time left because the store is closing.
  using Pause = std::function<bool(Duration)>;

  /// Connects, checks the schema's version, takes all shards, and waits until a former owner that may be alive answers
  /// nothing from memory any more.
  Writer(const StoreOptions& options, const Clock& clock, Pause pause);

  std::vector<CommitResult> write(const std::vector<Commit>& batch);

  /// Notices a connection that was closed meanwhile, and connects again when the last failure is long enough ago.
  void look_after_connection();
  /// For a writer without work: the same, and whether our shards are still ours.
  void look_around();
  /// From any thread.
  const LeaseProof& lease() const { return lease_; }
  /// Asks who has our shards, unless that is known well enough. True while they are ours.
  bool prove_lease();
  bool is_up() const { return connection_ != nullptr; }
  int backend_pid() const { return connection_ ? connection_->backend_pid() : 0; }
  Duration until_reconnect() const;

 private:
  using Steady = std::chrono::steady_clock;
  using Members = std::vector<std::size_t>;

  struct Pass {
    const std::vector<Commit>& batch;
    std::vector<CommitResult> results;
    Steady::time_point deadline;
  };
  enum class Fate { committed, nothing_happened, unknown };

  /// Writes the members in order, in as few transactions as they fit.
  void run(Pass& pass, const Members& members);
  /// Writes members that fit one transaction, and answers each.
  void attempt(Pass& pass, Members members);
  /// One transaction. Members that lost to an earlier order or key are answered and returned; then nothing of the
  /// transaction remains and the others are to be tried again.
  Members transact(Pass& pass, const Members& members, const Batch& batch);
  Members answer_losers(Pass& pass, const Members& members, const Batch& batch, const std::vector<Rows>& created);
  void commit();
  /// True when the server says that nothing of the transaction remains.
  bool roll_back();
  /// Nothing is wrong with them: answers all, and keeps some to try out when the store may be back.
  void put_off(Pass& pass, const Members& members, const Trouble& trouble, const std::string& why);
  /// Alone: answers it. Together: halves them and tries again.
  void isolate(Pass& pass, const Members& members, const StatementError& error);
  /// Under which number a transaction of the commit has moved money already; empty when it cannot be read.
  std::string transaction_owner(const Commit& commit);
  void answer(Pass& pass, const Members& members, CommitOutcome outcome, const std::string& error = "");

  /// What became of the batch that was on its way when the connection was lost.
  Fate resolve(Steady::time_point deadline);
  void connect();
  /// Looks who has our shards, and says so the first time that somebody else has one. True while all are ours.
  bool look_for_fence(Connection& connection);
  void outlive_former_owner(Connection& connection, const std::string& former) const;
  /// Nothing can be written now. What was written last is `failed_` when the server refused it for its own reasons.
  void give_up(const Trouble& trouble, const std::string& why);
  void give_up(const std::runtime_error& error);
  /// What failed is tried without its COMMIT: until it passes, the store is not back.
  void rehearse(Connection& connection);
  /// The store writes: what was out is over.
  void settle();
  void pass_point(std::string_view name) const;
  void note(Level level, std::string_view event, const Fields& fields = {}) const;

  /// An outage, from its first failure until something has been written.
  struct Out {
    StoreOutage told;
    Duration since{};
  };

  const StoreOptions& options_;
  Pause pause_;
  BootClock boot_clock_;
  const SteadyClock& steady_;
  LeaseProof lease_;
  Epochs epochs_{};
  bool fenced_ = false;
  std::string writer_;        ///< Name of our row in `tael.writers`, never used by another process.
  std::int64_t number_ = 0;   ///< Of the last batch that counted.
  bool commit_sent_ = false;  ///< Whether the server may carry out what came after it.
  std::unique_ptr<Connection> connection_;
  std::optional<Out> out_;
  std::vector<Commit> failed_;  ///< Some of what the server refused for its own reasons.
  Duration backoff_{0};
  Steady::time_point next_try_{}, connected_at_{};
};

}  // namespace tael::postgres
