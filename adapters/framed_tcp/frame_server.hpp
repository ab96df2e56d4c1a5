// The other side of the pool: listens, reads frames, writes what a handler answers. For simulated hosts; so it can also
// do what no good host does: answer in pieces, half, late, or hang up.
#pragma once

#include "actors/domain/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tael {

struct FrameReply {
  enum class Manner {
    answer,
    cut,      ///< The connection closes without an answer.
    half,     ///< Half the frame's bytes, then the connection closes.
    silence,  ///< Nothing, ever.
  };
  Manner manner = Manner::answer;
  std::string body;
  std::size_t piece = 0;  ///< Bytes written at a time; zero: all at once.
  Duration pause{0};      ///< Between pieces.
};

/// `respond` is called at most once, from any thread, also after the server has gone.
using FrameHandler = std::function<void(std::string body, std::function<void(FrameReply)> respond)>;

struct FrameServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< Zero: any free one.
  std::size_t connections_max = 256;
};

class FrameServer {
 public:
  /// Listens at once. Throws std::runtime_error when the port cannot be had. The handler is called on the server's
  /// thread.
  FrameServer(const FrameServerOptions& options, FrameHandler handler);
  /// Closes everything.
  ~FrameServer();
  FrameServer(const FrameServer&) = delete;
  FrameServer& operator=(const FrameServer&) = delete;
  std::uint16_t port() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tael
