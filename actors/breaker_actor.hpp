// The breakers of one channel as an actor: a tree for each operation class. It lends permits, hears how calls ended,
// and remembers every move. The levels of a path are asked and taken at once, so they share one mailbox.
#pragma once

#include "actors/domain/breaker_tree.hpp"
#include "actors/kit/manners.hpp"
#include "actors/message_types.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/crash_point.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/meter.hpp"

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tael {

using BreakerStoreRef = caf::typed_actor<caf::replies_to<Remember>::with<Remembered>>;
/// Whoever wants to know: the cashier (an option greys out), the operators' page, other nodes.
using BreakerListenerRef = caf::typed_actor<caf::reacts_to<BreakerMoved>>;

using BreakerRef =
    caf::typed_actor<caf::replies_to<AskPermit>::with<PermitReply>, caf::reacts_to<ReportCall>,
                     caf::replies_to<SwitchPath>::with<BreakerView>, caf::replies_to<ViewBreaker>::with<BreakerView>,
                     caf::replies_to<ViewBreakers>::with<BreakersView>, caf::reacts_to<kit::Run>>;

/// A path that may be asked for, and the numbers its breakers go by.
struct BreakerPath {
  std::string path;         ///< `channel/method/bank`
  std::string institution;  ///< For the business context of its journal.
  BreakerPolicy policy;
  bool starts_off = false;                ///< Configured off: holds until somebody switches it.
  std::vector<std::string> currencies{};  ///< Channels with a method and a currency in common stand in for each other.
};

/// The one thing the channels' breakers share: who is shut. Its answer must be known at the instant of a trip.
struct SharedCap {
  explicit SharedCap(EjectionCap::Rule rule) : cap(rule) {}
  std::mutex mutex;
  EjectionCap cap;
};

struct BreakerPeers {
  BreakerStoreRef store;
  std::vector<BreakerListenerRef> listeners;
  kit::Timers& timers;
  const Clock& clock;
  Dice& dice;
  CrashPoints& crash;
  Meter& meter;
};

/// One channel's breakers.
///
/// Invariants
///  - It refuses at once, without waiting for the store: a channel in trouble is spared first.
///  - A switch holds at once, but who switched hears so only when it is durable, so that no crash undoes it.
///  - Moves reach the store one at a time and in order, so `seq` has no gap; listeners hear of a move
///    only when it is durable.
///  - A switch of a path is one event, of its pay tree; the other trees follow it.
///  - A store that contradicts it ends the actor; it is started again from what the store has.
///  - A path that is configured no more (retired) is lent for everything but payments: what orders have under way there
///    is asked about, closed and refunded like everything else.
class BreakerActor : public BreakerRef::base {
 public:
  BreakerActor(caf::actor_config& config, std::vector<BreakerPath> paths, std::vector<BreakerRow> rows,
               std::shared_ptr<SharedCap> cap, BreakerPeers peers);
  const char* name() const override { return "breaker"; }
  behavior_type make_behavior() override;

 private:
  /// What a view shows of a node's last event and the tree does not keep.
  struct LastMove {
    std::string cause, actor, reason;
    TimePoint at{};
  };
  struct Tree {
    BreakerTree levels;
    std::vector<LastMove> last;  ///< By node.
  };
  struct Unstored {
    std::size_t tree;
    std::uint32_t node;
    BreakerEvent event;
    std::function<void()> durable;  ///< Tells who switched; empty when nobody did.
  };

  void plant();
  /// Grows the levels of `path` that are not there, in every tree; its banks stand where they stood in a former life.
  void plant(const std::string& path);
  void remember_rows(const std::function<bool(const std::string& path)>& is_wanted);
  bool retire(const std::string& path);
  std::optional<std::uint32_t> find_remembered(const std::string& path);
  PermitReply lend(const AskPermit& asked);
  void hear(const ReportCall& call);
  caf::result<BreakerView> turn(const SwitchPath& hand);
  caf::result<BreakerView> view(const ViewBreaker& wanted);
  BreakersView view_all();
  BreakerView view_of(Tree& tree, std::uint32_t node);

  /// One step of one tree at the present instant.
  template <class Step>
  auto step(Tree& tree, Step what);
  void moved(Tree& tree, std::uint32_t node, BreakerEvent event);
  Tree& tree_of(OpClass op) { return trees_[static_cast<std::size_t>(op)]; }
  void arm();
  void remember();
  void remembered(const CommitResult& result);
  Commit commit_of(const Unstored& move) const;
  void tell_owner(Commit& commit, const Unstored& move) const;
  void measure(const Tree& tree, std::uint32_t node) const;

  /// Breakers count time that never goes back; `ahead_` is what a clock that was set back has cost.
  TimePoint now();
  TimePoint by_the_wall(TimePoint at) const { return at == TimePoint{} ? at : at - ahead_; }

  std::vector<BreakerPath> paths_;
  std::vector<BreakerRow> rows_;   ///< What the store had at the start.
  std::set<std::string> retired_;  ///< Paths that orders name and the configuration does not.
  std::shared_ptr<SharedCap> cap_;
  BreakerPeers peers_;
  std::vector<Tree> trees_;  ///< By operation class; the same nodes in each.
  TimePoint newest_{};
  Duration ahead_{0};
  std::deque<Unstored> unstored_;  ///< Oldest first; the first is on its way while `storing_`.
  bool storing_ = false;
  kit::Alarm tick_, again_;
  std::optional<TimePoint> tick_at_;
};

}  // namespace tael
