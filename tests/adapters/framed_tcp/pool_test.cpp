// The pool over real sockets. Frames here are `KEY:TEXT`; a host answers `KEY:TEXT` with the same key, greetings have
// keys of their own. Nothing sleeps: every test waits for an event.
#include "adapters/framed_tcp/pool.hpp"

#include "adapters/framed_tcp/frame_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <set>

namespace tael {
namespace {

using namespace std::chrono_literals;

class EvenDice final : public Dice {
 public:
  std::uint64_t roll() override { return 0; }
};

/// Counts named events; whoever waits for one gets a generous deadline.
class Events {
 public:
  void happened(const std::string& name) {
    const std::lock_guard lock(mutex_);
    ++counts_[name];
    changed_.notify_all();
  }
  [[nodiscard]] bool wait_for(const std::string& name, int times = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return counts_[name] >= times; });
  }
  int count(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return counts_[name];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> counts_;
};

FrameProtocol plain_protocol() {
  FrameProtocol protocol;
  protocol.key_of = [](std::string_view body) { return std::string{body.substr(0, body.find(':'))}; };
  return protocol;
}

/// A host that answers as told, and counts what it was asked.
class Host {
 public:
  using Answer = std::function<void(const std::string& body, const std::function<void(FrameReply)>& respond)>;
  explicit Host(Answer answer, std::uint16_t port = 0) : answer_(std::move(answer)) {
    FrameServerOptions options;
    options.port = port;
    server_ = std::make_unique<FrameServer>(options, [this](const std::string& body, const auto& respond) {
      events.happened(body.substr(0, body.find(':')));
      events.happened("asked");
      answer_(body, respond);
    });
  }
  FrontMachine machine() const { return {"127.0.0.1", std::to_string(server_->port())}; }
  std::string name() const { return machine().name(); }
  std::uint16_t port() const { return server_->port(); }
  void die() { server_.reset(); }

  Events events;

 private:
  const Answer answer_;
  std::unique_ptr<FrameServer> server_;
};

void echo_back(const std::string& body, const std::function<void(FrameReply)>& respond) {
  respond({FrameReply::Manner::answer, body, 0, 0ms});
}
void keep_silent(const std::string&, const std::function<void(FrameReply)>&) {}

struct Pool {
  explicit Pool(std::vector<FrontMachine> machines, int connections = 1, FrameProtocol protocol = plain_protocol(),
                const std::function<void(PoolOptions&)>& adjust = {}) {
    PoolOptions options;
    options.machines = std::move(machines);
    options.connections = connections;
    options.backoff_min = 1ms;
    options.backoff_max = 20ms;
    options.on_change = [this](const std::string& machine, bool up, const std::string&) {
      events.happened((up ? "up " : "down ") + machine);
      events.happened(up ? "up" : "down");
    };
    if (adjust) adjust(options);
    pool = std::make_unique<FramePool>(std::move(options), std::move(protocol), dice);
  }
  std::future<FrameAnswer> send(const std::string& key, Duration deadline = 30s, const std::string& machine = "") {
    auto promise = std::make_shared<std::promise<FrameAnswer>>();
    auto answer = promise->get_future();
    pool->send({key + ":text", key, machine, deadline},
               [promise](FrameAnswer given) { promise->set_value(std::move(given)); });
    return answer;
  }

