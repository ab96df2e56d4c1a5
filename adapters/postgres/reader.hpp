// Reads what has been committed, on a connection of its own. A failed read throws; it is never an
// empty one.
#pragma once

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/postgres_store.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace tael::postgres {

class Reader {
 public:
  explicit Reader(const StoreOptions& options) : options_(options) {}

  std::optional<OrderRecord> load_order(const std::string& id);
  std::optional<std::string> find_order(const std::string& business, const std::string& order_no);
  std::optional<IdempotencyKey> find_key(const std::string& business, const std::string& route, const std::string& key);
  std::vector<Timer> load_timers();
  std::vector<std::string> load_interrupted();
  std::vector<Notice> load_notices();
  std::vector<Notice> load_parked_notices(const std::string& order_id);
  std::optional<AccountRow> load_account(const std::string& id);
  std::vector<PostingOnItsWay> load_postings();
  std::vector<BreakerRow> load_breakers();
  AlertsDue load_alerts_due();
  std::vector<AlertRecord> load_open_alerts(const std::string& kind);
  std::optional<AlertRecord> load_alert(std::int64_t id);

 private:
  /// Runs `statement`, on a new connection when the old one turns out to be gone.
  Rows run(const std::string& statement, const Parameters& parameters = {});
  /// Runs statements that each take the shard and the order's id, in one snapshot.
  std::vector<Rows> run_for_order(const std::vector<std::string>& statements, Shard shard, const std::string& id);
  template <class Work>
  auto with_connection(Work work);
  void connect();

  const StoreOptions& options_;
  std::unique_ptr<Connection> connection_;
  std::chrono::steady_clock::time_point next_try_{};
};

}  // namespace tael::postgres
