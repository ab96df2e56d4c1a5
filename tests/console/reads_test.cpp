// What the console's pages ask of the store, whatever database it is.
#include "runtime/console/reads.hpp"

#include "actors/domain/ids.hpp"
#include "tests/console/at_console.hpp"

namespace tael::testing {
namespace {

TEST(ConsoleReads, TheAuditPageIsNotEmptyWhereADatabaseSortsAsPeopleDo) {
  TestDatabase database{Collation::people};
  ASSERT_EQ(database.ask("';' < ':'"), "true") << "it sorts by bytes";
  Story story{database.url()};
  HeldGateway gateway;
  gateway.story = &story;
  const StoryClock clock{story};
  CountingDice dice;
  Deeds{gateway, clock, dice}.perform(
      {"operator/ada", "switch off", "aurora/qr/alder", "bank is down"}, [](const Deeds::Told& told) { told("done"); },
      [](const std::string&) {}, [] { FAIL(); });
  postgres::Snapshot snapshot{database.url()};
  const auto deeds = boost::json::parse(console::deeds(snapshot));
  ASSERT_EQ(deeds.as_array().size(), 1U);
  EXPECT_EQ(deeds.at(0).at("actor").as_string(), "operator/ada");
  EXPECT_EQ(deeds.at(0).at("outcome").as_string(), "done");
}

TEST(ConsoleReads, AnOrderOfTheLastShardIsNotMissing) {
  TestDatabase database;
  Story story{database.url()};
  for (const int shard : {0, shards_total - 1}) {
    int no = 0;
    while (shard_for("bakery", "o-" + std::to_string(no)) != shard) ++no;
    EXPECT_EQ(story.create("o-" + std::to_string(no)).shard, shard);
  }
  postgres::Snapshot snapshot{database.url()};
  EXPECT_EQ(boost::json::parse(console::newest_orders(snapshot)).as_array().size(), 2U);
}

}  // namespace
}  // namespace tael::testing
