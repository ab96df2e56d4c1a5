// All actors of one node: made, introduced to each other, begun and ended, in that order. Knows no adapter: the
// same composition runs in production and in scenarios.
#pragma once

#include "actors/account_actor.hpp"
#include "actors/alert_rounds_actor.hpp"
#include "actors/alerts_actor.hpp"
#include "actors/breakers_actor.hpp"
#include "actors/channels_actor.hpp"
#include "actors/link_monitor_actor.hpp"
#include "actors/notices_actor.hpp"
#include "actors/orders_actor.hpp"
#include "actors/store_actor.hpp"
#include "actors/timers_actor.hpp"
#include "runtime/node/watcher.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tael {

struct ActorsSettings {
  std::vector<ChannelSpec> channels;
  std::vector<BreakerPath> paths;
  std::shared_ptr<const OrderPolicies> orders;
  std::shared_ptr<const std::map<std::string, NoticePolicy>> notices;
  std::size_t batch_max = 256;  ///< Commits of one transaction.
  EjectionCap::Rule ejection{};
  IsolationPolicy isolation{};
  LinkPolicy links{};
  std::vector<std::string> quarantined{};  ///< Messages that a former life kept from their adapters.
  AlertsSettings alerts{};
  std::vector<AlertRound> alert_rounds{};
  /// Hears every durable move of every breaker, on an actor's thread: it hands on and returns. Empty: nobody listens.
  std::function<void(const BreakerMoved&)> on_breaker_moved{};
};

/// Virtual time has one thread; a real process gives the watcher its own.
enum class WatcherThread { its_own, shared };

class ActorsOf {
 public:
  ActorsOf(caf::actor_system& system, ActorsSettings settings, Surroundings surroundings);
  /// Reads what a former life left: timers, interrupted orders, due notices, postings on their way.
  void begin();
  /// One more to be watched, who is not ours: the node cannot do without it either. Before `watch`.
  void mind(std::string name, caf::actor actor) { minded_.push_back({std::move(name), std::move(actor)}); }
  /// Tells who ends and is not started again: a node that went on would do half its work in silence. Asks each of them,
  /// once a second, whether it still works through its mailbox.
  void watch(caf::actor_system& system, Surroundings surroundings, Watch watch,
             WatcherThread thread = WatcherThread::its_own);
  /// Ends all of them; their handles are gone when this returns, their last work may still be running.
  void end();
  /// Lets go of the introductions, once every actor has ended.
  void forget() { *peers_ = Peers{}; }

  /// Who is supervised by whom, and how they fare.
  SupervisionBoard& board() { return board_; }

  StoreActorRef store;
  BreakersRef breakers;
  ChannelRef channels;
  TimersActorRef timers;
  NoticesActorRef notices;
  AccountsActorRef accounts;
  OrdersRef orders;
  LinkMonitorRef links;
  AlertsActorRef alerts;
  AlertRoundsRef alert_rounds;

 private:
  SupervisionBoard board_;
  std::vector<Watched> minded_;  ///< Until somebody watches.
  caf::actor watcher_;
  BreakerListenerRef breaker_listener_;
  std::shared_ptr<Peers> peers_ = std::make_shared<Peers>();
};

}  // namespace tael
