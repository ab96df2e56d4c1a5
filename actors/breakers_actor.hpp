// The one address of all breakers: orders ask it for a permit on a path, operators and supervisors turn
// switches through it. The tree (channel, method above the path) will stand here; its protocol is this one.
#pragma once

#include "actors/breaker_actor.hpp"
#include "actors/ports/log.hpp"

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
};

/// All breakers of a node.
///
/// Invariants
///  - A path without a breaker refuses: nothing leaves before the store has said how the path stands.
///  - A breaker that dies is started again from the store; the others do not notice.
class BreakersActor : public BreakersRef::base {
 public:
  BreakersActor(caf::actor_config& config, std::vector<BreakerPath> paths, BreakersPeers peers);
  const char* name() const override { return "breakers"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  struct Child {
    BreakerPath path;
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
  Child* find(const std::string& path);

  std::map<std::string, Child> children_;
  bool reading_ = false;        ///< The store is being asked how the paths stand.
  std::vector<Early> waiting_;  ///< Who asked meanwhile; the answer is only a read away.
  BreakersPeers peers_;
  kit::Alarm again_;
};

}  // namespace tael
