// The store's two threads against callers from many, and against its own end.
#include "tests/adapters/postgres/postgres_world.hpp"

#include <latch>
#include <thread>

namespace tael::testing {
namespace {

TEST(StoreThreads, ManyReadersSeeOnlyWhatWasAnswered) {
  TestDatabase database;
  FixedClock clock;
  postgres::PostgresStore store{options_for(database.url()), clock};
  auto order = full_order("o-1");
  std::atomic<std::int64_t> answered = 0;
  std::atomic<bool> writing = true;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      while (writing) {
        const auto before = answered.load();
        const auto read =
            heard<Read<std::optional<OrderRecord>>>([&](auto done) { store.load_order(order.id, std::move(done)); });
        ASSERT_TRUE(read.ok()) << read.error;
        EXPECT_GE(read.value ? read.value->order.version : 0, before);
        EXPECT_TRUE(store.is_up());
      }
    });
  for (int i = 0; i < 100; ++i) {
    auto commit = i == 0 ? creation(order) : change(order);
    const auto results =
        heard<std::vector<CommitResult>>([&](auto done) { store.write({std::move(commit)}, std::move(done)); });
    EXPECT_EQ(results.front().outcome, CommitOutcome::committed) << results.front().error;
    answered = order.version;
  }
  writing = false;
}

TEST(StoreThreads, ClosingAnswersEverybodyOnce) {
  TestDatabase database;
  FixedClock clock;
  auto store = std::make_unique<postgres::PostgresStore>(options_for(database.url()), clock);
  std::atomic<int> answers = 0;
  {
    std::latch started{3};
    std::vector<std::jthread> callers;
    for (int i = 0; i < 2; ++i)
      callers.emplace_back([&] {
        started.count_down();
        for (int n = 0; n < 100; ++n) store->load_timers([&](const Read<std::vector<Timer>>&) { ++answers; });
      });
    started.arrive_and_wait();
    for (int n = 0; n < 100; ++n)
      store->write({creation(full_order("o-" + std::to_string(n)))},
                   [&](const std::vector<CommitResult>&) { ++answers; });
  }
  store.reset();
  EXPECT_EQ(answers, 300);
}

}  // namespace
}  // namespace tael::testing
