#include "tests/support/test_database.hpp"

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/migrate.hpp"
#include "adapters/postgres/private_cluster.hpp"

#include <atomic>
#include <optional>
#include <unistd.h>

namespace tael::testing {
namespace {

constexpr Duration within{60'000};
const postgres::SessionLimits unhurried{.statement = Duration{0}, .lock = Duration{0}};
constexpr const char* model = "tael_model";  // What every test's database is a copy of.

std::string cluster_url(const std::string& database) {
  return postgres::PrivateCluster{TAEL_TEST_CLUSTER}.url(database);
}

void run(const std::string& sql) {
  postgres::Connection{cluster_url("postgres"), within, unhurried}.execute(sql, within);
}

}  // namespace

TestDatabase::TestDatabase(Collation collation) {
  static std::atomic<int> made = 0;
  name_ = "test_" + std::to_string(getpid()) + "_" + std::to_string(++made);
  url_ = cluster_url(name_);
  try {
    run("drop database if exists " + name_ + " with (force)");
  } catch (const postgres::ConnectionLost& lost) {
    throw std::runtime_error(std::string{"no test cluster (ctest starts it; by hand: tael_test_postgres up "} +
                             TAEL_TEST_CLUSTER + "): " + lost.what());
  }
  const bool is_model = collation == Collation::bytes;
  run("create database " + name_ + " template " +
      (is_model ? model : "template0 locale_provider icu icu_locale 'en-US'"));
  if (!is_model) postgres::migrate(url_, from_unix_ms(0));
}

TestDatabase::~TestDatabase() { run("drop database if exists " + name_ + " with (force)"); }

std::string TestDatabase::ask(const std::string& sql) const {
  postgres::Connection connection{url_, within};
  const auto rows = connection.query("select (" + sql + ")::text", {}, within);
  return rows.count() == 0 || rows.is_null(0, 0) ? "" : rows.text(0, 0);
}

void start_test_cluster(const std::string& folder) {
  postgres::PrivateCluster cluster{folder};
  cluster.start();
  postgres::Connection connection{cluster.url("postgres"), within, unhurried};
  connection.execute(std::string{"drop database if exists "} + model + " with (force)", within);
  connection.execute(std::string{"create database "} + model, within);
  postgres::migrate(cluster.url(model), from_unix_ms(0));
}

void stop_test_cluster(const std::string& folder) { postgres::PrivateCluster{folder}.stop(); }

}  // namespace tael::testing
