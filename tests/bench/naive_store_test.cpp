// The ratio is honest only if both ways leave the same rows behind.
#include "runtime/bench/naive_store.hpp"

#include "adapters/postgres/postgres_store.hpp"
#include "runtime/bench/recorded.hpp"
#include "runtime/wall/wall_clock.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <future>

namespace tael::bench {
namespace {

/// All rows of a table as one text, without what only the server or the lease decides.
std::string rows_of(const testing::TestDatabase& database, const std::string& table) {
  const std::string decided = table == "exchanges" ? "{id}" : "{epoch,written}";
  return database.ask("select string_agg(row, E'\\n' order by row) from (select (to_jsonb(t) - '" + decided +
                      "'::text[])::text as row from tael." + table + " t) rows");
}

void write_together(const std::string& url, const std::vector<RecordedPayment>& payments) {
  WallClock clock;
  postgres::StoreOptions options;
  options.url = url;
  postgres::PostgresStore store{options, clock};
  for (const auto& payment : payments) {
    std::promise<std::vector<CommitResult>> durable;
    store.write(payment.commits, [&](std::vector<CommitResult> results) { durable.set_value(std::move(results)); });
    for (const auto& result : durable.get_future().get())
      ASSERT_EQ(result.outcome, CommitOutcome::committed) << result.error;
  }
}

TEST(NaiveStore, LeavesTheRowsThatTheStoreLeaves) {
  const TemporaryFolder folder{false};
  const auto payments = record_payments(write_config(folder.path(), "dbname=unused", 1, 9), 2 * shops);
  for (const auto& payment : payments) EXPECT_EQ(payment.commits.size(), payments.front().commits.size());

  const testing::TestDatabase ours, naive;
  write_together(ours.url(), payments);
  allow_rows_one_by_one(naive.url());
  NaiveStore store{naive.url()};
  for (const auto& payment : payments)
    for (const auto& commit : payment.commits) store.write(commit);

  for (const auto* table : {"journal", "orders", "attempts", "notices", "entries", "postings", "postings_due",
                            "accounts", "timers", "exchanges"})
    EXPECT_EQ(rows_of(naive, table), rows_of(ours, table)) << table;
  EXPECT_EQ(naive.ask("select count(*) from tael.orders where state = 'paid'"), std::to_string(payments.size()));
}

TEST(NaiveStore, SaysWhenARowToChangeIsNotThere) {
  const TemporaryFolder folder{false};
  const auto payments = record_payments(write_config(folder.path(), "dbname=unused", 1, 9), 1);
  const testing::TestDatabase database;
  NaiveStore store{database.url()};
  EXPECT_THROW(store.write(payments.front().commits.at(1)), std::runtime_error);
}

}  // namespace
}  // namespace tael::bench
