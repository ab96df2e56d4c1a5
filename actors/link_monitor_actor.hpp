// Watches every path from its two ends: attempts sent, attempts paid. Orders tell it; nobody asks it on a payment's
// way, and it can be turned down or off by hand at a peak.
#pragma once

#include "actors/domain/link_health.hpp"
#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"

#include <map>

namespace tael {

using LinkMonitorRef =
    caf::typed_actor<caf::reacts_to<LinkSeen>, caf::reacts_to<Begin>, caf::replies_to<TurnLinkMonitor>::with<LinksView>,
                     caf::replies_to<ViewLinks>::with<LinksView>, caf::reacts_to<kit::Run>>;

/// Invariants
///  - A path that fell silent alerts once, which ends when it is back, also after a restart: what the store has open is
///    taken up, and judged by the rate that it was open with.
///  - An attempt counts with both its ends or not at all: those sent before it began do not.
///  - Turned down it forgets what may still be paid and keeps the rest: both modes count shares, not sums.
///  - Turned off it counts nothing and judges nothing; on again it starts from nothing but the open alerts.
///  - News that the store did not take is said again until it does.
class LinkMonitorActor : public LinkMonitorRef::base {
 public:
  LinkMonitorActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                   LinkPolicy policy);
  const char* name() const override { return "links"; }
  behavior_type make_behavior() override;

 private:
  void begin(LinkMode mode);
  /// Reads what is silent by the store.
  void take_up();
  void see(const LinkSeen& seen);
  LinksView turn(const TurnLinkMonitor& hand);
  void write_down(const TurnLinkMonitor& hand);
  LinksView view();
  void look();
  void tell(const std::string& path, LinkNews news, const LinkHealth& health, TimePoint now);
  void look_later();
  void say(const std::string& what, Commit commit);
  void send_unsaid(const std::string& what);
  void hear_said(const std::string& what, std::uint64_t no, bool written);

  /// What the store must know of a path or of a hand; newer news takes its place.
  struct Unsaid {
    std::uint64_t no = 0;
    Commit commit;
    bool failed = false;  ///< Not on its way.
  };

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  LinkPolicy policy_;
  LinkMode mode_ = LinkMode::off;
  std::map<std::string, LinkHealth> links_;
  TimePoint counted_from_{};
  std::map<std::string, Unsaid> unsaid_;
  std::uint64_t said_ = 0;
  kit::Alarm tick_, take_up_again_, say_again_;
};

}  // namespace tael
