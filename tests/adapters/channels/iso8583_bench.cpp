// Sales a second over one pool thread, signed and verified both ways, against a host that only echoes approvals: what
// the adapter can do, not what a bank can. The book is in memory, so a database's share is not in it.
#include "adapters/framed_tcp/frame_server.hpp"
#include "adapters/framed_tcp/pool.hpp"
#include "tests/adapters/channels/iso8583_twin.hpp"

#include <chrono>
#include <condition_variable>
#include <iostream>
#include <map>
#include <mutex>

namespace tael::testing {
namespace {

constexpr int sales = 40'000, at_a_time = 128;

/// Approves everything: the request's own fields come back, sealed.
std::string approval(const Iso8583Options& options, const std::string& body) {
  auto message = iso8583::decode(body, *options.dialect).message;
  message.type[2] = static_cast<char>(message.type[2] + 1);
  std::erase_if(message.fields, [](const auto& field) { return field.first == 22 || field.first == 25; });
  message.fields[39] = "00";
  return iso8583::seal(message, *options.dialect, options.mac).bytes;
}

void run() {
  auto options = harbor_options();
  options.subject_field = 0;
  HandClock clock;
  EvenDice dice;
  MemoryTraceBook book;
  FrameServer host{{}, [&](const std::string& body, const auto& respond) {
                     respond({FrameReply::Manner::answer, approval(options, body), 0, 0ms});
                   }};
  PoolOptions pool_options;
  pool_options.machines = {{"127.0.0.1", std::to_string(host.port())}};
  FramePool pool{pool_options, iso8583_protocol(options, clock, false), dice};
  const auto channel = make_iso8583_channel(options, pool, book, clock);

  std::mutex mutex;
  std::condition_variable changed;
  int out = 0, approved = 0;
  std::map<std::string, int> others;  // What the rest ended with.
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < sales; ++i) {
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return out < at_a_time; });
      ++out;
    }
    ChannelRequest request;
    request.number = request.attempt = "01JD000000000000000000A" + std::to_string(100'000 + i);
    request.amount = request.total = {2'500, cny};
    channel->call(request, 60s, [&](const ChannelAnswer& answer) {
      const std::lock_guard lock(mutex);
      if (answer.ending == Ending::approved)
        ++approved;
      else
        ++others[answer.code + ": " + answer.message];
      --out;
      changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return out == 0; });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::cout << approved << " of " << sales << " approved in " << took.count() << " s: " << sales / took.count()
            << " a second\n";
  for (const auto& [why, count] : others) std::cout << "  " << count << " " << why << "\n";
}

}  // namespace
}  // namespace tael::testing

int main() { tael::testing::run(); }
