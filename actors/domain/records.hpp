// What else is written down beside orders: journal rows, entries, timers, exchanges, alerts. Values only.
#pragma once

#include "actors/domain/order.hpp"

#include <string>
#include <variant>
#include <vector>

namespace tael {

/// One named value of a journal body. The store writes them as one JSON object.
struct Field {
  std::string name;
  std::variant<std::string, std::int64_t, bool> value;
  friend bool operator==(const Field&, const Field&) = default;
};
using Fields = std::vector<Field>;

/// One thing that happened to one entity. Append-only; (entity, version) is unique and has no gap.
struct JournalRow {
  Shard shard = 0;
  std::string entity;
  std::int64_t version = 0;
  std::string kind;  ///< order_created, attempt_sent, order_paid...
  Fields body;
  std::string cause;  ///< What made it happen: request id, channel call, callback, timer, restart.
  BusinessContext context;
  TimePoint at{};
};

/// A change of one account by one entry. Debits are positive, credits negative.
struct Posting {
  std::string account;
  std::int64_t amount = 0;
  Currency currency;
  bool running_balance = true;  ///< False for hot `internal` accounts: nothing is on its way.
  friend bool operator==(const Posting&, const Posting&) = default;
};

/// Balanced, immutable, with a cause that no other entry has.
struct Entry {
  Shard shard = 0;
  std::string id;     ///< Attempt or refund number, a colon, the rule.
  std::string cause;  ///< Unique: `channel/transaction/kind` for channel money.
  std::string rule;   ///< Of the posting rules: payment, refund, surplus_received, surplus_refunded...
  std::string order_id;
  BusinessContext context;
  TimePoint at{};
  std::vector<Posting> postings;
};

/// A transaction that moved money, as its channel numbers it: it belongs to one number of ours, for ever.
struct ChannelTransaction {
  Shard shard = 0;
  std::string channel;
  NumberKind kind = NumberKind::payment;
  std::string transaction;  ///< Never empty: what a channel does not number is not kept.
  std::string number;       ///< Of the attempt or the refund.
  friend bool operator==(const ChannelTransaction&, const ChannelTransaction&) = default;
};

enum class TimerKind { order_close, attempt_inquiry, refund_try, notice_try };
std::string_view name_of(TimerKind kind);

/// Follows from state; struck only in the transaction of its effect. The four fields are its key.
struct Timer {
  Shard shard = 0;
  TimerKind kind = TimerKind::order_close;
  std::string ref;  ///< Order id, attempt number, refund id or notice id.
  TimePoint due_at{};
  friend auto operator<=>(const Timer&, const Timer&) = default;
};

/// One request, answer or callback with a channel or a business's endpoint, already masked.
struct Exchange {
  Shard shard = 0;
  std::string order_id, number, channel, direction;  ///< direction: out (we called) or in (callback).
  std::string op;                                    ///< pay, inquire, close, refund, inquire_refund, callback
  std::string request;                               ///< Head and body, masked, at most 8 KiB.
  std::string response;                              ///< The same; empty when nothing came.
  std::string outcome;                               ///< The ending, or why a callback was refused.
  int status = 0;                                    ///< HTTP status; 0 without an answer.
  TimePoint started_at{};
  std::int64_t took_ms = 0;
};

enum class Severity { info, warning, critical };
std::string_view name_of(Severity severity);

struct Alert {
  Shard shard = 0;
  std::string kind;  ///< notice_parked, refund_parked, amount_mismatch, attempt_in_doubt, channel_closed...
  std::string ref;   ///< What it is about.
  Severity severity = Severity::warning;
  std::string message;  ///< One sentence for three in the morning.
  BusinessContext context;
  TimePoint at{};
  std::string channel{};  ///< The one it is about, whose owner is told; mostly known.
  int usual = 0;          ///< Of a silent link: the rate, of a thousand, that it fell from and is held against.
};

}  // namespace tael
