// The only durable truth, as the actors see it. One `Commit` is everything that became true in one
// step of one entity; the store makes a batch of them durable in one transaction, each member whole
// or not at all, and answers every member after the transaction is on disk.
#pragma once

#include "actors/domain/alert_life.hpp"
#include "actors/domain/quarantined.hpp"
#include "actors/domain/records.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tael {

/// A row and what becomes of it. The single writer knows which, so the store never upserts.
template <class Row>
struct Write {
  Row row;
  bool insert = false;  ///< False: update of a row that exists.
};

/// The stored answer to an Idempotency-Key. `status` 0 means the work is under way.
struct IdempotencyKey {
  Shard shard = 0;
  std::string business, route, key;
  std::string body_hash;  ///< SHA-256 over method, path and body, lower-case hex.
  std::string order_id;
  int status = 0;
  std::string answer;
  TimePoint at{};
};

struct AccountRow {
  Shard shard = 0;
  std::string id;  ///< `kind:owner:currency`, for example `business_payable:bakery:CNY`.
  std::string kind;
  Currency currency;
  std::int64_t balance = 0;  ///< Debit positive.
  std::int64_t version = 0;
  TimePoint at{};
};

/// A posting that its account has not applied yet.
struct PostingOnItsWay {
  Shard shard = 0;
  std::string entry;
  std::string account;
  std::int64_t amount = 0;
  Currency currency;
};

struct BreakerRow {
  std::string path;           ///< `channel`, `channel/method` or `channel/method/bank`
  std::string static_switch;  ///< on, off, forced_open, forced_closed
  std::string state;          ///< closed, open, half_open
  std::int64_t seq = 0;       ///< Of its last event, without gaps.
  TimePoint until{};          ///< When open ends or the override expires; zero when neither.
  std::string from, cause, actor;
  TimePoint at{};
  std::string op = "pay";  ///< The operation class; with the path it is the key.
  // Of the event alone.
  std::int64_t generation = 0;
  std::string reason{};
  int total = 0, failures = 0, timeouts = 0, exceptions = 0, slow = 0;
  // Of the half-open time that ended: probes let through, how many there might be, how many calls came, and the largest
  // share of them that a stage lets through. Zero elsewhere.
  int probes_admitted = 0, probes_allowed = 0, probes_asked = 0, probes_percent = 0;
};
/// How a breaker is called where it needs one name: its entity in the journal is `breaker:` and this.
inline std::string breaker_name(const std::string& path, std::string_view op) {
  return op == "pay" ? path : std::string{op} + ":" + path;
}
inline std::string breaker_name(const BreakerRow& row) { return breaker_name(row.path, row.op); }

struct Commit {
  Shard shard = 0;
  std::vector<JournalRow> journal;
  std::optional<Write<Order>> order;  ///< The order's own row; its attempts and refunds are below.
  std::vector<Write<Attempt>> attempts;
  std::vector<Write<Refund>> refunds;
  std::vector<Write<Notice>> notices;
  std::vector<ChannelTransaction> transactions;
  std::vector<Entry> entries;  ///< With postings; those with a running balance start on their way.
  std::vector<Timer> timers_struck;
  std::vector<Timer> timers_set;
  std::vector<Exchange> exchanges;
  std::vector<Alert> alerts;  ///< Raised: one that is open already grows instead.
  std::vector<AlertResolution> alerts_resolved;
  std::vector<AlertRecord> alerts_changed;  ///< What a person or the alerts' actor did; `count` is not theirs.
  std::vector<Write<AlertMessage>> alert_messages;
  std::vector<QuarantinedMessage> quarantined;  ///< One that is known already counts up.
  std::optional<Write<IdempotencyKey>> key;
  std::optional<Write<AccountRow>> account;
  std::vector<PostingOnItsWay> postings_applied;  ///< Leave their way in this commit.
  std::optional<Write<BreakerRow>> breaker;       ///< Current state and one breaker event.
};

