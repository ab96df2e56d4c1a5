// The store on PostgreSQL against the contract.
#include "tests/adapters/postgres/postgres_world.hpp"
#include "tests/adapters/postgres/store_alerts_contract.hpp"
#include "tests/adapters/postgres/store_contract.hpp"
#include "tests/adapters/postgres/store_records_contract.hpp"

namespace tael::testing {
namespace {

class PostgresWorld {
 public:
  PostgresWorld() { reopen(); }
  Store& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = std::make_unique<postgres::PostgresStore>(options_for(database_.url(), "one"), clock_);
  }
  void lose_ownership() {
    thief_ = std::make_unique<postgres::PostgresStore>(options_for(database_.url(), "two"), clock_);
  }

 private:
  TestDatabase database_;
  FixedClock clock_;
  std::unique_ptr<postgres::PostgresStore> store_, thief_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, StoreContract, PostgresWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, StoreRecordsContract, PostgresWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, StoreAlertsContract, PostgresWorld);

}  // namespace
}  // namespace tael::testing
