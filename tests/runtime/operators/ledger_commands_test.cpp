#include "adapters/postgres/connection.hpp"
#include "tests/runtime/operators/command_line.hpp"
#include "tests/runtime/operators/story.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tael::testing {
namespace {

TEST(LedgerCommand, EndsWithZeroWhenEverythingHolds) {
  TestDatabase database;
  Story{database.url()}.play_everything();
  const auto printed = run_command({"ledger", "check", "--store", database.url()});
  EXPECT_EQ(printed.code, 0) << printed.out << printed.errors;
  EXPECT_NE(printed.out.find("all of them hold"), std::string::npos);
  EXPECT_EQ(run_command({"ledger", "trial-balance", "--store", database.url()}).code, 0);
}

TEST(LedgerCommand, EndsWithOneAndNamesWhatIsBroken) {
  TestDatabase database;
  Story{database.url()}.play_everything();
  postgres::Connection{database.url(), Duration{60'000}}.execute(
      "set session_replication_role = replica; update tael.postings set amount = amount + 1 where amount > 0",
      Duration{60'000});
  const auto printed = run_command({"ledger", "check", "--store", database.url(), "--json"});
  EXPECT_EQ(printed.code, 1);
  const auto report = boost::json::parse(printed.out);
  EXPECT_FALSE(report.at("ok").as_bool());
  const auto& first = report.at("invariants").at(0);
  EXPECT_EQ(first.at("name").as_string(), "entries_balance");
  EXPECT_FALSE(first.at("ok").as_bool());
  EXPECT_EQ(first.at("first").at(0).at("imbalance").as_int64(), 1);
  EXPECT_EQ(run_command({"ledger", "trial-balance", "--store", database.url()}).code, 1);
}

TEST(LedgerCommand, CarriesConservationInItsJson) {
  TestDatabase database;
  Story{database.url()}.paid("o-1");
  const auto printed = run_command({"ledger", "check", "--store", database.url(), "--json"});
  EXPECT_EQ(printed.code, 0) << printed.out;
  EXPECT_EQ(
      boost::json::serialize(boost::json::parse(printed.out).at("conservation")),
      R"([{"channel":"aurora","currency":"CNY","received":2500,"booked":2500,"refunded":0,"suspense":0,"holds":true}])");
}

TEST(LedgerCommand, SaysWhenTheStoreCannotBeReached) {
  const auto printed = run_command({"ledger", "check", "--store", "host=/nowhere/at/all dbname=tael"});
  EXPECT_EQ(printed.code, 70);
  EXPECT_NE(printed.errors.find("cannot be reached"), std::string::npos) << printed.errors;
}

TEST(LedgerCommand, RefusesABadFolderAsWrongUsage) {
  EXPECT_EQ(run_command({"ledger", "check", "--config", "/nowhere/at/all"}).code, 2);
  EXPECT_EQ(run_command({"ledger", "chekc"}).code, 2);
}

TEST(LedgerCommand, ExplainsItselfWithAnExample) {
  const auto printed = run_command({"ledger", "check", "--help"});
  EXPECT_EQ(printed.code, 0);
  EXPECT_NE(printed.out.find("Example:"), std::string::npos);
}

}  // namespace
}  // namespace tael::testing
