// The store on PostgreSQL: one thread writes, one reads, each with a connection of its own. It never
// waits to fill a batch, never blocks its caller, and answers `unavailable` while the database is away.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/crash_point.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/lease.hpp"
#include "actors/ports/log.hpp"
#include "actors/ports/store.hpp"

#include <functional>
#include <memory>
#include <string>

namespace tael::postgres {

/// A time in which nothing can be written. Told when it begins, and again when it is over.
struct StoreOutage {
  std::string kind;  ///< Of `trouble.hpp`.
  std::string why;   ///< A sentence for people without anything of the server's own.
  bool over = false;
  int tries = 0;       ///< To come back, once it is over.
  int refused = 0;     ///< Commits that were not written, once it is over.
  Duration lasted{0};  ///< Once it is over.
};

struct StoreOptions {
  std::string url;            ///< libpq's connection string.
  std::string node = "tael";  ///< Who owns the shards; unique among the nodes of a database.
  Duration connect_within{2000};
  Duration answer_within{5000};     ///< The longest wait for one transaction's answers.
  Duration read_within{60'000};     ///< The same for a read; recovery reads scan tables.
  Duration resolve_within{30'000};  ///< How long an unclear COMMIT is inquired after before it is `unavailable`.
  Duration take_within{15'000};     ///< How long `PostgresStore` waits for an old owner's last write.
  Duration backoff_min{50};         ///< Between tries to reconnect.
  Duration backoff_max{10'000};
  Dice* dice = nullptr;                 ///< Spreads those tries among nodes; without one they come at their latest.
  const SteadyClock* steady = nullptr;  ///< Ends leases; the machine's own when there is none.
  CrashPoints* crash_points = nullptr;  ///< store.before_commit, store.commit_sent, store.after_commit
  Log* log = nullptr;
  /// Called once, on the store's thread, when `owner` has taken a shard of ours: what is taken is never ours again.
  std::function<void(const std::string& owner)> on_fenced{};
  /// Called on the store's thread.
  std::function<void(const StoreOutage&)> on_outage{};
};

class PostgresStore final : public Store, public Lease {
 public:
  /// Connects and takes all shards from whoever had them. Throws `ConnectionLost`, `StatementError`, or
  /// `SchemaTooNew` when the schema is not the one this binary knows; see `migrate`.
  PostgresStore(StoreOptions options, const Clock& clock);
  /// Finishes what is being written, and answers `unavailable` to what waits.
  ~PostgresStore() override;

  void write(std::vector<Commit> batch, std::function<void(std::vector<CommitResult>)> done) override;
  bool holds() const override;
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

  /// True while the writer has its connection and what failed last would pass. From any thread.
  bool is_up() const;
  /// Process id of the writer's server process; 0 while it has none.
  int writer_backend() const;

 private:
  struct Threads;
  std::unique_ptr<Threads> threads_;
};

}  // namespace tael::postgres
