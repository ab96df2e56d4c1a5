#include "runtime/console/reads.hpp"

#include "actors/domain/ids.hpp"
#include "adapters/encoding/utf8.hpp"
#include "runtime/admin/deeds.hpp"
#include "runtime/inspect/alert_file.hpp"
#include "runtime/inspect/order_file.hpp"

#include <boost/json.hpp>

namespace tael::console {
namespace {

constexpr std::int64_t rows_max = 100;

/// As RFC 3339 in UTC with milliseconds.
std::string stamp(const std::string& column) {
  return "to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
}

const std::string orders_row =
    "o.id, o.business, o.order_no, o.state, o.amount, o.currency, o.subject, o.paid_by, o.refunded_amount, " +
    stamp("o.created_at") + " as created_at ";

// Keys begin with the shard, and ids sort by time: the newest of each shard, and of these the newest.
const std::string orders_sql =
    "select " + orders_row +
    "from generate_series(0, $2::integer - 1) s cross join lateral "
    "(select * from tael.orders where shard = s::smallint order by id desc limit $1::bigint) o "
    "order by o.id desc limit $1::bigint";

const std::string by_id_sql =
    "select " + orders_row + "from tael.orders o where o.shard = $1::smallint and o.id = $2::text";

const std::string by_order_no_sql =
    "select " + orders_row + "from tael.orders o where o.business = $1::text and o.order_no = $2::text";

// The last resort: no index has these, so it is asked only for what is nothing else, and ends by its time.
const std::string by_foreign_number_sql =
    "select " + orders_row +
    "from (select shard, order_id from tael.attempts where channel_transaction = $1::text union "
    "select shard, order_id from tael.refunds where channel_transaction = $1::text or refund_no = $1::text) n "
    "join tael.orders o on o.shard = n.shard and o.id = n.order_id order by o.id desc limit $2::bigint";

const std::string events_sql =
    "select e.path, e.op, e.seq, e.from_state as \"from\", e.state, e.static_switch, e.cause, e.actor, e.reason, " +
    stamp("e.at") +
    " as at "
    "from tael.breaker_events e "
    "where ($1::text = '' or e.path = $1::text) order by e.at desc, e.seq desc limit $2::bigint";

const std::string timers_sql = "select kind, ref, " + stamp("due_at") +
                               " as due_at, "
                               "(extract(epoch from $1::timestamptz - due_at) * 1000)::bigint as late_ms "
                               "from tael.timers order by timers.due_at, ref limit $2::bigint";

/// Kinds without a running balance (what institutions owe us, what we earned) are the sum of their entries.
const std::string accounts_sql =
    "with booked as (select account as id, currency, sum(amount)::bigint as entries from tael.postings group by 1, 2), "
    "way as (select account as id, sum(amount)::bigint as amount from tael.postings_due group by 1) "
    "select booked.id, split_part(booked.id, ':', 1) as kind, booked.currency, "
    "coalesce(a.balance, booked.entries - coalesce(way.amount, 0)) as balance, "
    "coalesce(way.amount, 0) as on_its_way, a.version, " +
    stamp("a.at") +
    " as at from booked left join tael.accounts a using (id) left join way using (id) "
    "order by kind, booked.id limit $1::bigint";

const std::string deeds_sql =
    "select " + stamp("j.at") +
    " as at, j.body::json ->> 'actor' as actor, j.body::json ->> 'action' as action, "
    "j.body::json ->> 'target' as target, j.body::json ->> 'reason' as reason, "
    "coalesce(d.body::json ->> 'outcome', 'no answer yet') as outcome "
    "from tael.journal j left join tael.journal d on d.shard = j.shard and d.entity = j.entity and d.version = 2 "
    "where j.shard = $1::smallint and starts_with(j.entity, 'operator:') and j.version = 1 "
    "order by j.at desc limit $2::bigint";

/// What the store could hold as text; it refuses to be asked for anything else.
bool is_storable(std::string_view text) { return is_utf8(text) && text.find('\0') == std::string_view::npos; }

}  // namespace

std::string newest_orders(postgres::Snapshot& snapshot) {
  return snapshot.rows(orders_sql, postgres::Parameters{}.add(rows_max).add(std::int32_t{shards_total}));
}

std::string orders_by_any_number(postgres::Snapshot& snapshot, const std::string& number,
                                 const std::vector<std::string>& businesses) {
  if (!is_storable(number)) return "[]";
  if (const auto found = find_order(snapshot, {.id = number, .business = {}, .order_no = {}}))
    return snapshot.rows(by_id_sql, postgres::Parameters{}
                                        .add(static_cast<std::int16_t>(shard_of(*found).value_or(0)))
                                        .add(std::string_view{*found}));
  boost::json::array all;
  for (const auto& business : businesses) {
    const auto rows = boost::json::parse(snapshot.rows(
        by_order_no_sql, postgres::Parameters{}.add(std::string_view{business}).add(std::string_view{number})));
    for (const auto& row : rows.as_array()) all.push_back(row);
  }
  if (!all.empty()) return boost::json::serialize(all);
  return snapshot.rows(by_foreign_number_sql, postgres::Parameters{}.add(std::string_view{number}).add(rows_max));
}

std::string breaker_events(postgres::Snapshot& snapshot, const std::string& path) {
  return snapshot.rows(events_sql, postgres::Parameters{}.add(std::string_view{path}).add(rows_max));
}

std::string alerts(postgres::Snapshot& snapshot) { return alert_rows(snapshot, AlertState::any, rows_max); }

std::string timers(postgres::Snapshot& snapshot, TimePoint now) {
  return snapshot.rows(timers_sql, postgres::Parameters{}.add(now).add(rows_max));
}

std::string accounts(postgres::Snapshot& snapshot) {
  return snapshot.rows(accounts_sql, postgres::Parameters{}.add(rows_max));
}

std::string deeds(postgres::Snapshot& snapshot) {
  return snapshot.rows(deeds_sql, postgres::Parameters{}.add(static_cast<std::int16_t>(deeds_shard())).add(rows_max));
}

}  // namespace tael::console
