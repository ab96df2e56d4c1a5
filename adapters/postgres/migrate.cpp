#include "adapters/postgres/migrate.hpp"

#include "adapters/postgres/connection.hpp"

namespace tael::postgres {
namespace {

constexpr Duration connect_within{5000};
constexpr Duration migrate_within{600'000};

// One number that all nodes of all databases agree on; it has no other meaning.
constexpr const char* one_at_a_time = "select pg_advisory_lock(7461656)";

int version_of(Connection& connection) {
  return static_cast<int>(
      connection.query("select coalesce(max(version), 0) from tael.migrations", {}, migrate_within).integer(0, 0));
}

}  // namespace

namespace {

/// PostgreSQL's own words say what was forbidden, not what to do about it.
StatementError with_advice(const StatementError& error) {
  constexpr auto insufficient_privilege = "42501";
  if (error.sqlstate != insufficient_privilege) return error;
  return {
      error.sqlstate, error.constraint,
      std::string{error.what()} +
          "; the role of `store.url` must be allowed to create in its database, and has CREATEROLE, or somebody who "
          "has it says once: create role tael_reader nologin"};
}

void apply_migrations(const std::string& url, TimePoint now) {
  Connection connection{url, connect_within, {.statement = Duration{0}, .lock = Duration{60'000}}};
  connection.execute(one_at_a_time, migrate_within);
  connection.execute(
      "create schema if not exists tael;"
      "create table if not exists tael.migrations "
      "(version integer primary key, name text not null, applied_at timestamptz not null)",
      migrate_within);
  const int found = version_of(connection), known = migrations().back().version;
  if (found > known) throw SchemaTooNew(found, known);
  for (const auto& migration : migrations()) {
    if (migration.version <= found) continue;
    connection.execute("begin", migrate_within);
    connection.execute(std::string{migration.sql}, migrate_within);
    connection.query("insert into tael.migrations values ($1::integer, $2::text, $3::timestamptz)",
                     Parameters{}.add(std::int32_t{migration.version}).add(migration.name).add(now), migrate_within);
    connection.execute("commit", migrate_within);
  }
}

}  // namespace

void migrate(const std::string& url, TimePoint now) {
  try {
    apply_migrations(url, now);
  } catch (const StatementError& error) {
    throw with_advice(error);
  }
}

}  // namespace tael::postgres