  Events events;  // Before the pool: its thread tells of changes to the end.
  EvenDice dice;
  std::unique_ptr<FramePool> pool;
};

TEST(FramePool, AnswersTheCallThatAsked) {
  Host host{echo_back};
  Pool pool{{host.machine()}};
  const auto answer = pool.send("a").get();
  EXPECT_EQ(answer.transport, Transport::answered);
  EXPECT_EQ(answer.body, "a:text");
}

TEST(FramePool, ManyCallsOverOneConnectionMayBeAnsweredInAnyOrderInPieces) {
  std::mutex mutex;
  std::vector<std::pair<std::string, std::function<void(FrameReply)>>> asked;
  Host host{[&](const std::string& body, const auto& respond) {
    const std::lock_guard lock(mutex);
    asked.emplace_back(body, respond);
    if (asked.size() < 50) return;
    std::ranges::reverse(asked);
    for (const auto& [each, answer] : asked) answer({FrameReply::Manner::answer, each, 5, 0ms});
  }};
  Pool pool{{host.machine()}};
  std::vector<std::future<FrameAnswer>> answers;
  for (int i = 0; i < 50; ++i) answers.push_back(pool.send("k" + std::to_string(i)));
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(answers[static_cast<std::size_t>(i)].get().body, "k" + std::to_string(i) + ":text");
}

TEST(FramePool, LeavesNobodyWithoutAnAnswerWhenItEnds) {
  Host host{keep_silent};
  Pool pool{{host.machine()}, 1, plain_protocol(), [](PoolOptions& options) { options.in_flight_max = 2; }};
  ASSERT_TRUE(pool.events.wait_for("up"));
  auto under_way = pool.send("under way");
  ASSERT_TRUE(host.events.wait_for("under way"));
  std::vector<std::future<FrameAnswer>> late;
  for (int i = 0; i < 20; ++i) late.push_back(pool.send("late" + std::to_string(i)));
  pool.pool.reset();
  ASSERT_EQ(under_way.wait_for(0s), std::future_status::ready);
  EXPECT_EQ(under_way.get().transport, Transport::unknown);
  for (auto& answer : late) ASSERT_EQ(answer.wait_for(0s), std::future_status::ready);
}

TEST(FramePool, DoesNotTakeTheProcessAlongWhenAFrameCannotBeRead) {
  auto protocol = plain_protocol();
  protocol.key_of = [plain = protocol.key_of](std::string_view body) {
    if (body.starts_with("deadly")) throw std::logic_error("off by one");
    return plain(body);
  };
  Host host{echo_back};
  Pool pool{{host.machine()}, 1, protocol};
  const auto answer = pool.send("deadly").get();
  EXPECT_EQ(answer.transport, Transport::unknown);
  EXPECT_NE(answer.error.find("off by one"), std::string::npos) << answer.error;
  ASSERT_TRUE(pool.events.wait_for("up", 2));
  EXPECT_EQ(pool.send("next").get().body, "next:text");
}

TEST(FramePool, GoesRoundOverAllConnectionsEvenly) {
  Host first{echo_back}, second{echo_back};
  Pool pool{{first.machine(), second.machine()}, 2, plain_protocol(), [](PoolOptions& o) { o.in_flight_max = 128; }};
  ASSERT_TRUE(pool.events.wait_for("up", 4));
  std::vector<std::future<FrameAnswer>> answers;
  for (int i = 0; i < 400; ++i) answers.push_back(pool.send("k" + std::to_string(i)));
  for (auto& answer : answers) EXPECT_EQ(answer.get().transport, Transport::answered);
  EXPECT_EQ(first.events.count("asked"), 200);
  EXPECT_EQ(second.events.count("asked"), 200);
}

TEST(FramePool, NothingWasSentWhenNobodyListens) {
  auto gone = std::make_unique<Host>(echo_back);
  const auto machine = gone->machine();
  gone.reset();
  Pool pool{{machine}};
  const auto answer = pool.send("a").get();
  EXPECT_EQ(answer.transport, Transport::not_sent);
  EXPECT_EQ(answer.error, "no front machine can be reached");
}

TEST(FramePool, BeyondTheCapNothingIsSent) {
  Host host{keep_silent};
  Pool pool{{host.machine()}, 1, plain_protocol(), [](PoolOptions& options) { options.in_flight_max = 2; }};
  auto first = pool.send("a"), second = pool.send("b");
  ASSERT_TRUE(host.events.wait_for("asked", 2));
  EXPECT_EQ(pool.send("c").get().error, "every connection is full");
  EXPECT_EQ(host.events.count("c"), 0);
}

TEST(FramePool, WithoutAnAnswerInTimeTheCallIsUnknownAndItsLateAnswerNobodys) {
  std::mutex mutex;
  std::function<void(FrameReply)> late;
  Host host{[&](const std::string& body, const auto& respond) {
    if (body != "slow:text") return echo_back(body, respond);
    const std::lock_guard lock(mutex);
    late = respond;
  }};
  Pool pool{{host.machine()}};
  ASSERT_TRUE(pool.events.wait_for("up"));
  EXPECT_EQ(pool.send("slow", 30ms).get().transport, Transport::unknown);
  ASSERT_TRUE(host.events.wait_for("slow"));
  {
    const std::lock_guard lock(mutex);
    late({FrameReply::Manner::answer, "slow:text", 0, 0ms});
  }
  EXPECT_EQ(pool.send("next").get().body, "next:text");
  EXPECT_EQ(host.events.count("slow"), 1);
}

TEST(FramePool, WhatWasUnderWayOnALostConnectionIsUnknownAndNeverSentAgain) {
  Host host{[](const std::string& body, const auto& respond) {
    if (body == "cut:text") respond({FrameReply::Manner::cut, "", 0, 0ms});
    if (body == "next:text") echo_back(body, respond);
  }};
  Pool pool{{host.machine()}};
  auto waiting = pool.send("waiting");
  ASSERT_TRUE(host.events.wait_for("waiting"));
  EXPECT_EQ(pool.send("cut").get().transport, Transport::unknown);
  EXPECT_EQ(waiting.get().transport, Transport::unknown);
  ASSERT_TRUE(pool.events.wait_for("up", 2));
  EXPECT_EQ(pool.send("next").get().transport, Transport::answered);
  EXPECT_EQ(host.events.count("waiting"), 1);
  EXPECT_EQ(host.events.count("cut"), 1);
}

TEST(FramePool, HalfAnAnswerIsUnknown) {
  Host host{[](const std::string& body, const auto& respond) { respond({FrameReply::Manner::half, body, 0, 0ms}); }};
  Pool pool{{host.machine()}};
  EXPECT_EQ(pool.send("a").get().transport, Transport::unknown);
}

TEST(FramePool, AFrameLongerThanAnyMessageEndsTheConnection) {
  Host host{[](const std::string&, const auto& respond) {
    respond({FrameReply::Manner::answer, std::string(9'000, 'x'), 0, 0ms});
  }};
  Pool pool{{host.machine()}};
  EXPECT_EQ(pool.send("a").get().transport, Transport::unknown);
  ASSERT_TRUE(pool.events.wait_for("down"));
}

TEST(FramePool, AMachineThatComesBackIsUsedAgain) {
  auto first = std::make_unique<Host>(echo_back);
  Host second{echo_back};
  const auto port = first->port();
  const auto name = first->name();
  Pool pool{{first->machine(), second.machine()}};
  ASSERT_TRUE(pool.events.wait_for("up", 2));
  first.reset();
  ASSERT_TRUE(pool.events.wait_for("down " + name));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pool.send("k" + std::to_string(i)).get().transport, Transport::answered);
  EXPECT_EQ(second.events.count("asked"), 10);
  Host again{echo_back, port};
  ASSERT_TRUE(pool.events.wait_for("up " + name, 2));
  EXPECT_EQ(pool.send("home", 30s, name).get().transport, Transport::answered);
  EXPECT_EQ(again.events.count("home"), 1);
}

TEST(FramePool, ACallForOneMachineGoesToNoOther) {
  Host first{echo_back}, second{echo_back};
  Pool pool{{first.machine(), second.machine()}};
  ASSERT_TRUE(pool.events.wait_for("up", 2));
  std::set<std::string> named{pool.pool->next_machine(), pool.pool->next_machine()};
  EXPECT_EQ(named, (std::set<std::string>{first.name(), second.name()}));
  for (int i = 0; i < 5; ++i) pool.send("k" + std::to_string(i), 30s, second.name()).get();
  EXPECT_EQ(second.events.count("asked"), 5);
  const auto name = second.name();
  second.die();
  ASSERT_TRUE(pool.events.wait_for("down " + name));
  EXPECT_EQ(pool.send("stranded", 30s, name).get().transport, Transport::not_sent);
  EXPECT_EQ(first.events.count("asked"), 0);
}

FrameProtocol greeting_protocol() {
  auto protocol = plain_protocol();
  const auto greet = [](std::string word) {
    return [word](std::uint32_t serial) {
      const auto key = word + std::to_string(serial);
      return FrameProtocol::Greeting{key + ":", key};
    };
  };
  protocol.sign_on = greet("hello");
  protocol.echo = greet("alive");
  protocol.welcomes = [](std::string_view body) { return body.ends_with(":welcome"); };
  return protocol;
}

TEST(FramePool, SignsOnBeforeAnythingElse) {
  std::mutex mutex;
  std::vector<std::string> heard;
  Host host{[&](const std::string& body, const auto& respond) {
    const std::lock_guard lock(mutex);
    heard.push_back(body);
    respond({FrameReply::Manner::answer, body + (body.starts_with("hello") ? "welcome" : ""), 0, 0ms});
  }};
  Pool pool{{host.machine()}, 1, greeting_protocol()};
  EXPECT_EQ(pool.send("a").get().transport, Transport::answered);
  const std::lock_guard lock(mutex);
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[0], "hello1:");
}

TEST(FramePool, AFullConnectionIsWaitedForWhileAnotherComesUp) {
  std::promise<std::function<void(FrameReply)>> first_asked;
  Host quick{[&](const std::string& body, const auto& respond) {
    if (body.starts_with("a:")) return first_asked.set_value(respond);
    respond({FrameReply::Manner::answer, body + (body.starts_with("hello") ? "welcome" : ""), 0, 0ms});
  }};
  Host slow{keep_silent};  // Its sign-on is under way for as long as the test lasts.
  Pool pool{{quick.machine(), slow.machine()}, 1, greeting_protocol(), [](PoolOptions& options) {
              options.in_flight_max = 1;
              options.connect_deadline = 30s;
            }};
  ASSERT_TRUE(slow.events.wait_for("asked"));
  auto first = pool.send("a"), second = pool.send("b");
  const auto answer_first = first_asked.get_future().get();
  EXPECT_EQ(second.wait_for(0s), std::future_status::timeout);
  answer_first({FrameReply::Manner::answer, "a:done", 0, 0ms});
  EXPECT_EQ(first.get().transport, Transport::answered);
  const auto waited = second.get();
  EXPECT_EQ(waited.transport, Transport::answered) << waited.error;
}

TEST(FramePool, ARefusedSignOnIsTriedAgainAndNothingIsSent) {
  Host host{[](const std::string& body, const auto& respond) {
    respond({FrameReply::Manner::answer, body + "go away", 0, 0ms});
  }};
  Pool pool{{host.machine()}, 1, greeting_protocol()};
  ASSERT_TRUE(host.events.wait_for("asked", 3));
  EXPECT_EQ(pool.send("a").get().transport, Transport::not_sent);
  EXPECT_EQ(host.events.count("a"), 0);
}

TEST(FramePool, AsksAfterASilenceAndGivesUpWhoDoesNotAnswer) {
  Host host{[](const std::string& body, const auto& respond) {
    if (body.starts_with("hello")) respond({FrameReply::Manner::answer, body + "welcome", 0, 0ms});
  }};
  Pool pool{{host.machine()}, 1, greeting_protocol(), [](PoolOptions& options) { options.echo_every = 5ms; }};
  ASSERT_TRUE(pool.events.wait_for("down"));
  ASSERT_TRUE(pool.events.wait_for("up", 2));
}

TEST(FramePool, TwoCallsUnderOneKeyAreNotConfused) {
  Host host{keep_silent};
  Pool pool{{host.machine()}};
  auto first = pool.send("a");
  ASSERT_TRUE(host.events.wait_for("a"));
  EXPECT_EQ(pool.send("a").get().error, "a call with this key is under way");
}

TEST(FramePool, ThrownAwayItOwesNobodyAnAnswer) {
  Host host{keep_silent};
  auto pool = std::make_unique<Pool>(std::vector{host.machine()});
  auto under_way = pool->send("a");
  ASSERT_TRUE(host.events.wait_for("a"));
  pool->pool.reset();
  EXPECT_EQ(under_way.get().transport, Transport::unknown);
}

}  // namespace
}  // namespace tael
