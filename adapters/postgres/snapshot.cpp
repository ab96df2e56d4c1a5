#include "adapters/postgres/snapshot.hpp"

#include "adapters/postgres/migrate.hpp"

namespace tael::postgres {
namespace {

constexpr Duration connect_within{5000};

}  // namespace

Snapshot::Snapshot(const std::string& url, Duration within)
    : connection_(url, connect_within, {.statement = within, .lock = Duration{0}, .idle_in_transaction = Duration{0}}),
      within_(within) {
  connection_.execute("begin isolation level repeatable read, read only", within_);
  const auto found = connection_.query("select coalesce(max(version), 0) from tael.migrations", {}, within_);
  const int known = migrations().back().version;
  if (found.integer(0, 0) > known) throw SchemaTooNew(static_cast<int>(found.integer(0, 0)), known);
}

std::string Snapshot::rows(const std::string& sql, const Parameters& parameters) {
  const auto rows =
      connection_.query("select coalesce(json_agg(to_json(r)), '[]')::text from (" + sql + ") r", parameters, within_);
  return rows.text(0, 0);
}

Snapshot::Sample Snapshot::sample(const std::string& sql, int most) {
  const auto rows = connection_.query(
      "with found as materialized (" + sql + ") select (select count(*) from found), (select coalesce(" +
          "json_agg(to_json(r)), '[]')::text from (select * from found limit $1::integer) r)",
      Parameters{}.add(std::int32_t{most}), within_);
  return {rows.integer(0, 0), rows.text(0, 1)};
}

void Snapshot::set(const std::string& name, const std::string& value) {
  connection_.query("select set_config($1::text, $2::text, true)", Parameters{}.add(name).add(value), within_);
}

}  // namespace tael::postgres
