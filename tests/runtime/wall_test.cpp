// Clock, dice, crash points and frail adapters of a real process.
#include "runtime/wall/descriptors.hpp"
#include "runtime/wall/frail_adapter.hpp"
#include "runtime/wall/process_crash_points.hpp"
#include "runtime/wall/stack_dump.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tael {
namespace {

std::string fresh_file(const std::string& name) {
  auto path = testing::TempDir() + "tael_" + name + "_" + std::to_string(::getpid());
  ::unlink(path.c_str());
  return path;
}

std::string contents(const std::string& path) {
  std::stringstream all;
  all << std::ifstream(path).rdbuf();
  return all.str();
}

TEST(WallClock, ReadsTheSystemsTime) {
  const auto before = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const auto now = WallClock{}.now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, std::chrono::system_clock::now());
}

TEST(SystemDice, RollsDifferEverywhere) {
  constexpr std::size_t threads = 4, rolls = 1'000;
  SystemDice dice;
  std::vector<std::vector<std::uint64_t>> rolled(threads);
  std::vector<std::thread> rollers;
  for (auto& mine : rolled)
    rollers.emplace_back([&dice, &mine] {
      for (std::size_t i = 0; i < rolls; ++i) mine.push_back(dice.roll());
    });
  for (auto& roller : rollers) roller.join();
  std::set<std::uint64_t> all;
  std::uint64_t ones = 0, zeros = 0;
  for (const auto& mine : rolled)
    for (const auto roll : mine) {
      all.insert(roll);
      ones |= roll;
      zeros |= ~roll;
    }
  EXPECT_EQ(all.size(), threads * rolls);
  EXPECT_EQ(ones & zeros, ~std::uint64_t{0}) << "a bit that never changes";
}

TEST(CrashPoints, UnarmedOnesAreNothing) {
  ::unsetenv("TAEL_CRASH_AT");
  ::unsetenv("TAEL_CRASH_LOG");
  const auto points = crash_points_from_environment();
  EXPECT_NE(dynamic_cast<NoCrashPoints*>(points.get()), nullptr);
  points->passed("order.decided");
}

TEST(CrashPointsDeathTest, KillAtTheNthPassingAndNotBefore) {
  EXPECT_EXIT(
      {
        ProcessCrashPoints points("call.pay:1,order.decided:3", "");
        points.passed("order.decided");
        points.passed("order.remembered");
        points.passed("order.decided");
        ::write(STDERR_FILENO, "alive", 5);
        points.passed("order.decided");
        std::exit(0);
      },
      testing::KilledBySignal(SIGKILL), "alive");
}

TEST(CrashPointsDeathTest, AreArmedByTheEnvironment) {
  EXPECT_EXIT(
      {
        ::setenv("TAEL_CRASH_AT", "notice.before_send:1", 1);
        crash_points_from_environment()->passed("notice.before_send");
        std::exit(0);
      },
      testing::KilledBySignal(SIGKILL), "");
}

