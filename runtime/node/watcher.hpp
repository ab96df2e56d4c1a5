// Watches the services of a node: one that ends, or does not work through its mailbox any more, is told of.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"
#include "actors/supervision_board.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tael {

/// Pings unanswered, one a second.
inline constexpr int stuck_shown = 3, stuck_max = 60;

/// One service as its watcher sees it. `unanswered` is shared with the ping that is on its way.
struct Watched {
  std::string name;
  caf::actor actor;
  bool is_kept = false;  ///< Its keeper starts it again, and tells the board.
  std::shared_ptr<std::atomic<int>> unanswered = std::make_shared<std::atomic<int>>(0);
};

struct Watch {
  /// A name and a reason: it ended by anything but our own shutdown and nobody starts it again, or has missed
  /// `stuck_max` pings.
  std::function<void(std::string name, std::string reason)> on_death;
  /// Somebody has missed `stuck_shown` pings, and nobody had when it was called last. Empty: nobody is told.
  std::function<void(std::string name)> on_stuck{};
};

/// A thread of its own, in a real process: when all of CAF's threads hang it must not wait for one of them.
class Watcher : public caf::event_based_actor {
 public:
  Watcher(caf::actor_config& config, std::vector<Watched> services, Surroundings surroundings, SupervisionBoard& board,
          Watch watch);
  const char* name() const override { return "watcher"; }
  void on_exit() override { services_.clear(); }
  caf::behavior make_behavior() override;

 private:
  void hear_down(const caf::down_msg& end);
  void ping();

  std::vector<Watched> services_;
  Surroundings surroundings_;
  SupervisionBoard& board_;
  Watch watch_;
  bool stuck_told_ = false;
  kit::Alarm alarm_;
};

}  // namespace tael
