// Watches every path from its two ends: attempts sent, attempts paid. Orders tell it; nobody asks it on a payment's
// way, and it can be turned off by hand at a peak.
#pragma once

#include "actors/domain/link_health.hpp"
#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"

#include <map>

namespace tael {

using LinkMonitorRef = caf::typed_actor<caf::reacts_to<LinkSeen>, caf::replies_to<TurnLinkMonitor>::with<LinksView>,
                                        caf::replies_to<ViewLinks>::with<LinksView>, caf::reacts_to<kit::Run>>;

/// Invariants
///  - A path that fell silent alerts once, which ends when it is back.
///  - Turned off it counts nothing and judges nothing; on again it starts from nothing.
class LinkMonitorActor : public LinkMonitorRef::base {
 public:
  LinkMonitorActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                   LinkPolicy policy);
  const char* name() const override { return "links"; }
  behavior_type make_behavior() override;

 private:
  void see(const LinkSeen& seen);
  LinksView turn(const TurnLinkMonitor& hand);
  LinksView view();
  void look();
  void tell(const std::string& path, LinkNews news, const LinkHealth& health, TimePoint now);

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  LinkPolicy policy_;
  std::map<std::string, LinkHealth> links_;
  kit::Alarm tick_;
};

}  // namespace tael
