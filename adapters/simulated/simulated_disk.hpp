// What the simulated store keeps when its process dies. The rules of the real schema (versions, unique
// numbers, checks, balance, ownership) are kept here too; the contract suite holds both to the same.
#pragma once

#include "actors/ports/store.hpp"

#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace tael::simulated {

using Epochs = std::array<std::int64_t, shards_total>;

/// Everything is open to look at, so that a scenario can check its invariants after any step.
struct SimulatedDisk {
  struct ByDueTime {
    bool operator()(const Timer& a, const Timer& b) const {
      return std::tie(a.due_at, a.shard, a.kind, a.ref) < std::tie(b.due_at, b.shard, b.kind, b.ref);
    }
  };
  using KeyName = std::tuple<std::string, std::string, std::string>;  ///< business, route, key

  Epochs epochs{};
  bool keeps_exchanges = true;      ///< Off for long days: nobody who plays reads them.
  std::vector<JournalRow> journal;  ///< In the order it was written; whoever has read it may clear it.
  std::unordered_map<std::string, std::vector<std::int64_t>> versions;  ///< Written, by entity, in order.
  std::map<std::string, Order> orders;                                  ///< With attempts and refunds, ordered by `no`.
  std::map<std::pair<std::string, std::string>, std::string> order_numbers;
  std::map<std::string, Notice> notices;
  std::map<std::string, Entry> entries;
  std::set<std::string> causes;
  using TransactionName = std::tuple<std::string, NumberKind, std::string>;  ///< channel, kind, transaction
  std::map<TransactionName, std::string> channel_transactions;               ///< The number whose money each moved.
  std::vector<PostingOnItsWay> postings;  ///< On their way, in the order they were written.
  std::map<std::string, AccountRow> accounts;
  std::set<Timer, ByDueTime> timers;
  std::map<KeyName, IdempotencyKey> keys;
  std::vector<Exchange> exchanges;
  std::vector<AlertRecord> alerts;                       ///< By id, from 1.
  std::map<std::string, AlertMessage> alert_messages;    ///< By `message_id`.
  std::map<std::string, QuarantinedMessage> quarantine;  ///< By `ref_of`.
  std::map<std::string, BreakerRow> breakers;
  std::vector<BreakerRow> breaker_events;

  /// What comes of a commit whose writer holds `held`. Nothing is changed unless it is committed, and then all of it
  /// is.
  CommitResult take(const Commit& commit, const Epochs& held);

  std::optional<OrderRecord> load_order(const std::string& id) const;
  std::vector<std::string> interrupted() const;
  std::vector<Notice> due_notices() const;
  std::vector<Notice> parked_notices(const std::string& order_id) const;
  /// Of the shards that `held` holds.
  AlertsDue alerts_due(const Epochs& held) const;
  std::vector<AlertRecord> open_alerts(const std::string& kind) const;
  /// Refs of messages that are kept from their adapters.
  std::vector<std::string> messages_held() const;
  std::optional<AlertRecord> load_alert(std::int64_t id) const;

 private:
  CommitResult judge(const Commit& commit, const Epochs& held) const;
  std::string breach_of(const Commit& commit) const;
  bool was_written(const Commit& commit) const;
  std::string rival_of(const Commit& commit) const;
  std::string transaction_owner(const Commit& commit) const;
  void apply(const Commit& commit);
  void apply_alerts(const Commit& commit);
  AlertRecord* open_alert(const std::string& kind, const std::string& ref);
};

}  // namespace tael::simulated
