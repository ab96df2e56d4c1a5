// The simulated institutions over real sockets: the same channel, the production HTTP client, ports the
// system chooses. Nothing here waits for a time, only for events.
#include "runtime/institutions/simulator.hpp"

#include "adapters/channels/http_json/http_json_channel.hpp"
#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "runtime/institutions/listen_url.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <random>

namespace tael {
namespace {

using namespace std::chrono_literals;

/// No wait of a passing test comes near it.
constexpr auto patience = 60s;

class WallClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }
};

class ThreadSafeDice final : public Dice {
 public:
  std::uint64_t roll() override {
    const std::lock_guard lock(mutex_);
    return random_();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 random_{7};
};

/// Hears callbacks as a node would; acknowledges as many as it is told to refuse no more.
class CallbackEar {
 public:
  explicit CallbackEar(int refusals) : refusals_(refusals) { server_.start(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + "/callback"; }
  RawCallback next() {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, patience, [this] { return !heard_.empty(); });
    if (!came) return {};
    auto first = std::move(heard_.front());
    heard_.pop_front();
    return first;
  }

 private:
  void hear(ServerRequest request, const Respond& respond) {
    const std::lock_guard lock(mutex_);
    heard_.push_back({request.target, std::move(request.headers), std::move(request.body), clock_.now()});
    changed_.notify_one();
    respond({refusals_-- > 0 ? 503 : 200, "application/json", "{}"});
  }

  WallClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<RawCallback> heard_;
  int refusals_;
  Server server_{ServerOptions{},
                 [this](ServerRequest request, const Respond& respond) { hear(std::move(request), respond); }};
};

class SimulatorTest : public ::testing::Test {
 protected:
  explicit SimulatorTest(int refusals = 0) : ear(refusals) {
    simulator.start();
    HttpJsonOptions options;
    options.channel = "aurora";
    options.base_url = "http://127.0.0.1:" + std::to_string(*simulator.port("aurora"));
    options.merchant = "m-1";
    options.key = {"ours-1", "merchant-secret-0001"};
    options.channel_keys = {{"theirs-1", "channel-secret-0001"}};
    options.callback_url = ear.url();
    channel = make_http_json_channel(options, client, clock, dice);
  }

  static SimulatorOptions world() {
    InstitutionOptions aurora;
    aurora.channel = "aurora";
    aurora.merchant = "m-1";
    aurora.merchant_keys = {{"ours-1", "merchant-secret-0001"}};
    aurora.keys = {{"theirs-1", "channel-secret-0001"}};
    aurora.delays.pay_after = 1ms;
    aurora.delays.callback_after = 1ms;
    aurora.delays.callback_gap = 1ms;
    aurora.delays.slow_answer = 20ms;
    aurora.delays.callback_ladder = {1ms, 1ms};
    SimulatorOptions options;
    options.institutions = {aurora};
    return options;
  }

  ChannelRequest payment(std::int64_t amount) {
    ChannelRequest request;
    request.number = request.attempt = "01JD0000000000000000000000A01";
    request.method = "wallet";
    request.amount = {amount, cny};
    request.expires_at = clock.now() + 1h;
    return request;
  }

  ChannelAnswer call(ChannelRequest request, ChannelOp op = ChannelOp::pay, Duration deadline = 30s) {
    request.op = op;
    std::promise<ChannelAnswer> answered;
    channel->call(request, deadline, [&](ChannelAnswer answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }

  HttpAnswer control(const std::string& method, const std::string& what, std::string body = "") {
    HttpCall request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(simulator.control_port()) + "/control/" + what;
    request.body = std::move(body);
    std::promise<HttpAnswer> answered;
    client.send(std::move(request), [&](HttpAnswer answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }

  WallClock clock;
  ThreadSafeDice dice;
  CallbackEar ear;
  CurlClient client;
  Simulator simulator{world(), {client, clock, dice}};
  std::unique_ptr<Channel> channel;
};

TEST_F(SimulatorTest, PaymentIsPaidAndItsCallbackArrives) {
  EXPECT_EQ(call(payment(10'000)).ending, Ending::pending);
  const auto heard = channel->hear(ear.next());
  EXPECT_EQ(heard.refusal, "");
  EXPECT_EQ(heard.answer.amount, (Money{10'000, cny}));
  EXPECT_EQ(call(payment(10'000), ChannelOp::inquire).ending, Ending::approved);
  EXPECT_NE(control("GET", "aurora/book").body.find(R"("received":10000)"), std::string::npos);
}

class ForgetfulNode : public SimulatorTest {
 protected:
  ForgetfulNode() : SimulatorTest(2) {}
};

TEST_F(ForgetfulNode, HearsAgainUntilItAcknowledges) {
  call(payment(10'000));
  for (int copy = 0; copy < 3; ++copy) EXPECT_EQ(channel->hear(ear.next()).refusal, "") << copy;
}

TEST_F(SimulatorTest, SlowAnswerArrives) { EXPECT_EQ(call(payment(10'002)).ending, Ending::pending); }

TEST_F(SimulatorTest, ClosedConnectionIsSilenceAndTheMoneyIsFound) {
  const auto answer = call(payment(10'010));
  EXPECT_EQ(answer.ending, Ending::silent);
  EXPECT_EQ(answer.transport, Transport::unknown);
  ear.next();
  EXPECT_EQ(call(payment(10'010), ChannelOp::inquire).ending, Ending::approved);
}

TEST_F(SimulatorTest, HangingIsSilenceAtTheDeadline) {
  control("POST", "aurora/faults", R"({"mode":"hang"})");
  EXPECT_EQ(call(payment(10'000), ChannelOp::pay, 50ms).ending, Ending::silent);
}

TEST_F(SimulatorTest, DeadPortIsNotSentAndHealingOpensItAgain) {
  control("POST", "aurora/faults", R"({"mode":"refuse"})");
  // The port closes soon after the control API has answered; until then calls are cut off, which is silence.
  auto ending = Ending::silent;
  for (const auto until = clock.now() + patience; ending == Ending::silent && clock.now() < until;)
    ending = call(payment(10'000)).ending;
  EXPECT_EQ(ending, Ending::not_sent);

  control("POST", "aurora/heal");
  for (const auto until = clock.now() + patience; ending == Ending::not_sent && clock.now() < until;)
    ending = call(payment(10'000)).ending;
  EXPECT_EQ(ending, Ending::pending);
}

TEST_F(SimulatorTest, ControlNamesItsChannels) {
  EXPECT_EQ(control("GET", "channels").body, R"({"channels":["aurora"]})");
  EXPECT_EQ(control("GET", "borealis/book").status, 404);
}

TEST(ListenUrl, IsPlainHttpWithHostAndPort) {
  EXPECT_EQ(parse_listen_url("http://localhost:9101").address, "127.0.0.1");
  EXPECT_EQ(parse_listen_url("http://localhost:9101").port, 9101);
  EXPECT_EQ(parse_listen_url("http://aurora:9101/").address, "0.0.0.0");
  for (const auto* bad : {"https://localhost:1", "http://", "http://h:70000", "http://h:1x", "http://h:1/path"})
    EXPECT_THROW(parse_listen_url(bad), std::invalid_argument) << bad;
}

}  // namespace
}  // namespace tael
