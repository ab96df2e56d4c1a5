#include "runtime/inspect/order_sql.hpp"

namespace tael {
namespace {

/// RFC 3339 in UTC with milliseconds.
std::string stamp(const std::string& column) {
  return "to_char(" + column + R"( at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as )" + column;
}

// A timer or an alert is the order's own when its reference begins with the order's id, as all numbers of ours do.
const std::string refers_to_it =
    "shard = $1::smallint and (starts_with(ref, $2::text) or starts_with(ref, 'msg_' || $2::text))";

const std::string history = R"sql(
select (extract(epoch from at) * 1000)::bigint as at_ms, source, kind, about, details, cause
from (
  select started_at as at, 0 as rank, id as seq, 'channel' as source, op as kind, number as about,
         json_build_object('direction', direction, 'channel', channel, 'outcome', outcome, 'status', status,
                           'took_ms', took_ms, 'request', request, 'response', response) as details, '' as cause
  from tael.exchanges where shard = $1::smallint and order_id = $2::text
  union all
  select at, 1, version, 'order', kind, coalesce(body::json ->> 'number', body::json ->> 'refund', ''), body::json, cause
  from tael.journal where shard = $1::smallint and entity = $2::text
  union all
  select e.at, 2, row_number() over (order by e.id), 'ledger', e.rule, e.id,
         (select json_object_agg(p.account, p.amount || ' ' || p.currency || case
                   when d.entry is not null then ' on its way' else '' end order by p.no)
          from tael.postings p left join tael.postings_due d using (shard, entry, account, no)
          where p.shard = e.shard and p.entry = e.id), e.cause
  from tael.entries e where e.shard = $1::smallint and e.order_id = $2::text
  union all
  select created_at, 3, row_number() over (order by id), 'notice', 'notice_made', id,
         json_build_object('type', type, 'url', url), ''
  from tael.notices where shard = $1::smallint and order_id = $2::text
  union all
  select j.at, 3, j.version, 'notice', j.kind, j.entity, j.body::json, j.cause
  from tael.notices n join tael.journal j on j.shard = n.shard and j.entity = n.id
  where n.shard = $1::smallint and n.order_id = $2::text
  union all
  select at, 4, id, 'alert', kind, ref, json_build_object('severity', severity, 'message', message), ''
  from tael.alerts where REFERS
  union all
  select due_at, 5, 0, 'timer', kind, ref, json_build_object('armed', true), '' from tael.timers where REFERS
) moments
order by at, rank, seq
)sql";

std::string with_references(std::string sql) {
  for (auto at = sql.find("REFERS"); at != std::string::npos; at = sql.find("REFERS")) sql.replace(at, 6, refers_to_it);
  return sql;
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& order_sections_sql() {
  const std::string its_own = " where shard = $1::smallint and order_id = $2::text ";
  static const std::vector<std::pair<std::string, std::string>> sections{
      {"order",
       "select id, shard, business, order_no, order_type as type, scene, institution, state, amount, currency, "
       "paid_amount, refunding_amount, refunded_amount, fee_bps, paid_by, close_reason, poisoned, subject, "
       "notify_url, " +
           stamp("created_at") + ", " + stamp("expires_at") + ", " + stamp("paid_at") + ", " + stamp("heard_at") +
           ", " + stamp("closed_at") + ", " + stamp("close_at") +
           ", version from tael.orders where shard = $1::smallint and id = $2::text"},
      {"attempts",
       "select no, number, path, state, amount, received_amount, currency, channel_transaction, code, inquiries, " +
           stamp("sent_at") + ", " + stamp("inquire_at") + ", " + stamp("paid_at") + ", " + stamp("finished_at") +
           " from tael.attempts" + its_own + "order by no"},
      {"refunds",
       "select no, id, refund_no, attempt, path, state, cause, amount, currency, reason, channel_transaction, code, "
       "tries, " +
           stamp("created_at") + ", " + stamp("next_at") + ", " + stamp("refunded_at") + ", " + stamp("finished_at") +
           " from tael.refunds" + its_own + "order by no"},
      {"notices", "select id, type, state, tries, url, last_error, " + stamp("created_at") + ", " + stamp("next_at") +
                      " from tael.notices" + its_own + "order by id"},
      {"entries",
       "select e.id as entry, e.rule, e.cause, p.account, p.amount, p.currency, d.entry is not null as on_its_way, "
       "to_char(e.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as at "
       "from tael.entries e join tael.postings p on p.shard = e.shard and p.entry = e.id "
       "left join tael.postings_due d on d.shard = p.shard and d.account = p.account and d.entry = p.entry "
       "and d.no = p.no where e.shard = $1::smallint and e.order_id = $2::text order by e.at, e.id, p.no"},
      {"timers",
       "select kind, ref, " + stamp("due_at") + " from tael.timers where " + refers_to_it + " order by due_at"},
      {"alerts", "select id, kind, ref, severity, message, count, " + stamp("at") +
                     ", acknowledged_by, resolved_by from tael.alerts where " + refers_to_it + " order by id"},
      // Messages about it that nobody sends any more. Their shard is their channel's.
      {"quarantined",
       "select channel, message, error, error_hash, crashes, alert, " + stamp("first_at") + ", " + stamp("last_at") +
           " from (select q.*, a.id as alert from tael.quarantine q join tael.alerts a on a.kind = "
           "'message_quarantined' and a.ref = q.channel || ' ' || q.message and a.resolved_at is null) "
           "held where $1::smallint is not null and order_id = $2::text order by held.first_at, message"},
  };
  return sections;
}

const std::string& order_history_sql() {
  static const std::string sql = with_references(history);
  return sql;
}

}  // namespace tael
