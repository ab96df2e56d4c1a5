// The one address of all channels: a call goes to the channel its path begins with.
#pragma once

#include "actors/channel_supervisor.hpp"

#include <deque>

namespace tael {

struct ChannelSpec {
  ChannelPolicy policy;
  MakeChannel make;
};

/// How channels keep out of each other's way.
struct IsolationPolicy {
  /// False: all channels share one pool of `shared_calls_max` calls, as gateways with one pool of threads do. Only for
  /// showing what that costs.
  bool isolated = true;
  int shared_calls_max = 64;
  Duration shared_wait{5s};  ///< The longest a call waits for a place in the pool.
};

/// Owns the supervisors. One of them ending is a mistake of ours; it is started again, ever more slowly.
class ChannelsActor : public ChannelRef::base {
 public:
  ChannelsActor(caf::actor_config& config, std::vector<ChannelSpec> specs, SupervisorPeers peers,
                IsolationPolicy isolation = {});
  const char* name() const override { return "channels"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  struct Child {
    ChannelSpec spec;
    ChannelRef supervisor;  ///< Null while it is down.
    RestartBudget budget;
    TimePoint start_at{};  ///< When it is started again, while it is down.
  };
  /// A call that waits for a place in the pool that all share.
  struct Waiting {
    std::uint64_t no = 0;
    CallChannel asked;
    caf::typed_response_promise<ChannelAnswered> caller;
    TimePoint since{};
    kit::TimerId patience = 0;
  };

  caf::result<ChannelAnswered> forward(const CallChannel& asked);
  caf::result<CallbackRead> forward(const ReadCallback& heard);
  caf::result<ChannelAnswered> share(const CallChannel& asked);
  void call_shared(const CallChannel& asked, caf::typed_response_promise<ChannelAnswered> caller);
  void shared_place_free();
  void start_due();
  void start_when_due();
  void hear_down(const caf::down_msg& down);
  const Child* find(const std::string& channel) const;

  std::map<std::string, Child> children_;
  SupervisorPeers peers_;
  IsolationPolicy isolation_;
  int shared_out_ = 0;
  std::deque<Waiting> waiting_;
  std::uint64_t last_waiting_ = 0;
  kit::Alarm again_;
};

}  // namespace tael
