// The one address of all breakers: orders ask it for a permit on a path, operators and supervisors turn
// switches through it. Below it stands one actor per channel with that channel's trees.
#pragma once

#include "actors/breaker_actor.hpp"
#include "actors/ports/log.hpp"
#include "actors/supervision_board.hpp"

#include <map>

namespace tael {

using BreakersRef = caf::typed_actor<caf::replies_to<AskPermit>::with<PermitReply>, caf::reacts_to<ReportCall>,
                                     caf::replies_to<SwitchPath>::with<BreakerView>, caf::reacts_to<SwitchChannel>,
                                     caf::replies_to<ViewBreaker>::with<BreakerView>,
                                     caf::replies_to<ViewBreakers>::with<BreakersView>, caf::reacts_to<kit::Run>>;

struct BreakersPeers {
  BreakerPeers breaker;
  Store& rows;  ///< Read at the start and after a breaker's death.
  Log& log;
  SupervisionBoard* board = nullptr;
};

/// All breakers of a node.
///
/// Invariants
///  - A channel without its breakers refuses: nothing leaves before the store has said how its paths stand.
///  - Breakers that die are started again from the store; the other channels do not notice.
class BreakersActor : public BreakersRef::base {
 public:
  BreakersActor(caf::actor_config& config, std::vector<BreakerPath> paths, BreakersPeers peers,
                EjectionCap::Rule cap = {});
  const char* name() const override { return "breakers"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  /// One channel.
  struct Child {
    std::vector<BreakerPath> paths;
    BreakerRef breaker;  ///< Null while it is not there.
    std::vector<SwitchOrder> waiting;
  };

  struct Early {
    AskPermit asked;
    caf::typed_response_promise<PermitReply> asker;
  };

  caf::result<PermitReply> ask_permit(const AskPermit& asked);
  PermitReply not_there() const;
  void report(const ReportCall& call);
  caf::result<BreakerView> turn(const SwitchPath& hand);
  void turn_all(const SwitchChannel& hand);
  caf::result<BreakerView> view(const ViewBreaker& wanted);
  caf::result<BreakersView> view_all();

  void load();
  void start(const std::vector<BreakerRow>& rows);
  void answer_waiting();
  void hear_down(const caf::down_msg& down);
  /// The channel a path belongs to; null when nobody configured it.
  Child* find(std::string_view path);
  void enlist(const BreakerPath& path);

  std::map<std::string, Child, std::less<>> children_;  ///< By channel.
  std::shared_ptr<SharedCap> cap_;
  bool reading_ = false;        ///< The store is being asked how the paths stand.
  std::vector<Early> waiting_;  ///< Who asked meanwhile; the answer is only a read away.
  BreakersPeers peers_;
  kit::Alarm again_;
};

}  // namespace tael
