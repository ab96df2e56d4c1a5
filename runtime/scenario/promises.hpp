// The invariants of DESIGN.md section 12, checked on the twin's disk and against the institutions' own books: on what
// changed after every instant, and on everything when the world has come to rest.
#pragma once

#include "actors/domain/order.hpp"
#include "adapters/simulated/business_twins.hpp"
#include "adapters/simulated/simulated_disk.hpp"
#include "runtime/scenario/institutions.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace tael::scenario {

class Promises {
 public:
  Promises(const simulated::SimulatedDisk& disk, Institutions& institutions, const simulated::BusinessTwins& businesses)
      : disk_(disk), institutions_(institutions), businesses_(businesses) {}

  /// What was written since the last look; `read` hears each row.
  void look(const std::function<void(const JournalRow&)>& read = {});
  /// What is due and unheard, once a minute: longer than minutes only while the node or its store is down (`since` is
  /// when both were there again), a switch or a breaker is in the way, or a person was told that the order is parked.
  void look_at_timers(TimePoint now, TimePoint since);
  /// Rows looked at so far.
  std::int64_t rows_seen() const { return rows_seen_; }
  /// The journal was cleared after a look.
  void journal_was_cleared() { rows_read_ = 0; }
  /// Everything, once nothing is under way any more.
  void look_at_rest(TimePoint now);
  /// What a caller was told about an order must be on disk already.
  void told(const std::string& order_id, std::int64_t version);
  void broken(std::string promise) { broken_.push_back(std::move(promise)); }
  const std::vector<std::string>& all_broken() const { return broken_; }

 private:
  /// What an order was at the last look: enough to see that what ended stays as it ended.
  struct Seen {
    OrderState state = OrderState::created;
    std::vector<AttemptState> attempts;
    std::vector<RefundState> refunds;
  };
  void look_at_breakers();
  bool is_held_up(const Timer& timer, TimePoint now) const;
  void look_at(const Order& order);
  void look_at_attempt(const Order& order, const Attempt& attempt);
  void look_at_refund(const Order& order, const Refund& refund);
  void look_at_transaction(NumberKind kind, const std::string& path, const std::string& transaction,
                           const std::string& number);
  void look_at_entry(const Order& order, const std::string& id, std::int64_t amount);
  void rest_of_order(const Order& order);
  void rest_of_notices();
  void rest_of_money();
  bool has_alert(std::string_view kind, std::string_view ref) const;

  const simulated::SimulatedDisk& disk_;
  Institutions& institutions_;
  const simulated::BusinessTwins& businesses_;
  std::size_t rows_read_ = 0, moves_read_ = 0;
  TimePoint timers_read_at_{};
  std::int64_t rows_seen_ = 0;
  std::unordered_map<std::string, std::string> breaker_states_;
  std::unordered_map<std::string, std::int64_t> versions_;
  std::unordered_map<std::string, Seen> seen_;
  std::map<simulated::SimulatedDisk::TransactionName, std::string> transactions_;  ///< Whose money each moved.
  std::vector<std::string> broken_;
};

}  // namespace tael::scenario
