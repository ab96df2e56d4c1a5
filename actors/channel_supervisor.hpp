// Keeps one channel running: restarts its actor within a budget, and closes the channel for business when
// the budget is spent. Orders and breakers live beside it and are not touched by a crash.
#pragma once

#include "actors/breakers_actor.hpp"
#include "actors/channel_actor.hpp"
#include "actors/domain/restart_budget.hpp"
#include "actors/quarantine.hpp"
#include "actors/supervision_board.hpp"

#include <deque>

namespace tael {

/// How the supervisor reaches the breakers: it only tells.
using ChannelBreakersRef = caf::typed_actor<caf::reacts_to<SwitchChannel>>;

struct SupervisorPeers {
  ChannelBreakersRef breakers;
  BreakerStoreRef store;  ///< For the alert.
  kit::Timers& timers;
  const Clock& clock;
  Dice& dice;
  Log& log;
  SupervisionBoard* board = nullptr;
  std::shared_ptr<Quarantine> quarantine = std::make_shared<Quarantine>();
};

/// One channel's supervisor.
///
/// Invariants
///  - At most one channel actor is alive.
///  - While there is none every call ends at once, as `not_sent`: nothing left us.
///  - A message that the adapter died of three times never reaches it again, in no life of the node; a person is told.
///  - Out of budget, the channel's paths are forced open until the next start, and a person is told.
class ChannelSupervisor : public ChannelRef::base {
 public:
  ChannelSupervisor(caf::actor_config& config, ChannelPolicy policy, MakeChannel make, SupervisorPeers peers);
  const char* name() const override { return "channel_supervisor"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  caf::result<ChannelAnswered> forward(const CallChannel& asked);
  caf::result<CallbackRead> forward(const ReadCallback& heard);

  void start();
  void hear_down(const caf::down_msg& down);
  void blame(const std::string& reason);
  bool is_quarantined(const std::string& message) const;
  void park(Duration wait, const std::string& reason);
  Commit raised(std::string kind, std::string ref, std::string message) const;
  void stay_up();
  void reopen(std::string note);
  void tell(Commit commit);
  void alert();
  void show(Health health, TimePoint next_at, const std::string& reason);
  void tell_breakers(StaticSwitch to, std::optional<TimePoint> until, std::string reason);

  ChannelPolicy policy_;
  MakeChannel make_;
  SupervisorPeers peers_;
  RestartBudget budget_;
  ChannelRef channel_;  ///< Null while it is down.
  bool parked_ = false;
  std::shared_ptr<AtWork> at_work_ = std::make_shared<AtWork>();
  std::deque<Commit> unstored_;  ///< Alerts that the store does not have yet, oldest first; bounded.
  bool closed_told_ = false;     ///< An alert of ours says that the channel is closed.
  kit::Alarm start_, again_, steady_;
};

}  // namespace tael
