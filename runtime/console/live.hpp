// Live figures and moves for the console's open pages: one tick a second while anybody looks, and every breaker's move
// as it becomes durable.
#pragma once

#include "actors/ports/clock.hpp"
#include "adapters/http/server.hpp"
#include "runtime/console/figures.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tael {

class ConsoleLive {
 public:
  explicit ConsoleLive(Figures& figures);
  ~ConsoleLive();
  ConsoleLive(const ConsoleLive&) = delete;

  void join(StreamRef page);
  /// Called from any thread, never blocking.
  void hear(const StoreNews& news);
  void stop();

 private:
  void run();
  void tell_all(const std::string& text);

  Figures& figures_;
  std::mutex mutex_;  ///< Guards what follows.
  std::condition_variable wake_;
  std::vector<StreamRef> pages_;
  std::string moves_;  ///< Events to tell at the next turn.
  bool stopping_ = false;
  std::thread thread_;
};

/// `{path, op, seq, from, state, static_switch, cause, actor, reason, at}`
std::string move_event(const BreakerRow& row);

}  // namespace tael
