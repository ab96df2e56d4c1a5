// The columns of every table that the store writes. `_key` finds a row, `_fixed` never changes after
// the insert, `_state` is what an update sets.
#pragma once

#include "actors/ports/store.hpp"
#include "adapters/postgres/columns.hpp"

namespace tael::postgres {

/// An attempt, refund, notice or breaker has no shard, order or context of its own; its commit has.
struct AttemptRow {
  Shard shard = 0;
  std::string order_id;
  BusinessContext context;
  Currency currency;
  Attempt attempt;
};
struct RefundRow {
  Shard shard = 0;
  std::string order_id;
  BusinessContext context;
  Currency currency;
  Refund refund;
};
struct NoticeRow {
  BusinessContext context;
  Notice notice;
};
struct PostingRow {
  Shard shard = 0;
  std::string entry;
  int no = 0;
  Posting posting;
};
struct ShardedBreaker {
  Shard shard = 0;
  BreakerRow breaker;
};
struct EventRow {
  JournalRow row;    ///< Without its body.
  std::string body;  ///< The fields as JSON text.
  std::int64_t epoch = 0;
};

struct Tables {
  Columns<EventRow> journal;
  Columns<Order> order_key, order_fixed, order_state;
  Columns<AttemptRow> attempt_key, attempt_fixed, attempt_state;
  Columns<RefundRow> refund_key, refund_fixed, refund_state;
  Columns<NoticeRow> notice_key, notice_fixed, notice_state;
  Columns<Timer> timer;
  Columns<IdempotencyKey> key_key, key_fixed, key_state;
  Columns<ChannelTransaction> channel_transaction;
  Columns<Entry> entry;
  Columns<PostingRow> posting;
  Columns<PostingOnItsWay> posting_due;
  Columns<AccountRow> account_key, account_fixed, account_state;
  Columns<Exchange> exchange;
  Columns<AlertRecord> alert_raised, alert_key, alert_state, alert_read;
  Columns<AlertResolution> alert_resolution;
  Columns<AlertMessage> alert_message_key, alert_message_fixed, alert_message_state;
  Columns<QuarantinedMessage> quarantined;
  Columns<ShardedBreaker> breaker_key, breaker_state;
};

const Tables& tables();

}  // namespace tael::postgres
