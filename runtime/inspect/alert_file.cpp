#include "runtime/inspect/alert_file.hpp"

#include <charconv>

namespace tael {
namespace {

/// As RFC 3339 in UTC with milliseconds.
std::string stamp(const std::string& column) {
  return "to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
}

const std::string columns =
    "a.id, a.shard, a.kind, a.ref, a.severity, case when a.resolved_at is not null then 'resolved' when "
    "a.acknowledged_at is not null then 'acknowledged' else 'open' end as state, a.message, a.owner, a.business, "
    "a.institution, a.channel, a.count, " +
    stamp("a.at") + " as at, " + stamp("a.at") + " as first_seen, " + stamp("a.last_at") + " as last_seen, a.told, " +
    stamp("a.told_at") + " as told_at, " + stamp("a.next_at") +
    " as next_at, a.acknowledged_by, a.acknowledged_note, " + stamp("a.acknowledged_at") +
    " as acknowledged_at, a.resolved_by, a.resolved_note, " + stamp("a.resolved_at") + " as resolved_at";

const std::string waits = "(a.resolved_at is null and a.acknowledged_at is null)";

std::string where(AlertState state) {
  switch (state) {
    case AlertState::any: return "";
    case AlertState::open: return " where a.resolved_at is null";
    case AlertState::acknowledged: return " where a.resolved_at is null and a.acknowledged_at is not null";
    case AlertState::resolved: return " where a.resolved_at is not null";
  }
  return "";
}

const std::string messages_sql = "select no, way, news, recipient, subject, state, tries, last_error, " + stamp("at") +
                                 " as at, " + stamp("next_at") +
                                 " as next_at from tael.alert_messages where alert = $1::bigint order by no, way";

/// What is known of the message that an alert keeps from its adapter.
const std::string quarantine_sql = "select q.channel, q.message, q.order_id, q.error, q.error_hash, q.crashes, " +
                                   stamp("q.first_at") + " as first_at, " + stamp("q.last_at") +
                                   " as last_at from tael.alerts a join tael.quarantine q on a.kind = "
                                   "'message_quarantined' and a.ref = q.channel || ' ' || q.message "
                                   "where a.id = $1::bigint";

}  // namespace

std::optional<AlertState> parse_alert_state(std::string_view text) {
  if (text.empty()) return AlertState::any;
  if (text == "open") return AlertState::open;
  if (text == "acknowledged") return AlertState::acknowledged;
  if (text == "resolved") return AlertState::resolved;
  return std::nullopt;
}

std::optional<std::int64_t> parse_alert_id(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (failed != std::errc{} || end != text.data() + text.size() || id < 1) return std::nullopt;
  return id;
}

std::string alert_rows(postgres::Snapshot& snapshot, AlertState state, std::int64_t limit) {
  return snapshot.rows("select " + columns + " from tael.alerts a" + where(state) + " order by " + waits +
                           " desc, a.at desc, a.id desc limit $1::bigint",
                       postgres::Parameters{}.add(limit));
}

std::string alert_file(postgres::Snapshot& snapshot, std::int64_t id) {
  // An array of one row; its messages, and what it keeps from an adapter, become members of it.
  auto row = snapshot.rows("select " + columns + " from tael.alerts a where a.id = $1::bigint",
                           postgres::Parameters{}.add(id));
  const auto begin = row.find('{'), end = row.rfind('}');
  if (begin == std::string::npos) return {};
  const auto messages = snapshot.rows(messages_sql, postgres::Parameters{}.add(id));
  const auto held = snapshot.rows(quarantine_sql, postgres::Parameters{}.add(id));
  return row.substr(begin, end - begin) + ",\"messages\":" + messages + ",\"quarantined\":" + held + "}";
}

}  // namespace tael
