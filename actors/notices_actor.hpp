// Delivers notices: a lane per business with a limit on deliveries at a time, each notice on its ladder until
// acknowledged or parked with an alert. A slow business slows only itself.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"

#include <deque>
#include <map>
#include <set>

namespace tael {

using NoticesActorRef = NoticesRef::extend<caf::reacts_to<kit::Run>>;

/// Invariants
///  - A notice is out at most once at a time, and at most `in_flight_max` of one business are.
///  - What a try ended with is remembered before it is believed: a crash repeats the try, never loses it.
class NoticesActor : public NoticesActorRef::base {
 public:
  /// A business without a policy of its own gets the default one.
  NoticesActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
               std::shared_ptr<const std::map<std::string, NoticePolicy>> policies);
  behavior_type make_behavior() override;
  const char* name() const override { return "notices"; }

 private:
  using Resumed = kit::Owed<NoticesResumed>;
  struct Lane {
    std::deque<std::string> queue;
    int in_flight = 0;
  };

  void load();
  void queue_up(const std::string& id);
  void send_next(const std::string& business);
  void hear_try(const std::string& id, const NoticeTry& outcome);
  void remember(const Notice& before, const Notice& after, bool barred);
  void leave_lane(const Notice& notice);
  void take_up(const ResumeNotices& ask, Resumed reply);
  void replay(const std::vector<Notice>& parked, const std::string& cause, Resumed reply);
  const NoticePolicy& policy_of(const std::string& business) const;

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  std::shared_ptr<const std::map<std::string, NoticePolicy>> policies_;
  bool loaded_ = false;                ///< Until then a notice that is not in `due_` may be due all the same.
  std::map<std::string, Notice> due_;  ///< By id.
  std::set<std::string> in_lane_;      ///< Queued or out.
  std::map<std::string, Lane> lanes_;  ///< By business.
  kit::Alarm load_alarm_;
};

}  // namespace tael
