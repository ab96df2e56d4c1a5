// News of the store: only of what is durable, and of all of it.
#include "runtime/watch/observed_store.hpp"

#include "adapters/simulated/simulated_store.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-21T12:00:00.000Z");

Commit breaker_moves(const std::string& path, std::int64_t seq) {
  Commit commit;
  commit.shard = shard_for("breaker", path);
  JournalRow row;
  row.shard = commit.shard;
  row.entity = "breaker:" + path;
  row.version = seq;
  row.kind = "breaker_moved";
  row.at = noon;
  commit.journal.push_back(row);
  commit.breaker = Write<BreakerRow>{{.path = path,
                                      .static_switch = "on",
                                      .state = "open",
                                      .seq = seq,
                                      .from = "closed",
                                      .cause = "x",
                                      .actor = "",
                                      .at = noon},
                                     seq == 1};
  return commit;
}

struct Observed : ::testing::Test {
  simulated::SimulatedDisk disk;
  simulated::SimulatedStore twin{disk};
  std::vector<StoreNews> heard;
  ObservedStore store{twin, [this](const StoreNews& news) { heard.push_back(news); }};

  std::vector<CommitResult> write(std::vector<Commit> batch) {
    std::vector<CommitResult> results;
    store.write(std::move(batch), [&](std::vector<CommitResult> given) { results = std::move(given); });
    return results;
  }
};

TEST_F(Observed, TellsOneNewsOfOneBatch) {
  write({breaker_moves("a/qr/x", 1), breaker_moves("b/qr/y", 1)});
  ASSERT_EQ(heard.size(), 1U);
  ASSERT_EQ(heard[0].breakers.size(), 2U);
  EXPECT_EQ(heard[0].breakers[0].path, "a/qr/x");
  EXPECT_EQ(heard[0].breakers[1].path, "b/qr/y");
  EXPECT_EQ(heard[0].breakers[1].state, "open");
}

TEST_F(Observed, IsSilentAboutWhatDidNotBecomeTrue) {
  twin.refuse_writes(1);
  EXPECT_EQ(write({breaker_moves("a/qr/x", 1)}).at(0).outcome, CommitOutcome::unavailable);
  EXPECT_TRUE(heard.empty());
  write({breaker_moves("a/qr/x", 1)});
  EXPECT_EQ(write({breaker_moves("a/qr/x", 1)}).at(0).outcome, CommitOutcome::conflict);
  EXPECT_EQ(heard.size(), 1U);
}

TEST(News, OfAPayCallNamesItsPathOutcomeAndTime) {
  Commit commit;
  Order order;
  order.id = "order";
  commit.order = Write<Order>{order, false};
  Attempt attempt;
  attempt.number = "orderA01";
  attempt.path = "a/qr/x";
  commit.attempts = {{attempt, false}};
  Exchange exchange;
  exchange.number = "orderA01";
  exchange.direction = "out";
  exchange.op = "pay";
  exchange.outcome = "silent";
  exchange.took_ms = 8'000;
  exchange.started_at = noon;
  auto inquiry = exchange;
  inquiry.op = "inquire";
  commit.exchanges = {exchange, inquiry};
  const auto news = news_of(commit);
  ASSERT_EQ(news.calls.size(), 1U);
  EXPECT_EQ(news.calls[0].path, "a/qr/x");
  EXPECT_EQ(news.calls[0].outcome, "silent");
  EXPECT_EQ(news.calls[0].at, noon + 8s);
  EXPECT_EQ(news.orders, std::vector<std::string>{"order"});
  EXPECT_TRUE(news.paid.empty());
}

TEST(News, OfAPaidOrderNamesThePathThatPaid) {
  Commit commit;
  Order order;
  order.id = "order";
  order.paid_by = "orderA02";
  commit.order = Write<Order>{order, false};
  Attempt attempt;
  attempt.number = "orderA02";
  attempt.path = "b/qr/y";
  commit.attempts = {{attempt, false}};
  JournalRow row;
  row.kind = "order_paid";
  commit.journal = {row};
  EXPECT_EQ(news_of(commit).paid, std::vector<std::string>{"b/qr/y"});
}

}  // namespace
}  // namespace tael
