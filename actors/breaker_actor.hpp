// One path's breaker as an actor: lends permits, hears how calls ended, and remembers every move.
#pragma once

#include "actors/domain/breaker.hpp"
#include "actors/kit/manners.hpp"
#include "actors/message_types.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/crash_point.hpp"
#include "actors/ports/dice.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace tael {

using BreakerStoreRef = caf::typed_actor<caf::replies_to<Remember>::with<Remembered>>;
/// Whoever wants to know: the cashier (an option greys out), the operators' page, other nodes.
using BreakerListenerRef = caf::typed_actor<caf::reacts_to<BreakerMoved>>;

using BreakerRef = caf::typed_actor<caf::replies_to<AskPermit>::with<PermitReply>, caf::reacts_to<ReportCall>,
                                    caf::replies_to<SwitchPath>::with<BreakerView>,
                                    caf::replies_to<ViewBreaker>::with<BreakerView>, caf::reacts_to<kit::Run>>;

/// A path that may be asked for, and the numbers its breaker goes by.
struct BreakerPath {
  std::string path;         ///< `channel/method/bank`
  std::string institution;  ///< For the business context of its journal.
  BreakerPolicy policy;
  bool starts_off = false;  ///< Configured off: holds until somebody switches it.
};

struct BreakerPeers {
  BreakerStoreRef store;
  std::vector<BreakerListenerRef> listeners;
  kit::Timers& timers;
  const Clock& clock;
  Dice& dice;
  CrashPoints& crash;
};

/// The breaker of one path.
///
/// Invariants
///  - It refuses at once, without waiting for the store: a channel in trouble is spared first.
///  - Moves reach the store one at a time and in order, so `seq` has no gap; listeners hear of a move
///    only when it is durable.
///  - A store that contradicts it ends the actor; it is started again from what the store has.
class BreakerActor : public BreakerRef::base {
 public:
  BreakerActor(caf::actor_config& config, BreakerPath path, std::optional<BreakerRow> row, BreakerPeers peers);
  const char* name() const override { return "breaker"; }
  behavior_type make_behavior() override;

 private:
  PermitReply lend(const AskPermit& asked);
  void hear(const ReportCall& call);
  BreakerView turn(const SwitchPath& hand);
  BreakerView view() const;

  void take(BreakerEvents events);
  void arm();
  void remember();
  void remembered(const CommitResult& result);
  Commit commit_of(const BreakerEvent& event) const;

  BreakerPath path_;
  BreakerPeers peers_;
  std::optional<BreakerRow> row_;  ///< What the store had at the start.
  Breaker breaker_;
  BreakerView last_;                   ///< Of the last move: what `breaker_` itself does not keep.
  std::deque<BreakerEvent> unstored_;  ///< Oldest first; the first is on its way while `storing_`.
  bool storing_ = false;
  kit::Alarm tick_, again_;
  TimePoint tick_at_{};
};

}  // namespace tael
