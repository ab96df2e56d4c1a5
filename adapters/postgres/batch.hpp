// A batch of commits as rows of tables. What several commits write to one row becomes one write of
// its last state, guarded by the version that the first of them expects to find; journal rows are
// all kept. Pure: it knows no SQL and no connection.
#pragma once

#include "adapters/postgres/tables.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace tael::postgres {

using Epochs = std::array<std::int64_t, shards_total>;

/// What is wrong with a commit in itself; empty when nothing is. Such a commit never reaches the database.
std::string flaw_of(const Commit& commit);

/// The versions that a row may have before an update.
struct Guard {
  std::int64_t lowest = 0, highest = 0;
};

/// Rows of one table, each once.
template <class Row>
class RowsOnce {
 public:
  struct Slot {
    Row row;
    bool insert;
    Guard guard;
    std::int64_t version;
  };
  /// False when `row` cannot follow what the batch has written to it before.
  bool follows(const std::string& key, bool insert, Guard guard) const {
    const auto found = index_.find(key);
    if (found == index_.end()) return true;
    const auto version = slots_[found->second].version;
    return !insert && guard.lowest <= version && version <= guard.highest;
  }
  void put(const std::string& key, Row row, bool insert, Guard guard, std::int64_t version) {
    const auto [at, is_new] = index_.try_emplace(key, slots_.size());
    if (is_new) {
      slots_.push_back({std::move(row), insert, guard, version});
      return;
    }
    auto& slot = slots_[at->second];
    // What only an insert writes is known to the commit that inserts; one that updates need not know it.
    if constexpr (requires { row.context; }) row.context = std::move(slot.row.context);
    if constexpr (requires { row.currency; }) row.currency = slot.row.currency;
    slot.row = std::move(row);
    slot.version = version;
  }
  bool has_inserts() const {
    return std::ranges::any_of(slots_, [](const Slot& slot) { return slot.insert; });
  }
  std::vector<const Row*> inserts() const { return chosen(true); }
  std::vector<const Row*> updates() const { return chosen(false); }
  std::vector<Guard> guards() const {
    std::vector<Guard> guards;
    for (const auto& slot : slots_)
      if (!slot.insert) guards.push_back(slot.guard);
    return guards;
  }

 private:
  std::vector<const Row*> chosen(bool insert) const {
    std::vector<const Row*> rows;
    for (const auto& slot : slots_)
      if (slot.insert == insert) rows.push_back(&slot.row);
    return rows;
  }
  std::vector<Slot> slots_;
  std::unordered_map<std::string, std::size_t> index_;
};

class Batch {
 public:
  explicit Batch(const Epochs& epochs) : epochs_(epochs) {}

  /// Takes the commit in, or refuses it because it cannot share a transaction with what is in already: it
  /// creates what the batch creates, or does not follow the version that the batch has reached. The next
  /// transaction then shows what comes of it.
  bool take(const Commit& commit);

  /// Every shard that a row of the batch belongs to.
  std::vector<Shard> shards() const;

  std::vector<EventRow> journal;
  RowsOnce<const Order*> orders;  // Pointers into the commits, which outlive the batch.
  RowsOnce<AttemptRow> attempts;
  RowsOnce<RefundRow> refunds;
  RowsOnce<NoticeRow> notices;
  RowsOnce<const IdempotencyKey*> keys;
  RowsOnce<const AccountRow*> accounts;
  RowsOnce<ShardedBreaker> breakers;
  std::vector<ShardedBreaker> breaker_events;
  std::vector<const ChannelTransaction*> transactions;
  std::vector<const Entry*> entries;
  std::vector<PostingRow> postings, postings_due;
  std::vector<const PostingOnItsWay*> postings_applied;
  std::vector<const Exchange*> exchanges;
  std::map<std::pair<std::string, std::string>, AlertRecord> alerts_raised;  ///< By kind and ref, each once.
  std::vector<const AlertResolution*> alerts_resolved;
  RowsOnce<const AlertRecord*> alerts_changed;
  RowsOnce<const AlertMessage*> alert_messages;
  std::map<std::string, QuarantinedMessage> quarantined;  ///< By ref, each once.
  std::vector<Timer> timers_set() const { return chosen(true); }
  std::vector<Timer> timers_struck() const { return chosen(false); }

 private:
  bool follows(const Commit& commit) const;
  std::vector<Timer> chosen(bool armed) const;
  void take_journal(const Commit& commit);
  void take_order(const Commit& commit);
  void take_money(const Commit& commit);
  void take_others(const Commit& commit);
  void take_alerts(const Commit& commit);

  const Epochs& epochs_;
  std::bitset<shards_total> touched_;
  std::unordered_map<std::string, bool> order_numbers_;
  std::set<std::pair<std::string, std::string>> alerts_ended_;
  std::map<Timer, bool> timers_;  ///< True: armed at the batch's end.
};

}  // namespace tael::postgres
