#include "adapters/postgres/reader.hpp"

#include "adapters/postgres/tables.hpp"

#include <algorithm>

namespace tael::postgres {
namespace {

template <class Row>
Statement select(const std::string& name, const Columns<Row>& columns, const std::string& rest) {
  return {name, "select " + names_of(columns) + " from tael." + rest};
}

// What is read is exactly what is written: these lists are the insert's.
const auto& order_columns() {
  static const auto made = tables().order_key + tables().order_fixed + tables().order_state;
  return made;
}
const auto& attempt_columns() {
  static const auto made = tables().attempt_key + tables().attempt_fixed + tables().attempt_state;
  return made;
}
const auto& refund_columns() {
  static const auto made = tables().refund_key + tables().refund_fixed + tables().refund_state;
  return made;
}
const auto& notice_columns() {
  static const auto made = tables().notice_key + tables().notice_fixed + tables().notice_state;
  return made;
}
const auto& key_columns() {
  static const auto made = tables().key_key + tables().key_fixed + tables().key_state;
  return made;
}
const auto& account_columns() {
  static const auto made = tables().account_key + tables().account_fixed + tables().account_state;
  return made;
}
const auto& breaker_columns() {
  static const auto made = tables().breaker_key + tables().breaker_state;
  return made;
}

const auto& message_columns() {
  static const auto made = tables().alert_message_key + tables().alert_message_fixed + tables().alert_message_state;
  return made;
}
const auto& alert_columns() {
  static const auto made =
      tables().alert_read + Columns<AlertRecord>{time_or_none<&AlertRecord::told_before>("told_before")};
  return made;
}

/// An alert, and when an earlier one of its kind and ref was last told.
Statement select_alerts(const std::string& name, const std::string& rest) {
  return {name, "select " + names_of(tables().alert_read, "a.") +
                    ", (select max(b.told_at) from tael.alerts b where b.kind = a.kind and b.ref = a.ref and b.id < "
                    "a.id) as told_before from tael.alerts a where " +
                    rest};
}

/// What one look takes up.
constexpr const char* alerts_at_once = " limit 200";
const std::string our_shards = " and shard in (select shard from tael.shard_lease where owner = $1::text) ";

const std::vector<Statement>& read_statements() {
  static const std::string of_order = " where shard = $1::smallint and order_id = $2::text";
  static const std::vector<Statement> made{
      {"snapshot", "begin isolation level repeatable read read only"},
      {"end", "commit"},
      select("order", order_columns(), "orders where shard = $1::smallint and id = $2::text"),
      select("attempts", attempt_columns(), "attempts" + of_order + " order by no"),
      select("refunds", refund_columns(), "refunds" + of_order + " order by no"),
      // Ids end in a counter without leading zeros beyond two digits.
      select("newest_notice", notice_columns(),
             "notices" + of_order + " order by created_at desc nulls last, length(id) desc, id desc limit 1"),
      {"find_order", "select id from tael.orders where business = $1::text and order_no = $2::text"},
      select("find_key", key_columns(),
             "idempotency_keys where business = $1::text and route = $2::text and key = $3::text"),
      select("timers", tables().timer, "timers order by due_at, shard, kind, ref"),
      {"interrupted",
       "select order_id from tael.attempts where state = 'sent' "
       "union select order_id from tael.refunds where state in ('requested', 'sent') "
       "union select id from tael.orders where state = 'closing' order by 1"},
      select("notices", notice_columns(), "notices where state = 'due' order by next_at nulls first, id"),
      select("parked_notices", notice_columns(),
             "notices" + of_order + " and state = 'parked' order by created_at nulls first, length(id), id"),
      select("account", account_columns(), "accounts where id = $1::text"),
      select("postings", tables().posting_due, "postings_due order by written"),
      select("breakers", breaker_columns(), "breakers order by path"),
      select_alerts("alert", "id = $1::bigint"),
      select_alerts("open_alerts", "kind = $1::text and resolved_at is null order by id"),
      select_alerts("alerts_due", "next_at is not null" + our_shards + "order by next_at, id" + alerts_at_once),
      select("messages_due", message_columns(),
             "alert_messages where state = 'due'" + our_shards + "order by next_at, alert, no, way" + alerts_at_once),
      {"alerts_open",
       "select severity, count(*) from tael.alerts where resolved_at is null" + our_shards + "group by severity"},
  };
  return made;
}

template <class Row>
std::optional<Row> only(std::vector<Row> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

template <class Row, class Member>
std::vector<Member> members_of(std::vector<Row> rows, Member Row::*member) {
  std::vector<Member> members;
  for (auto& row : rows) members.push_back(std::move(row.*member));
  return members;
}

}  // namespace

void Reader::connect() {
  if (std::chrono::steady_clock::now() < next_try_) throw ConnectionLost("no connection");
  next_try_ = std::chrono::steady_clock::now() + options_.backoff_min;
  const SessionLimits limits{.statement = options_.read_within, .lock = Duration{1000}};
  auto connection = std::make_unique<Connection>(options_.url, options_.connect_within, limits);
  connection->prepare(read_statements(), options_.answer_within);
  connection_ = std::move(connection);
  next_try_ = {};
}

template <class Work>
auto Reader::with_connection(Work work) {
  const bool was_connected = connection_ != nullptr;
  if (!was_connected) connect();
  try {
    return work();
  } catch (const std::runtime_error&) {
    // Also after a refused statement: a fresh connection has no transaction left open.
    connection_.reset();
    if (!was_connected) throw;
  }
  connect();
  try {
    return work();
  } catch (const std::runtime_error&) {
    connection_.reset();
    throw;
  }
}

Rows Reader::run(const std::string& statement, const Parameters& parameters) {
  return with_connection([&] { return connection_->run(statement, parameters, options_.read_within); });
}

std::vector<Rows> Reader::run_for_order(const std::vector<std::string>& statements, Shard shard,
                                        const std::string& id) {
  return with_connection([&] {
    connection_->send("snapshot");
    for (const auto& statement : statements)
      connection_->send(statement, Parameters{}.add(static_cast<std::int16_t>(shard)).add(id));
    connection_->send("end");
    connection_->flush(options_.read_within);
    auto answers = connection_->receive(options_.read_within);
    answers.erase(answers.begin());
    answers.pop_back();
    return answers;
  });
}

std::optional<OrderRecord> Reader::load_order(const std::string& id) {
  const auto shard = shard_of(id);
  if (!shard) return std::nullopt;
  const auto rows = run_for_order({"order", "attempts", "refunds", "newest_notice"}, *shard, id);
  auto order = only(take_rows(order_columns(), rows[0]));
  if (!order) return std::nullopt;
  order->attempts = members_of(take_rows(attempt_columns(), rows[1]), &AttemptRow::attempt);
  order->refunds = members_of(take_rows(refund_columns(), rows[2]), &RefundRow::refund);
  OrderRecord record{std::move(*order), std::nullopt};
  if (auto notice = only(take_rows(notice_columns(), rows[3]))) record.notice = std::move(notice->notice);
  return record;
}

std::optional<std::string> Reader::find_order(const std::string& business, const std::string& order_no) {
  const auto rows = run("find_order", Parameters{}.add(business).add(order_no));
  if (rows.count() == 0) return std::nullopt;
  return rows.text(0, 0);
}

std::optional<IdempotencyKey> Reader::find_key(const std::string& business, const std::string& route,
                                               const std::string& key) {
  return only(take_rows(key_columns(), run("find_key", Parameters{}.add(business).add(route).add(key))));
}

std::vector<Timer> Reader::load_timers() { return take_rows(tables().timer, run("timers")); }

std::vector<std::string> Reader::load_interrupted() {
  const auto rows = run("interrupted");
  std::vector<std::string> ids;
  for (int at = 0; at < rows.count(); ++at) ids.push_back(rows.text(at, 0));
  return ids;
}

std::vector<Notice> Reader::load_notices() {
  return members_of(take_rows(notice_columns(), run("notices")), &NoticeRow::notice);
}

std::vector<Notice> Reader::load_parked_notices(const std::string& order_id) {
  const auto shard = shard_of(order_id);
  if (!shard) return {};
  const auto rows = run("parked_notices", Parameters{}.add(static_cast<std::int16_t>(*shard)).add(order_id));
  return members_of(take_rows(notice_columns(), rows), &NoticeRow::notice);
}

std::optional<AccountRow> Reader::load_account(const std::string& id) {
  return only(take_rows(account_columns(), run("account", Parameters{}.add(id))));
}

std::vector<PostingOnItsWay> Reader::load_postings() { return take_rows(tables().posting_due, run("postings")); }

AlertsDue Reader::load_alerts_due() {
  const auto ours = [this] { return Parameters{}.add(std::string_view{options_.node}); };
  AlertsDue due;
  due.alerts = take_rows(alert_columns(), run("alerts_due", ours()));
  due.messages = take_rows(message_columns(), run("messages_due", ours()));
  const auto open = run("alerts_open", ours());
  for (int at = 0; at < open.count(); ++at)
    due.open.emplace_back(enumerator_of<Severity>(open.bytes(at, 0)), open.integer(at, 1));
  std::ranges::sort(due.open);
  return due;
}

std::vector<AlertRecord> Reader::load_open_alerts(const std::string& kind) {
  return take_rows(alert_columns(), run("open_alerts", Parameters{}.add(kind)));
}

std::optional<AlertRecord> Reader::load_alert(std::int64_t id) {
  return only(take_rows(alert_columns(), run("alert", Parameters{}.add(id))));
}

std::vector<BreakerRow> Reader::load_breakers() {
  return members_of(take_rows(breaker_columns(), run("breakers")), &ShardedBreaker::breaker);
}

}  // namespace tael::postgres
