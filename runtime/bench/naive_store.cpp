#include "runtime/bench/naive_store.hpp"

#include "adapters/postgres/batch.hpp"

#include <stdexcept>

namespace tael::bench {
namespace {

using namespace postgres;

constexpr Duration within{60'000};

// The same guidance that the store's writer gives the planner, so that neither scans a table.
constexpr const char* plans =
    "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_bitmapscan = off;"
    "set plan_cache_mode = force_generic_plan; set synchronous_commit = on";

/// `$3::text`; a time of zero is null, as in the store.
std::string value(std::size_t no, Type type) {
  const auto parameter = "$" + std::to_string(no) + "::" + std::string{sql_name(type)};
  return type == Type::timestamptz ? "nullif(" + parameter + ", 'epoch')" : parameter;
}

template <class Row>
std::string values_of(const Columns<Row>& columns) {
  std::string values;
  for (std::size_t i = 0; i < columns.size(); ++i) values += (i == 0 ? "" : ", ") + value(i + 1, columns[i].type);
  return values;
}

template <class Row>
std::string pairs_of(const Columns<Row>& columns, std::string_view between, std::size_t first) {
  std::string pairs;
  for (const auto& c : columns)
    pairs += (pairs.empty() ? "" : std::string{between}) + std::string{c.name} + " = " + value(first++, c.type);
  return pairs;
}

template <class Row>
Statement insert(const std::string& table, const Columns<Row>& columns) {
  return {"insert_" + table,
          "insert into tael." + table + " (" + names_of(columns) + ") values (" + values_of(columns) + ")"};
}

/// With `version` the row must be between the two versions that come last.
template <class Row>
Statement update(const std::string& table, const Columns<Row>& key, const Columns<Row>& state,
                 const std::string& version = "") {
  auto sql =
      "update tael." + table + " set " + pairs_of(state, ", ", key.size() + 1) + " where " + pairs_of(key, " and ", 1);
  const auto next = key.size() + state.size() + 1;
  if (!version.empty())
    sql += " and " + version + " between $" + std::to_string(next) + "::bigint and $" + std::to_string(next + 1) +
           "::bigint";
  return {"update_" + table, sql};
}

std::vector<Statement> statements() {
  const auto& t = tables();
  return {
      {"begin", "begin"},
      {"commit", "commit"},
      insert("journal", t.journal),
      insert("orders", t.order_key + t.order_fixed + t.order_state),
      insert("attempts", t.attempt_key + t.attempt_fixed + t.attempt_state),
      insert("notices", t.notice_key + t.notice_fixed + t.notice_state),
      insert("accounts", t.account_key + t.account_fixed + t.account_state),
      insert("entries", t.entry),
      insert("postings", t.posting),
      insert("postings_due", t.posting),
      insert("timers", t.timer),
      insert("exchanges", t.exchange),
      update("orders", t.order_key, t.order_state, "version"),
      update("attempts", t.attempt_key, t.attempt_state),
      update("notices", t.notice_key, t.notice_state, "version"),
      update("accounts", t.account_key, t.account_state, "version"),
      {"apply_posting", "delete from tael.postings_due where " + pairs_of(t.posting_due, " and ", 1)},
      {"strike", "delete from tael.timers where " + pairs_of(t.timer, " and ", 1)},
  };
}

/// A column's value alone: what its array of one element holds after the array's head.
template <class Row>
void add_values(Parameters& parameters, const Columns<Row>& columns, const Row& row) {
  constexpr std::size_t head = 20, length = 4;
  for (const auto& c : columns) {
    Array array{c.type};
    c.put(row, array);
    const auto bytes = std::move(Parameters{}.add(std::move(array))).values().back();
    const bool is_null = bytes.substr(head, length) == "\xff\xff\xff\xff";
    is_null ? parameters.add(TimePoint{}) : parameters.add(std::string_view{bytes}.substr(head + length));
  }
}

template <class Row, class Stored>
Parameters values(const Columns<Row>& columns, const Stored& stored) {
  Parameters parameters;
  add_values(parameters, columns, postgres::pointed_at(stored));
  return parameters;
}

template <class Row, class Stored, class Write>
void each_update(const Columns<Row>& columns, const RowsOnce<Stored>& rows, bool guarded, Write write) {
  const auto updates = rows.updates();
  const auto guards = rows.guards();
  for (std::size_t i = 0; i < updates.size(); ++i) {
    auto parameters = values(columns, updates[i]);
    if (guarded) parameters.add(guards[i].lowest).add(guards[i].highest);
    write(parameters);
  }
}

}  // namespace

NaiveStore::NaiveStore(const std::string& url)
    : connection_(url, within, {.statement = Duration{0}, .lock = Duration{0}}) {
  connection_.execute(plans, within);
  const auto prepared = statements();
  connection_.prepare(prepared, within);
}

void NaiveStore::run(const std::string& statement, const Parameters& parameters) {
  connection_.run(statement, parameters, within);
}

void NaiveStore::change(const std::string& statement, const Parameters& parameters) {
  const auto rows = connection_.run(statement, parameters, within);
  if (!rows.tag().ends_with(" 1")) throw std::runtime_error(statement + " changed no row");
}

void NaiveStore::write(const Commit& commit) {
  static const Epochs epochs{};
  const auto& t = tables();
  Batch batch{epochs};  // Only to get the commit's rows.
  if (!batch.take(commit)) throw std::runtime_error("a recorded commit does not follow");

  run("begin");
  for (const auto& row : batch.orders.inserts())
    run("insert_orders", values(t.order_key + t.order_fixed + t.order_state, row));
  for (const auto& row : batch.journal) run("insert_journal", values(t.journal, row));
  each_update(t.order_key + t.order_state, batch.orders, true, [&](const auto& p) { change("update_orders", p); });
  for (const auto& row : batch.attempts.inserts())
    run("insert_attempts", values(t.attempt_key + t.attempt_fixed + t.attempt_state, row));
  each_update(t.attempt_key + t.attempt_state, batch.attempts, false,
              [&](const auto& p) { change("update_attempts", p); });
  for (const auto& row : batch.notices.inserts())
    run("insert_notices", values(t.notice_key + t.notice_fixed + t.notice_state, row));
  each_update(t.notice_key + t.notice_state, batch.notices, true, [&](const auto& p) { change("update_notices", p); });
  for (const auto& row : batch.entries) run("insert_entries", values(t.entry, row));
  for (const auto& row : batch.postings) run("insert_postings", values(t.posting, row));
  for (const auto& row : batch.postings_due) run("insert_postings_due", values(t.posting, row));
  for (const auto& row : batch.postings_applied) change("apply_posting", values(t.posting_due, row));
  for (const auto& row : batch.accounts.inserts())
    run("insert_accounts", values(t.account_key + t.account_fixed + t.account_state, row));
  each_update(t.account_key + t.account_state, batch.accounts, true,
              [&](const auto& p) { change("update_accounts", p); });
  for (const auto& row : batch.timers_struck()) run("strike", values(t.timer, row));
  for (const auto& row : batch.timers_set()) run("insert_timers", values(t.timer, row));
  for (const auto& row : batch.exchanges) run("insert_exchanges", values(t.exchange, row));
  run("commit");
}

void allow_rows_one_by_one(const std::string& url) {
  Connection{url, within}.execute("drop trigger postings_balance on tael.postings", within);
}

}  // namespace tael::bench
