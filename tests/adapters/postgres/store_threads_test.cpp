// The store's two threads against callers from many, and against its own end.
#include "adapters/postgres/order_reads.hpp"
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

TEST(OrderReads, WhoeverMakesAPageKeepsNoPaymentWaiting) {
  TestDatabase database;
  FixedClock clock;
  postgres::PostgresStore store{options_for(database.url()), clock};
  postgres::OrderReads looks{database.url()};
  const auto order = full_order("o-1");
  heard<std::vector<CommitResult>>([&](auto done) { store.write({creation(order)}, std::move(done)); });
  std::promise<void> goes_on;
  std::promise<bool> seen;
  looks.load_order(order.id, [&, wait = goes_on.get_future().share()](const Read<std::optional<OrderRecord>>& read) {
    wait.wait();
    seen.set_value(read.ok() && read.value && read.value->order.id == order.id);
  });
  const auto key = heard<Read<std::optional<IdempotencyKey>>>(
      [&](auto done) { store.find_key("bakery", "pay", "k", std::move(done)); });
  EXPECT_TRUE(key.ok()) << key.error;
  goes_on.set_value();
  EXPECT_TRUE(seen.get_future().get());
}

TEST(OrderReads, RefuseAtOnceWhatIsTooMuch) {
  TestDatabase database;
  postgres::OrderReads looks{database.url()};
  std::promise<void> goes_on, begun;
  std::atomic<int> answered = 0, refused = 0;
  looks.load_order(full_order("o-1").id, [&, wait = goes_on.get_future().share()](const auto&) {
    begun.set_value();
    wait.wait();
  });
  begun.get_future().wait();
  const auto count = [&](const Read<std::optional<OrderRecord>>& read) { ++(read.ok() ? answered : refused); };
  for (std::size_t n = 0; n <= postgres::order_looks_max; ++n) looks.load_order(full_order("o-1").id, count);
  EXPECT_EQ(refused, 1);
  goes_on.set_value();
  looks.close();
  EXPECT_EQ(static_cast<std::size_t>(answered + refused), postgres::order_looks_max + 1);
  looks.load_order(full_order("o-1").id, count);
  EXPECT_EQ(static_cast<std::size_t>(answered + refused), postgres::order_looks_max + 2);
}

}  // namespace
}  // namespace tael::testing
