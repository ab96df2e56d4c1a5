#include "adapters/postgres/statements.hpp"

namespace tael::postgres {
namespace {

const Columns<Guard> guard_columns{column<&Guard::lowest>("lowest"), column<&Guard::highest>("highest")};

template <class Row>
Statement insert(const std::string& table, const Columns<Row>& columns, const std::string& ending = "") {
  return {"insert_" + table, "insert into tael." + table + " (" + names_of(columns) + ") select * from unnest(" +
                                 arrays_of(columns) + ")" + ending};
}

template <class Row>
std::string same_key(const Columns<Row>& key) {
  std::string condition;
  for (const auto& c : key)
    condition += (condition.empty() ? "t." : " and t.") + std::string{c.name} + " = v." + std::string{c.name};
  return condition;
}

/// The rows of `table` that belong to those of `source v`, each found by its key on its own. A plain join would leave
/// the planner a choice, and a plan made while the table was small (and then kept, as ours are) scans all of it for
/// each row.
std::string rows_found(const std::string& table, const std::string& source, const std::string& condition) {
  return "(select v.*, found.place from " + source + ", lateral (select t.ctid as place from tael." + table +
         " t where " + condition + " offset 0) found) v where t.ctid = v.place";
}

/// `version` names the column that the guard is about; empty for tables whose rows their order guards.
template <class Row>
Statement update(const std::string& table, const Columns<Row>& key, const Columns<Row>& state,
                 const std::string& version = "") {
  const auto given = key + state;
  auto parameters = arrays_of(given), names = names_of(given), condition = same_key(key);
  auto count = given.size();
  if (!version.empty()) {
    parameters += ", " + arrays_of(guard_columns, count + 1);
    names += ", " + names_of(guard_columns);
    condition += " and t." + version + " between v.lowest and v.highest";
    count += guard_columns.size();
  }
  std::string set;
  for (const auto& c : state) set += (set.empty() ? "" : ", ") + std::string{c.name} + " = v." + std::string{c.name};
  return {"update_" + table, "with changed as (update tael." + table + " t set " + set + " from " +
                                 rows_found(table, "unnest(" + parameters + ") as v(" + names + ")", condition) +
                                 " returning 1) select tael.expect_rows('" + table +
                                 "', (select count(*) from changed), $" + std::to_string(count + 1) + "::bigint)"};
}

Statement fence() {
  return {"fence",
          "select tael.expect_lease((select count(*) from (select from tael.shard_lease l "
          "join unnest($1::smallint[], $2::bigint[]) as v(shard, epoch) on l.shard = v.shard and l.epoch = v.epoch "
          "where l.owner = $3::text for share of l) held), cardinality($1::smallint[]))"};
}

Statement count_batch() {
  return {"count_batch",
          "with counted as (update tael.writers set batch = $2::bigint where writer = $1::text and "
          "batch = $2::bigint - 1 returning 1) select tael.expect_batch((select count(*) from counted))"};
}

// Striking what is not armed and arming what is armed change nothing: a timer is no more than its key.
Statement strike(const Columns<Timer>& timer) {
  return {"strike",
          "delete from tael.timers t using " +
              rows_found("timers", "unnest(" + arrays_of(timer) + ") as v(" + names_of(timer) + ")", same_key(timer))};
}

Statement apply_postings(const Columns<PostingOnItsWay>& due) {
  const auto names = names_of(due);
  return {"apply_postings", "with given as (select " + names + ", count(*) as times from unnest(" + arrays_of(due) +
                                ") as g(" + names + ") group by " + names +
                                "), applied as (delete from tael.postings_due t using " +
                                rows_found("postings_due", "given v", same_key(due)) +
                                " returning 1) select tael.expect_rows('postings_due', (select count(*) from applied), "
                                "(select coalesce(sum(times), 0)::bigint from given))"};
}

/// Raised again while unresolved it is the same alert: it counts up and shows the newest words and the worst severity.
Statement raise_alerts(const Columns<AlertRecord>& raised) {
  return insert(
      "alerts", raised,
      " on conflict (kind, ref) where resolved_at is null do update set count = alerts.count + excluded.count, "
      "last_at = greatest(alerts.last_at, excluded.last_at), message = excluded.message, usual = excluded.usual, "
      "severity = case when "
      "'critical' in (alerts.severity, excluded.severity) then 'critical' when 'warning' in (alerts.severity, "
      "excluded.severity) then 'warning' else 'info' end");
}

Statement quarantine(const Columns<QuarantinedMessage>& held) {
  return insert("quarantine", held,
                " on conflict (channel, message) do update set crashes = quarantine.crashes + excluded.crashes, "
                "last_at = greatest(quarantine.last_at, excluded.last_at), error = excluded.error, "
                "error_hash = excluded.error_hash");
}

Statement resolve_alerts(const Columns<AlertResolution>& given) {
  return {"resolve_alerts",
          "update tael.alerts t set resolved_by = 'tael', resolved_note = v.note, resolved_at = v.at, version = "
          "t.version + 1, next_at = case when t.told > 0 and v.is_news then v.at end from " +
              rows_found("alerts", "unnest(" + arrays_of(given) + ") as v(" + names_of(given) + ")",
                         "t.kind = v.kind and t.ref = v.ref and t.resolved_at is null")};
}

std::vector<Statement> make_statements() {
  const auto& t = tables();
  return {
      {"begin", "begin"},
      {"commit", "commit"},
      {"rollback", "rollback"},
      fence(),
      count_batch(),
      {"transaction_owner",
       "select number from tael.channel_transactions where channel = $1::text and kind = $2::text and "
       "channel_transaction = $3::text"},
      {"existing_order", "select id from tael.orders where business = $1::text and order_no = $2::text"},
      insert("idempotency_keys", t.key_key + t.key_fixed + t.key_state,
             " on conflict (business, route, key) do nothing returning business, route, key"),
      insert("orders", t.order_key + t.order_fixed + t.order_state,
             " on conflict on constraint orders_order_no do nothing returning id"),
      insert("journal", t.journal),
      insert("attempts", t.attempt_key + t.attempt_fixed + t.attempt_state),
      insert("refunds", t.refund_key + t.refund_fixed + t.refund_state),
      insert("notices", t.notice_key + t.notice_fixed + t.notice_state),
      insert("accounts", t.account_key + t.account_fixed + t.account_state),
      insert("breakers", t.breaker_key + t.breaker_state),
      insert("breaker_events", t.breaker_key + t.breaker_state),
      insert("channel_transactions", t.channel_transaction),
      insert("entries", t.entry),
      insert("postings", t.posting),
      insert("postings_due", t.posting),
      insert("timers", t.timer, " on conflict do nothing"),
      insert("exchanges", t.exchange),
      raise_alerts(t.alert_raised),
      resolve_alerts(t.alert_resolution),
      quarantine(t.quarantined),
      insert("alert_messages", t.alert_message_key + t.alert_message_fixed + t.alert_message_state),
      update("alert_messages", t.alert_message_key, t.alert_message_state),
      update("alerts", t.alert_key, t.alert_state, "version"),
      update("orders", t.order_key, t.order_state, "version"),
      update("attempts", t.attempt_key, t.attempt_state),
      update("refunds", t.refund_key, t.refund_state),
      update("notices", t.notice_key, t.notice_state, "version"),
      update("accounts", t.account_key, t.account_state, "version"),
      update("breakers", t.breaker_key, t.breaker_state, "seq"),
      update("idempotency_keys", t.key_key, t.key_state),
      strike(t.timer),
      apply_postings(t.posting_due),
  };
}

template <class Row, class Range>
void send_rows(Connection& connection, const std::string& statement, const Columns<Row>& columns, const Range& rows) {
  if (rows.empty()) return;
  Parameters parameters;
  add_arrays(parameters, columns, rows);
  connection.send(statement, parameters);
}

template <class Row, class Stored>
void send_updates(Connection& connection, const std::string& table, const Columns<Row>& columns,
                  const RowsOnce<Stored>& once, bool guarded) {
  const auto rows = once.updates();
  if (rows.empty()) return;
  Parameters parameters;
  add_arrays(parameters, columns, rows);
  if (guarded) add_arrays(parameters, guard_columns, once.guards());
  parameters.add(static_cast<std::int64_t>(rows.size()));
  connection.send("update_" + table, parameters);
}

void send_alerts(Connection& connection, const Batch& batch) {
  const auto& t = tables();
  std::vector<const AlertRecord*> raised;  // In the order of their keys, so that two nodes never wait for each other.
  for (const auto& [key, alert] : batch.alerts_raised) raised.push_back(&alert);
  send_rows(connection, "insert_alerts", t.alert_raised, raised);
  send_rows(connection, "resolve_alerts", t.alert_resolution, batch.alerts_resolved);
  send_updates(connection, "alerts", t.alert_key + t.alert_state, batch.alerts_changed, true);
  std::vector<const QuarantinedMessage*> held;
  for (const auto& [ref, message] : batch.quarantined) held.push_back(&message);
  send_rows(connection, "insert_quarantine", t.quarantined, held);
  send_rows(connection, "insert_alert_messages", t.alert_message_key + t.alert_message_fixed + t.alert_message_state,
            batch.alert_messages.inserts());
  send_updates(connection, "alert_messages", t.alert_message_key + t.alert_message_state, batch.alert_messages, false);
}

}  // namespace

const std::vector<Statement>& write_statements() {
  static const auto made = make_statements();
  return made;
}

void send_begin(Connection& connection, const Batch& batch, const std::string& node, const Epochs& epochs,
                const std::string& writer, std::int64_t number) {
  Array shards{Type::smallint}, held{Type::bigint};
  for (const Shard shard : batch.shards()) {
    shards.add(static_cast<std::int16_t>(shard));
    held.add(epochs[shard]);
  }
  connection.send("begin");
  connection.send("fence", Parameters{}.add(std::move(shards)).add(std::move(held)).add(node));
  connection.send("count_batch", Parameters{}.add(writer).add(number));
}

void send_creates(Connection& connection, const Batch& batch) {
  const auto& t = tables();
  send_rows(connection, "insert_idempotency_keys", t.key_key + t.key_fixed + t.key_state, batch.keys.inserts());
  send_rows(connection, "insert_orders", t.order_key + t.order_fixed + t.order_state, batch.orders.inserts());
}

void send_changes(Connection& connection, const Batch& batch) {
  const auto& t = tables();
  send_rows(connection, "insert_journal", t.journal, batch.journal);
  send_updates(connection, "orders", t.order_key + t.order_state, batch.orders, true);
  send_rows(connection, "insert_attempts", t.attempt_key + t.attempt_fixed + t.attempt_state, batch.attempts.inserts());
  send_updates(connection, "attempts", t.attempt_key + t.attempt_state, batch.attempts, false);
  send_rows(connection, "insert_refunds", t.refund_key + t.refund_fixed + t.refund_state, batch.refunds.inserts());
  send_updates(connection, "refunds", t.refund_key + t.refund_state, batch.refunds, false);
  send_rows(connection, "insert_notices", t.notice_key + t.notice_fixed + t.notice_state, batch.notices.inserts());
  send_updates(connection, "notices", t.notice_key + t.notice_state, batch.notices, true);
  send_rows(connection, "insert_channel_transactions", t.channel_transaction, batch.transactions);
  send_rows(connection, "insert_entries", t.entry, batch.entries);
  send_rows(connection, "insert_postings", t.posting, batch.postings);
  send_rows(connection, "insert_postings_due", t.posting, batch.postings_due);
  send_rows(connection, "apply_postings", t.posting_due, batch.postings_applied);
  send_rows(connection, "insert_accounts", t.account_key + t.account_fixed + t.account_state, batch.accounts.inserts());
  send_updates(connection, "accounts", t.account_key + t.account_state, batch.accounts, true);
  send_rows(connection, "strike", t.timer, batch.timers_struck());
  send_rows(connection, "insert_timers", t.timer, batch.timers_set());
  send_rows(connection, "insert_exchanges", t.exchange, batch.exchanges);
  send_alerts(connection, batch);
  send_rows(connection, "insert_breakers", t.breaker_key + t.breaker_state, batch.breakers.inserts());
  send_updates(connection, "breakers", t.breaker_key + t.breaker_state, batch.breakers, true);
  send_rows(connection, "insert_breaker_events", t.breaker_key + t.breaker_state, batch.breaker_events);
  send_updates(connection, "idempotency_keys", t.key_key + t.key_state, batch.keys, false);
}

}  // namespace tael::postgres
