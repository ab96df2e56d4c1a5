// A store that tells what became durable, as it becomes durable: pages follow orders and breakers live by it, without
// a question to the store or an actor. Whoever listens must not block; what it hears is never undone.
#pragma once

#include "actors/ports/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tael {

/// A call to a channel to be paid, as it ended.
struct PayCallEnded {
  std::string path;
  std::string outcome;  ///< approved, declined, not_sent, pending or silent.
  std::int64_t took_ms = 0;
  TimePoint at{};
};

/// What one transaction made true, as far as pages care.
struct StoreNews {
  std::vector<std::string> orders;   ///< Changed ones.
  std::vector<BreakerRow> breakers;  ///< As they are after a move, in the order of their moves.
  std::vector<PayCallEnded> calls;
  std::vector<std::string> paid;              ///< Paths that an order was paid by.
  std::vector<std::string> found_by_inquiry;  ///< Those of them of which an inquiry told us, and no callback.
  bool alerts = false;                        ///< There are new ones, or some have moved.
  bool empty() const { return orders.empty() && breakers.empty() && !alerts; }
};

class ObservedStore final : public Store {
 public:
  using Listener = std::function<void(const StoreNews&)>;

  /// The store outlives this; `listener` is called on its thread, before whoever wrote hears that it is durable.
  ObservedStore(Store& store, Listener listener) : store_(store), listener_(std::move(listener)) {}

  void write(std::vector<Commit> batch, std::function<void(std::vector<CommitResult>)> done) override;
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
  Store& store_;
  Listener listener_;
};

/// What `commit` says once it is durable.
StoreNews news_of(const Commit& commit);

}  // namespace tael