TEST(CrashPointsDeathTest, AreWrittenDownBeforeTheyKill) {
  const auto log = fresh_file("crash_log");
  EXPECT_EXIT(ProcessCrashPoints("order.acted:1", log).passed("order.acted"), testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(contents(log), "order.acted\n");
}

TEST(CrashPoints, AreListedOnceInTheOrderTheyWereReached) {
  const auto log = fresh_file("crash_list");
  ProcessCrashPoints points("", log);
  for (const auto* name : {"order.decided", "call.pay", "order.decided"}) points.passed(name);
  EXPECT_EQ(contents(log), "order.decided\ncall.pay\n");
}

TEST(CrashPoints, AMisspelledWishIsRefused) {
  for (const auto* wish :
       {"order.decided", "order.decided:", "order.decided:0", "order.decided:-1", ":1", "a:1,,b:2", "a:1x"})
    EXPECT_THROW(ProcessCrashPoints(wish, ""), std::invalid_argument) << wish;
  EXPECT_THROW(ProcessCrashPoints("", "/no/such/folder/log"), std::system_error);
}

TEST(StackDump, SaysWhereAThreadThatHangsIs) {
  prepare_stack_dump();
  int line[2];
  ASSERT_EQ(::pipe(line), 0);
  std::thread hanging{[&] {
    char byte = 0;
    EXPECT_EQ(::read(line[0], &byte, 1), 1);
  }};
  // It is asked until it hangs: a thread that has just been made may not have come to its call.
  const auto file = fresh_file("stacks");
  for (std::string said; said.find("read+") == std::string::npos; said = contents(file)) {
    const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    EXPECT_GE(dump_stacks(out), 2) << "the hanging one and this one";
    ::close(out);
  }
  EXPECT_EQ(::write(line[1], "x", 1), 1);
  hanging.join();
  EXPECT_NE(contents(file).find("stack of thread " + std::to_string(::getpid())), std::string::npos);
}

TEST(StackDump, GivesUpOnAThreadThatHearsNothing) {
  prepare_stack_dump();
  int line[2];
  ASSERT_EQ(::pipe(line), 0);
  std::thread deaf{[&] {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    char byte = 0;
    EXPECT_EQ(::read(line[0], &byte, 1), 1);
  }};
  // It may be asked before it has stopped its ears; once it has, it stays deaf.
  const auto file = fresh_file("stacks");
  for (std::string said; said.find("it does not hear signals") == std::string::npos; said = contents(file)) {
    const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    EXPECT_GE(dump_stacks(out), 1);
    ::close(out);
  }
  EXPECT_EQ(::write(line[1], "x", 1), 1);
  deaf.join();
}

struct Sturdy final : Channel {
  void call(const ChannelRequest&, Duration, std::function<void(ChannelAnswer)> done) override { done({}); }
  Callback hear(const RawCallback&) override { return {}; }
  Acknowledgement acknowledge(Reception) const override { return {}; }
};

TEST(FrailAdapter, UnarmedIsTheAdapterItself) {
  ::unsetenv("TAEL_ADAPTERS_DIE_OF");
  auto sturdy = std::make_unique<Sturdy>();
  const Channel* const itself = sturdy.get();
  EXPECT_EQ(frail_where_the_environment_says("aurora", std::move(sturdy)).get(), itself);
}

TEST(FrailAdapter, DiesOfAnAnswerWithoutThrowingAtWhoBringsIt) {
  const auto file = fresh_file("frail");
  const auto frail = frail_adapter("aurora", std::make_unique<Sturdy>(), file);
  std::ofstream{file} << "aurora answer inquire P1\n";
  const auto ask = [&](ChannelOp op, const std::string& number) {
    ChannelRequest request;
    request.op = op;
    request.number = number;
    std::optional<AdapterCrash> crash;
    frail->call(request, 1s, [&](const ChannelAnswer& answer) { crash = answer.crash; });
    return crash;
  };
  const auto crash = ask(ChannelOp::inquire, "P1");
  ASSERT_TRUE(crash);
  EXPECT_EQ(crash->error, "the adapter fell over 'aurora answer inquire P1'");
  EXPECT_FALSE(ask(ChannelOp::pay, "P1"));
  EXPECT_FALSE(ask(ChannelOp::inquire, "P2"));
}

TEST(FrailAdapter, DiesOfTheMessagesItsFileNamesAndOfNoOthers) {
  const auto file = fresh_file("frail");
  const auto frail = frail_adapter("aurora", std::make_unique<Sturdy>(), file);
  int answered = 0;
  const auto pay = [&](const std::string& number) {
    ChannelRequest request;
    request.number = number;
    frail->call(request, 1s, [&](const ChannelAnswer&) { ++answered; });
  };
  pay("P1");  // There is no file yet.
  std::ofstream{file} << "borealis pay\naurora pay P1\naurora callback\n";
  EXPECT_THROW(pay("P1"), std::runtime_error);
  EXPECT_THROW(frail->hear({}), std::runtime_error);
  pay("P2");
  std::ofstream{file} << "\n";
  pay("P1");
  EXPECT_EQ(answered, 3);
}

TEST(Descriptors, ThatDoNotHoldTheConnectionsLowerThem) {
  EXPECT_EQ(places_within(65'536, 1'024)->connections, 1'024U);
  const auto few = places_within(1'024, 1'024);
  ASSERT_TRUE(few.has_value());
  EXPECT_LT(2 * few->connections + 2 * few->operators, 1'024U - 500U) << "calls out and the store have room left";
  EXPECT_GT(few->connections, 100U);
  EXPECT_EQ(places_within(256, 1'024), std::nullopt);
}

TEST(Descriptors, AreRaisedToWhatTheSystemAllows) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_GE(raise_descriptor_limit(), std::min<rlim_t>(limit.rlim_max, 1'048'576));
}

}  // namespace
}  // namespace tael
