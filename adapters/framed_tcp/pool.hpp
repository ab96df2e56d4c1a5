// Frames over long-lived connections to a bank's front machines, on one thread. Calls go round robin over connections
// that are up and have room; answers come in any order and find their call by its key. A connection that dies takes its
// calls with it as `unknown`: none is ever sent again.
#pragma once

#include "actors/ports/dice.hpp"
#include "actors/ports/frame_client.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

struct FrontMachine {
  std::string host;  ///< A name or an address.
  std::string port;
  std::string name() const { return host + ":" + port; }
};

struct PoolOptions {
  std::vector<FrontMachine> machines;
  int connections = 2;     ///< To each machine.
  int in_flight_max = 64;  ///< Calls without an answer, of one connection; all full and none coming up: not sent.
  Duration connect_deadline{
      2'000};                   ///< Of dialling, of the sign-on, and of a call that waits for the first connection.
  Duration echo_every{30'000};  ///< After so much silence we ask whether they live.
  int echoes_missed_max = 3;    ///< In a row; then the connection is given up.
  Duration backoff_min{100}, backoff_max{30'000};  ///< Between dials; doubled each time, half of it by the dice.
  /// For logs and tests: a connection to this machine came up or went down. From the pool's thread.
  std::function<void(const std::string& machine, bool up, const std::string& why)> on_change;
};

class FramePool final : public FrameClient {
 public:
  /// Dials at once. The dice outlives the pool.
  FramePool(PoolOptions options, FrameProtocol protocol, Dice& dice);
  /// Calls under way end as `unknown`, those that wait as `not_sent`.
  ~FramePool() override;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  void send(FrameCall call, std::function<void(FrameAnswer)> done) override;
  std::string next_machine() override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tael
