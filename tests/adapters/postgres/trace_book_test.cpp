// The trace book on a real database, and its twin beside it: they promise the same.
#include "adapters/postgres/trace_book.hpp"

#include "adapters/postgres/connection.hpp"
#include "adapters/simulated/memory_trace_book.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <future>
#include <set>

namespace tael::testing {
namespace {

struct Books {
  virtual ~Books() = default;
  virtual std::unique_ptr<TraceBook> make() = 0;
};
struct OnPostgres final : Books {
  std::unique_ptr<TraceBook> make() override { return std::make_unique<postgres::PostgresTraceBook>(database.url()); }
  TestDatabase database;
};
struct InMemory final : Books {
  std::unique_ptr<TraceBook> make() override { return std::make_unique<MemoryTraceBook>(); }
};
using MakeBooks = std::unique_ptr<Books> (*)();

class TraceBookContract : public ::testing::TestWithParam<MakeBooks> {
 protected:
  static WireTrace draft(std::string number, std::string terminal = "TERM0001") {
    WireTrace trace;
    trace.channel = "harbor";
    trace.number = std::move(number);
    trace.terminal = std::move(terminal);
    trace.sent_at = from_unix_ms(1'795'000'000'123);
    trace.machine = "10.0.0.1:9461";
    trace.amount = {2'500, cny};
    return trace;
  }
  template <class Ask>
  static TraceReply wait(Ask ask) {
    std::promise<TraceReply> promise;
    auto reply = promise.get_future();
    ask([&promise](TraceReply given) { promise.set_value(std::move(given)); });
    return reply.get();
  }
  TraceReply open(WireTrace trace) {
    return wait([&](auto done) { book->open(std::move(trace), std::move(done)); });
  }
  TraceReply settle(TraceState from, WireTrace trace, TraceState to) {
    trace.state = to;
    return wait([&](auto done) { book->settle(from, std::move(trace), std::move(done)); });
  }
  TraceReply find(const std::string& number) {
    return wait([&](auto done) { book->find("harbor", number, std::move(done)); });
  }

  std::unique_ptr<Books> books = GetParam()();
  std::unique_ptr<TraceBook> book = books->make();
};

INSTANTIATE_TEST_SUITE_P(Postgres, TraceBookContract,
                         ::testing::Values(+[]() -> std::unique_ptr<Books> { return std::make_unique<OnPostgres>(); }));
INSTANTIATE_TEST_SUITE_P(Memory, TraceBookContract,
                         ::testing::Values(+[]() -> std::unique_ptr<Books> { return std::make_unique<InMemory>(); }));

TEST_P(TraceBookContract, ATraceIsFoundAsItWasOpened) {
  EXPECT_FALSE(find("A1").trace.has_value());
  const auto opened = open(draft("A1"));
  EXPECT_TRUE(opened.good && opened.fresh);
  const auto found = find("A1").trace.value();
  EXPECT_EQ(found.trace, 1);
  EXPECT_EQ(found.terminal, "TERM0001");
  EXPECT_EQ(found.sent_at, draft("A1").sent_at);
  EXPECT_EQ(found.machine, "10.0.0.1:9461");
  EXPECT_EQ(found.amount, (Money{2'500, cny}));
  EXPECT_EQ(found.state, TraceState::open);
}

TEST_P(TraceBookContract, EachTerminalHasASequenceOfItsOwn) {
  EXPECT_EQ(open(draft("A1")).trace->trace, 1);
  EXPECT_EQ(open(draft("A2")).trace->trace, 2);
  EXPECT_EQ(open(draft("B1", "TERM0002")).trace->trace, 1);
  EXPECT_EQ(open(draft("A3")).trace->trace, 3);
}

TEST_P(TraceBookContract, OpenedTwiceItStaysAsItIsUnlessItWasNeverSent) {
  open(draft("A1"));
  auto other = draft("A1");
  other.amount.amount = 9'900;
  const auto again = open(other);
  EXPECT_FALSE(again.fresh);
  EXPECT_EQ(again.trace->amount.amount, 2'500);
  EXPECT_EQ(again.trace->trace, 1);
  settle(TraceState::open, draft("A1"), TraceState::unsent);
  const auto anew = open(other);
  EXPECT_TRUE(anew.fresh);
  EXPECT_EQ(anew.trace->amount.amount, 9'900);
  EXPECT_EQ(anew.trace->trace, 2) << "a trace number is never used again";
}

TEST_P(TraceBookContract, OnlyTheFirstWhoSettlesSettles) {
  open(draft("A1"));
  auto answered = draft("A1");
  answered.code = "00";
  answered.transaction = "TERM0001/632519000001";
  EXPECT_TRUE(settle(TraceState::open, answered, TraceState::approved).fresh);
  const auto late = settle(TraceState::open, draft("A1"), TraceState::undone);
  EXPECT_FALSE(late.fresh);
  EXPECT_EQ(late.trace->state, TraceState::approved);
  EXPECT_EQ(late.trace->transaction, "TERM0001/632519000001");
}

TEST_P(TraceBookContract, ManyAtOnceGetNumbersOfTheirOwn) {
  constexpr int many = 500;
  std::vector<std::promise<TraceReply>> promises(many);
  for (int i = 0; i < many; ++i)
    book->open(
        draft("A" + std::to_string(i), i % 2 == 0 ? "TERM0001" : "TERM0002"),
        [&promise = promises[static_cast<std::size_t>(i)]](TraceReply reply) { promise.set_value(std::move(reply)); });
  std::set<std::pair<std::string, int>> numbers;
  for (auto& promise : promises) {
    const auto reply = promise.get_future().get();
    ASSERT_TRUE(reply.good && reply.fresh);
    numbers.emplace(reply.trace->terminal, reply.trace->trace);
  }
  EXPECT_EQ(numbers.size(), static_cast<std::size_t>(many));
}

TEST(PostgresTraceBook, KeepsItsSequencesAndTracesOverARestart) {
  const TestDatabase database;
  const auto open = [&](const std::string& number) {
    postgres::PostgresTraceBook book{database.url()};
    WireTrace trace;
    trace.channel = "harbor";
    trace.number = number;
    trace.terminal = "TERM0001";
    trace.amount = {2'500, cny};
    std::promise<TraceReply> promise;
    book.open(trace, [&](TraceReply reply) { promise.set_value(std::move(reply)); });
    return promise.get_future().get();
  };
  EXPECT_EQ(open("A1").trace->trace, 1);
  EXPECT_EQ(open("A2").trace->trace, 2);
  EXPECT_FALSE(open("A1").fresh);
}

TEST(PostgresTraceBook, WrapsFromTheLastTraceNumberToTheFirst) {
  const TestDatabase database;
  postgres::Connection{database.url(), 3s}.execute(
      "insert into tael.wire_terminals values ('harbor', 'TERM0001', 999999)", 3s);
  postgres::PostgresTraceBook book{database.url()};
  WireTrace trace;
  trace.channel = "harbor";
  trace.number = "A1";
  trace.terminal = "TERM0001";
  trace.amount = {2'500, cny};
  std::promise<TraceReply> promise;
  book.open(trace, [&](TraceReply reply) { promise.set_value(std::move(reply)); });
  EXPECT_EQ(promise.get_future().get().trace->trace, 1);
}

TEST(PostgresTraceBook, DoesNotRefuseABatchForOneQuestionInIt) {
  const TestDatabase database;
  postgres::PostgresTraceBook book{database.url()};
  const auto trace = [](const std::string& number) {
    WireTrace made;
    made.channel = "harbor";
    made.number = number;
    made.terminal = "TERM0001";
    made.amount = {2'500, cny};
    return made;
  };
  // The book's thread waits until everything is in line.
  std::promise<void> all_asked;
  book.find("harbor", "A0", [asked = all_asked.get_future().share()](const TraceReply&) { asked.wait(); });
  std::vector<std::future<TraceReply>> replies;
  const auto reply = [&replies] {
    auto promise = std::make_shared<std::promise<TraceReply>>();
    replies.push_back(promise->get_future());
    return [promise](TraceReply given) { promise->set_value(std::move(given)); };
  };
  constexpr std::size_t many = 40, bad = 17;
  for (std::size_t i = 0; i < many; ++i) book.open(trace(i == bad ? "\xd6\xd0" : "A" + std::to_string(i)), reply());
  auto answered = trace("A1");
  answered.state = TraceState::approved;
  book.settle(TraceState::open, answered, reply());
  answered.transaction = "TERM0001/\xd6\xd0";
  book.settle(TraceState::open, answered, reply());
  all_asked.set_value();
  std::set<int> numbers;
  for (std::size_t i = 0; i < many; ++i) {
    const auto given = replies[i].get();
    EXPECT_EQ(given.good, i != bad) << i;
    if (given.trace) numbers.insert(given.trace->trace);
  }
  EXPECT_EQ(numbers.size(), many - 1);
  EXPECT_TRUE(replies[many].get().fresh) << "the approval is written down";
  EXPECT_FALSE(replies[many + 1].get().good);
}

TEST(PostgresTraceBook, WithoutADatabaseItSaysSo) {
  postgres::PostgresTraceBook book{"host=127.0.0.1 port=1 dbname=nothing connect_timeout=1"};
  std::promise<TraceReply> promise;
  book.find("harbor", "A1", [&](TraceReply reply) { promise.set_value(std::move(reply)); });
  EXPECT_FALSE(promise.get_future().get().good);
}

}  // namespace
}  // namespace tael::testing
