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
  Lease& lease() { return *store_; }
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

QuarantinedMessage held(TimePoint from, const std::string& error) {
  return {7, "aurora", "pay P1", "O1", error, crash_hash(error), 3, from, from + 1min};
}

TEST(PostgresQuarantine, AMessageHeldAgainIsTheSameRowWithAllItsCrashes) {
  TestDatabase database;
  const FixedClock clock;
  postgres::PostgresStore store{options_for(database.url()), clock};
  const auto write = [&](std::vector<QuarantinedMessage> messages) {
    Commit commit;
    commit.shard = 7;
    commit.quarantined = std::move(messages);
    return heard<std::vector<CommitResult>>([&](auto done) { store.write({commit}, std::move(done)); }).front().outcome;
  };
  EXPECT_EQ(write({held(morning, "first"), held(morning + 5min, "second")}), CommitOutcome::committed)
      << "in one batch";
  EXPECT_EQ(write({held(morning + 1h, "third")}), CommitOutcome::committed);
  EXPECT_EQ(database.ask("select concat_ws(',', shard, channel, message, order_id, error, error_hash, crashes, "
                         "extract(epoch from last_at - first_at)::int) from tael.quarantine"),
            "7,aurora,pay P1,O1,third," + crash_hash("third") + ",9,3660");
}

}  // namespace
}  // namespace tael::testing
