// Frames out over long-lived connections, as a channel sees them. The production client is `adapters/framed_tcp`.
#pragma once

#include "actors/domain/time.hpp"
#include "actors/ports/http_client.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tael {

struct FrameCall {
  std::string body;     ///< Without its length, which is the transport's.
  std::string key;      ///< What its answer will be recognised by (`FrameProtocol::key_of`).
  std::string machine;  ///< Only over a connection to this front machine; empty: whoever is next.
  Duration deadline{8'000};
};

struct FrameAnswer {
  Transport transport = Transport::unknown;
  std::string body;
  std::string error;  ///< For people; empty when answered.
  Duration took{0};
};

class FrameClient {
 public:
  virtual ~FrameClient() = default;
  /// Sends once; what was under way on a connection that died is `unknown` and never sent again. `done` is called
  /// exactly once, from a thread of the client or before `send` returns; it must not block and must not throw.
  virtual void send(FrameCall call, std::function<void(FrameAnswer)> done) = 0;
  /// The front machine whose turn it is, as `FrameCall::machine` names it; empty while none can be reached.
  virtual std::string next_machine() = 0;
};

/// What a transport must know about the protocol in its frames. Called from the client's threads, also at once.
struct FrameProtocol {
  struct Greeting {
    std::string body, key;
  };
  /// The key of an answer; empty for a frame that answers nothing.
  std::function<std::string(std::string_view body)> key_of;
  /// Asks whether the other side lives. `serial` counts up, over all connections.
  std::function<Greeting(std::uint32_t serial)> echo;
  /// Must be answered well before anything else is sent; none: nothing is asked.
  std::function<Greeting(std::uint32_t serial)> sign_on;
  /// Whether the answer to a greeting is a good one.
  std::function<bool(std::string_view body)> welcomes;
};

}  // namespace tael
