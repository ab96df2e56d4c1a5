#include "adapters/postgres/leases.hpp"

namespace tael::postgres {
namespace {

constexpr const char* add_missing =
    "insert into tael.shard_lease (shard, owner, epoch, granted_at) "
    "select shard, $1::text, 0, $2::timestamptz from generate_series(0, $3::integer - 1) as shard "
    "on conflict do nothing";
// `for update` conflicts with every lock a writer could hold on its lease, in one order for all who take.
constexpr const char* lock_all = "select shard, owner, epoch from tael.shard_lease order by shard for update";
constexpr const char* raise_epochs =
    "with granted as (update tael.shard_lease set owner = $1::text, epoch = epoch + 1, granted_at = $2::timestamptz "
    "  returning shard, epoch, owner, granted_at), "
    "noted as (insert into tael.shard_epoch_log (shard, epoch, owner, granted_at) "
    "  select shard, epoch, owner, granted_at from granted) select shard, epoch from granted";

constexpr const char* taken_by =
    "select lease.owner from tael.shard_lease as lease "
    "join unnest($1::bigint[]) with ordinality as held (epoch, place) on lease.shard = held.place - 1 "
    "where (lease.owner, lease.epoch) <> ($2::text, held.epoch) limit 1";

// Of the session, so that the server itself takes it back when the writer or its machine is gone. Shared among a
// writer's own connections, the old one of which may take a while to end.
constexpr const char* lock_life = "select pg_advisory_lock_shared(1952540012, hashtext($1::text))";
constexpr const char* try_life = "select pg_try_advisory_xact_lock(1952540012, hashtext($1::text))";

}  // namespace

TakenShards take_all_shards(Connection& connection, const std::string& node, TimePoint now, Duration within) {
  connection.execute("begin", within);
  connection.query(add_missing, Parameters{}.add(node).add(now).add(std::int32_t{shards_total}), within);
  const auto had = connection.query(lock_all, {}, within);
  const auto rows = connection.query(raise_epochs, Parameters{}.add(node).add(now), within);
  connection.execute("commit", within);
  TakenShards taken;
  for (int at = 0; at < rows.count(); ++at)
    taken.epochs.at(static_cast<std::size_t>(rows.integer(at, 0))) = rows.integer(at, 1);
  if (had.integer(0, 2) > 0) taken.former = writer_name(had.text(0, 1), had.integer(0, 2));
  return taken;
}

std::string writer_name(const std::string& node, std::int64_t epoch) { return node + "@" + std::to_string(epoch); }

void show_life(Connection& connection, const std::string& writer, Duration within) {
  connection.query(lock_life, Parameters{}.add(writer), within);
}

bool has_died(Connection& connection, const std::string& writer, Duration within) {
  return connection.query(try_life, Parameters{}.add(writer), within).boolean(0, 0);
}

std::optional<std::string> who_took_a_shard(Connection& connection, const std::string& node, const Epochs& epochs,
                                            Duration within) {
  Array held{Type::bigint};
  for (const auto epoch : epochs) held.add(epoch);
  const auto rows = connection.query(taken_by, Parameters{}.add(std::move(held)).add(node), within);
  if (rows.count() == 0) return std::nullopt;
  return rows.text(0, 0);
}

}  // namespace tael::postgres