enum class CommitOutcome {
  committed,
  order_exists,  ///< (business, order_no) is taken; `existing` says by which order.
  key_exists,    ///< The Idempotency-Key is taken.
  /// A channel's transaction has moved money under another number; `existing` says under which. Nothing was written.
  transaction_taken,
  conflict,     ///< (entity, version) exists already, or a row to update was not there: another owner won.
  fenced,       ///< This node does not own the shard at its epoch any more.
  refused,      ///< A constraint of the schema forbids it: our own mistake, see `error`.
  unavailable,  ///< The store could not be reached, or the commit's fate is unknown after its deadline.
};
constexpr std::string_view name_of(CommitOutcome outcome) {
  switch (outcome) {
    case CommitOutcome::committed: return "committed";
    case CommitOutcome::order_exists: return "order_exists";
    case CommitOutcome::key_exists: return "key_exists";
    case CommitOutcome::transaction_taken: return "transaction_taken";
    case CommitOutcome::conflict: return "conflict";
    case CommitOutcome::fenced: return "fenced";
    case CommitOutcome::refused: return "refused";
    case CommitOutcome::unavailable: return "unavailable";
  }
  return "unnamed";
}

struct CommitResult {
  CommitOutcome outcome = CommitOutcome::unavailable;
  std::string existing;  ///< Order id, with `order_exists`; a number of ours, with `transaction_taken`.
  std::string error;
};

/// The order with its attempts and refunds, and its newest notice.
struct OrderRecord {
  Order order;
  std::optional<Notice> notice;
};

/// What the alerts' actor has to do, oldest first and bounded; the next look finds the rest.
struct AlertsDue {
  std::vector<AlertRecord> alerts;                      ///< With `next_at`.
  std::vector<AlertMessage> messages;                   ///< In `due`.
  std::vector<std::pair<Severity, std::int64_t>> open;  ///< How many are unresolved; a severity without any is absent.
};

/// A failed read is never an empty one: `error` says so.
template <class T>
struct Read {
  T value{};
  std::string error;
  bool ok() const { return error.empty(); }
};

class Store {
 public:
  virtual ~Store() = default;

  /// Writes the batch in one transaction that proves, inside itself, that this node owns every shard
  /// in it. Poison members fail alone. `done` gets one result per commit, in order, once durable;
  /// called from the store's thread. At most one `write` may be under way.
  virtual void write(std::vector<Commit> batch, std::function<void(std::vector<CommitResult>)> done) = 0;

  // Reads run on a connection of their own and see what has been committed.
  virtual void load_order(std::string id, std::function<void(Read<std::optional<OrderRecord>>)> done) = 0;
  virtual void find_order(std::string business, std::string order_no,
                          std::function<void(Read<std::optional<std::string>>)> done) = 0;
  virtual void find_key(std::string business, std::string route, std::string key,
                        std::function<void(Read<std::optional<IdempotencyKey>>)> done) = 0;
  /// All armed timers of the owned shards, ordered by due time.
  virtual void load_timers(std::function<void(Read<std::vector<Timer>>)> done) = 0;
  /// Orders to wake after a restart: those with an attempt `sent`, a refund `requested` or
  /// `sent`, or in `closing`.
  virtual void load_interrupted(std::function<void(Read<std::vector<std::string>>)> done) = 0;
  /// Notices in `due`, ordered by `next_at`.
  virtual void load_notices(std::function<void(Read<std::vector<Notice>>)> done) = 0;
  /// Of one order, oldest first: those in `parked`.
  virtual void load_parked_notices(std::string order_id, std::function<void(Read<std::vector<Notice>>)> done) = 0;
  virtual void load_account(std::string id, std::function<void(Read<std::optional<AccountRow>>)> done) = 0;
  /// Postings on their way, in the order they were written.
  virtual void load_postings(std::function<void(Read<std::vector<PostingOnItsWay>>)> done) = 0;
  virtual void load_breakers(std::function<void(Read<std::vector<BreakerRow>>)> done) = 0;
  // Of the shards this node owns. A store that keeps no alerts says so.
  virtual void load_alerts_due(std::function<void(Read<AlertsDue>)> done) {
    done({.value = {}, .error = "this store keeps no alerts"});
  }
  /// The unresolved ones of a kind.
  virtual void load_open_alerts(std::string, std::function<void(Read<std::vector<AlertRecord>>)> done) {
    done({.value = {}, .error = "this store keeps no alerts"});
  }
  virtual void load_alert(std::int64_t, std::function<void(Read<std::optional<AlertRecord>>)> done) {
    done({.value = {}, .error = "this store keeps no alerts"});
  }
};

}  // namespace tael
