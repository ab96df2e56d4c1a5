// What becomes an alert by time alone: a switch that somebody left without an end, a certificate that runs out. It
// looks when the time has come, and what it finds no more is over.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"

#include <functional>
#include <set>
#include <vector>

namespace tael {

using AlertRoundsRef = caf::typed_actor<caf::reacts_to<BreakerMoved>, caf::reacts_to<Begin>, caf::reacts_to<kit::Run>>;

/// Something to look at again and again. `look` names all that is wrong at an instant; it is called on the actor's
/// thread. A ref is `thing/step`: a thing that has come to its next step is the same trouble, whose end is not told.
struct AlertRound {
  std::string kind;
  Duration every{6h};
  std::function<std::vector<Alert>(TimePoint)> look;
  /// Whether `look` could see the thing of a ref; what it could not see is not over. Empty: it sees everything.
  std::function<bool(const std::string& ref)> sees{};
};

struct AlertRoundsSettings {
  std::vector<AlertRound> rounds{};
  Duration override_told_after{30min};
};

/// Invariants
///  - What is open already is not raised again: the store is asked first, so a restart counts nothing twice.
///  - Nothing rings while no switch is left without an end and there are no rounds.
class AlertRoundsActor : public AlertRoundsRef::base {
 public:
  AlertRoundsActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                   AlertRoundsSettings settings);
  behavior_type make_behavior() override;
  const char* name() const override { return "alert_rounds"; }

 private:
  using IsOver = std::function<bool(const std::string& ref)>;
  void hear(const BreakerMoved& moved);
  void look_at_overrides();
  void judge_overrides(const BreakersView& view);
  void go_round(std::size_t round);
  /// Raises what is found and not open, resolves what is open, not found and over.
  void settle(const std::string& kind, std::vector<Alert> found, IsOver is_over, bool in_steps);
  void remember(Commit commit);

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  AlertRoundsSettings settings_;
  bool overrides_open_ = true;  ///< There may be open alerts about switches: at first a former life's.
  kit::Alarm override_alarm_;
  std::vector<std::unique_ptr<kit::Alarm>> round_alarms_;
};

}  // namespace tael
