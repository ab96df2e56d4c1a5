// The whole way over real sockets: channel, pool, two front machines of one bank. One machine is killed while sales are
// under way; afterwards the bank's own book is compared with what the channel was told.
#include "adapters/framed_tcp/frame_server.hpp"
#include "adapters/framed_tcp/pool.hpp"
#include "tests/adapters/channels/iso8583_twin.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace tael::testing {
namespace {

/// Calls are counted as they end; time only turns between phases, so that everyone may read it.
class Endings {
 public:
  void ended(ChannelAnswer answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    changed_.notify_all();
  }
  [[nodiscard]] bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 60s, [&] { return answers_.size() >= count; });
  }
  std::vector<ChannelAnswer> all() {
    const std::lock_guard lock(mutex_);
    return answers_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ChannelAnswer> answers_;
};

class BankOverTcp : public ::testing::Test {
 protected:
  /// A front machine; answers of every third sale are split after five bytes.
  std::unique_ptr<FrameServer> machine(std::atomic<int>& asked, int keeps_silent_after) {
    return std::make_unique<FrameServer>(
        FrameServerOptions{}, [this, &asked, keeps_silent_after](const std::string& body, const auto& respond) {
          const int turn = ++asked;
          BankFrontReply reply;
          {
            const std::lock_guard lock(bank_mutex);
            reply = front.hear(body, clock.now());
          }
          if (turn > keeps_silent_after) {  // Executed, and nobody will hear of it.
            silenced.fetch_add(1);
            silenced.notify_all();
            return;
          }
          respond({FrameReply::Manner::answer, std::move(reply.body), turn % 3 == 0 ? std::size_t{5} : 0, 0ms});
        });
  }

  void make_channel() {
    PoolOptions pool_options;
    for (const auto* server : {first.get(), second.get()})
      pool_options.machines.push_back({"127.0.0.1", std::to_string(server->port())});
    pool_options.connections = 2;
    pool_options.in_flight_max = 400;
    pool_options.on_change = [this](const std::string&, bool up, const std::string&) {
      if (!up) return;
      const std::lock_guard lock(up_mutex);
      ++links_up;
      up_changed.notify_all();
    };
    pool = std::make_unique<FramePool>(std::move(pool_options), iso8583_protocol(options, clock, true), dice);
    channel = make_iso8583_channel(options, *pool, book, clock);
    std::unique_lock lock(up_mutex);
    ASSERT_TRUE(up_changed.wait_for(lock, 30s, [this] { return links_up == 4; }));
  }

  ChannelRequest sale(int i) const {
    ChannelRequest request;
    request.number = request.attempt = "01JD000000000000000000000000A" + std::to_string(1'000 + i);
    request.amount = request.total = {2'500, cny};
    return request;
  }

  std::int64_t charged() {
    const std::lock_guard lock(bank_mutex);
    const auto& totals = bank.book().totals();
    return totals.contains(cny) ? totals.at(cny).received - totals.at(cny).refunded : 0;
  }

  const Iso8583Options options = [] {
    auto made = harbor_options();
    made.when_silent = WhenSilent::reverse;
    return made;
  }();
  HandClock clock;
  EvenDice dice, bank_dice;
  Institution bank{bank_behind_front("harbor"), bank_dice};
  BankFront front{{options.dialect, options.mac, options.inquiry_code},
                  [this](const InstitutionRequest& request, TimePoint at) { return bank.handle(request, at); }};
  std::mutex bank_mutex, up_mutex;
  std::condition_variable up_changed;
  int links_up = 0;
  std::atomic<int> asked_first{0}, asked_second{0}, silenced{0};
  std::unique_ptr<FrameServer> first, second;
  MemoryTraceBook book;
  std::unique_ptr<FramePool> pool;
  std::unique_ptr<Channel> channel;
};

constexpr int sales = 400, never = 1'000'000;

TEST_F(BankOverTcp, FourHundredSalesGoEvenlyOverTwoMachines) {
  first = machine(asked_first, never);
  second = machine(asked_second, never);
  make_channel();
  const int greetings_first = asked_first, greetings_second = asked_second;
  Endings endings;
  for (int i = 0; i < sales; ++i)
    channel->call(sale(i), 60s, [&](ChannelAnswer answer) { endings.ended(std::move(answer)); });
  ASSERT_TRUE(endings.wait_for(sales));
  for (const auto& answer : endings.all()) EXPECT_EQ(answer.ending, Ending::approved) << answer.code << answer.message;
  EXPECT_NEAR(asked_first - greetings_first, sales / 2, 1);
  EXPECT_NEAR(asked_second - greetings_second, sales / 2, 1);
  EXPECT_EQ(charged(), sales * 2'500);
}

TEST_F(BankOverTcp, AMachineThatDiesAmongThemChargesNobodyTwiceAndEveryLostAnswerIsTakenBack) {
  first = machine(asked_first, 80);  // Its later answers are lost with it.
  second = machine(asked_second, never);
  make_channel();
  Endings endings;
  for (int i = 0; i < sales; ++i)
    channel->call(sale(i), 60s, [&](ChannelAnswer answer) { endings.ended(std::move(answer)); });
  silenced.wait(0);
  first.reset();
  ASSERT_TRUE(endings.wait_for(sales));

  std::vector<std::string> approved, silent;
  for (const auto& answer : endings.all()) {
    if (answer.ending == Ending::approved) approved.push_back(answer.exchange.number);
    if (answer.ending == Ending::silent) silent.push_back(answer.exchange.number);
  }
  EXPECT_GE(silent.size(), static_cast<std::size_t>(silenced.load()));
  EXPECT_GT(silenced, 0);
  {
    const std::lock_guard lock(bank_mutex);
    EXPECT_LE(bank.book().totals().at(cny).payments, sales) << "nothing was charged twice";
  }
  EXPECT_GE(charged(), static_cast<std::int64_t>(approved.size() + static_cast<std::size_t>(silenced.load())) * 2'500);

  clock.turn(61s);
  Endings taken_back;
  for (const auto& number : silent) {
    ChannelRequest inquiry = sale(0);
    inquiry.op = ChannelOp::inquire;
    inquiry.number = inquiry.attempt = number;
    channel->call(inquiry, 60s, [&](ChannelAnswer answer) { taken_back.ended(std::move(answer)); });
  }
  ASSERT_TRUE(taken_back.wait_for(silent.size()));
  for (const auto& answer : taken_back.all()) {
    EXPECT_EQ(answer.ending, Ending::declined) << answer.code << answer.message;
    EXPECT_TRUE(answer.code.starts_with("reversed")) << answer.code;
  }
  EXPECT_EQ(charged(), static_cast<std::int64_t>(approved.size()) * 2'500) << "the payers paid what we were told";
}

}  // namespace
}  // namespace tael::testing
