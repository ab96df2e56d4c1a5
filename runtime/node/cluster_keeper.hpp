// Keeps a node's own PostgreSQL alive: one that died is started again within a budget, and when that is spent, or there
// is nothing left to start, the node is told once. What was acknowledged is in its log and comes back with it.
#pragma once

#include "actors/domain/restart_budget.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/log.hpp"

#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace tael {

/// Three in ten minutes, as for any service that payments need.
inline const RestartPolicy postgres_restart{
    .restarts_max = 3, .within = 600s, .backoff_min = 200ms, .backoff_max = 5s, .parked_for = 600s};

struct KeptCluster {
  std::function<bool()> lives;
  /// Starts it again from what it has on disk. Throws when it cannot be.
  std::function<void()> revive;
  /// How often it was started again within the budget's time, and of how many.
  std::function<void(int restarts)> on_revived;
  std::function<void(const std::string& why)> on_given_up;
};

class ClusterKeeper {
 public:
  /// Everything outlives the keeper.
  ClusterKeeper(KeptCluster cluster, const Clock& clock, Dice& dice, Log& log);

  /// One look and what follows from it. False when it was given up: nobody needs to look again.
  bool look();
  /// Looks by itself, on a thread of its own, until this object ends.
  void begin();

 private:
  void died(const std::string& why);

  KeptCluster cluster_;
  const Clock& clock_;
  Dice& dice_;
  Log& log_;
  RestartBudget budget_;
  std::optional<TimePoint> start_at_;  ///< Set while it is down.
  bool given_up_ = false;
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace tael
