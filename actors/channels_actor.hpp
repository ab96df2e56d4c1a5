// The one address of all channels: a call goes to the channel its path begins with.
#pragma once

#include "actors/channel_supervisor.hpp"

namespace tael {

struct ChannelSpec {
  ChannelPolicy policy;
  MakeChannel make;
};

/// Owns the supervisors. One of them ending is a mistake of ours; it is started again after a moment.
class ChannelsActor : public ChannelRef::base {
 public:
  ChannelsActor(caf::actor_config& config, std::vector<ChannelSpec> specs, SupervisorPeers peers);
  const char* name() const override { return "channels"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  struct Child {
    ChannelSpec spec;
    ChannelRef supervisor;  ///< Null while it is down.
  };

  caf::result<ChannelAnswered> forward(const CallChannel& asked);
  caf::result<CallbackRead> forward(const ReadCallback& heard);
  void start_missing();
  void hear_down(const caf::down_msg& down);
  const Child* find(const std::string& channel) const;

  std::map<std::string, Child> children_;
  SupervisorPeers peers_;
  kit::Alarm again_;
};

}  // namespace tael
