// The store on PostgreSQL against the contract.
#include "adapters/postgres/postgres_store.hpp"

#include "tests/adapters/postgres/store_contract.hpp"
#include "tests/support/test_database.hpp"

namespace tael::testing {
namespace {

struct FixedClock final : Clock {
  TimePoint now() const override { return morning; }
};

class PostgresWorld {
 public:
  PostgresWorld() { reopen(); }
  Store& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = std::make_unique<postgres::PostgresStore>(options("one"), clock_);
  }
  void lose_ownership() { thief_ = std::make_unique<postgres::PostgresStore>(options("two"), clock_); }

 private:
  postgres::StoreOptions options(const std::string& node) const {
    postgres::StoreOptions made;
    made.url = database_.url();
    made.node = node;
    return made;
  }
  TestDatabase database_;
  FixedClock clock_;
  std::unique_ptr<postgres::PostgresStore> store_, thief_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, StoreContract, PostgresWorld);

}  // namespace
}  // namespace tael::testing
