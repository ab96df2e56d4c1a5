// The owner of one channel's adapter. It calls out, keeps the deadline when the adapter does not, and
// verifies callbacks. It holds no order and no breaker: when it dies nothing is lost but the calls under way.
#pragma once

#include "actors/domain/policy.hpp"
#include "actors/kit/manners.hpp"
#include "actors/message_types.hpp"
#include "actors/ports/clock.hpp"

#include <map>
#include <memory>

namespace tael {

/// Spoken by a channel, by its supervisor and by the address of all channels.
using ChannelRef = caf::typed_actor<caf::replies_to<CallChannel>::with<ChannelAnswered>,
                                    caf::replies_to<ReadCallback>::with<CallbackRead>, caf::reacts_to<kit::Run>>;

/// Given to the adapter beyond its own deadline before we answer in its place.
inline constexpr Duration adapter_grace = 1s;

/// An answer that did not come from the channel: `not_sent` because we did not even try (`busy`,
/// `restarting`, `parked`), `silent` because we cannot know (`adapter_crashed`, `adapter_overdue`).
ChannelAnswer answer_ourselves(Ending ending, std::string code, const std::string& channel,
                               const ChannelRequest& request, TimePoint started_at, TimePoint now);

/// One adapter and its calls.
///
/// Invariants
///  - Every call is answered exactly once: by the adapter, by the deadline, or when this actor ends.
///  - No more than `in_flight_max` calls are out.
class ChannelActor : public ChannelRef::base {
 public:
  ChannelActor(caf::actor_config& config, ChannelPolicy policy, MakeChannel make, kit::Timers& timers,
               const Clock& clock);
  const char* name() const override { return "channel"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  struct Call {
    caf::typed_response_promise<ChannelAnswered> caller;
    ChannelRequest request;
    TimePoint started_at{};
    kit::TimerId backstop = 0;
  };

  caf::result<ChannelAnswered> call(const ChannelRequest& request);
  CallbackRead read(const RawCallback& raw);
  void finish(std::uint64_t no, ChannelAnswer answer);
  void finish_silent(std::uint64_t no, std::string code);

  ChannelPolicy policy_;
  MakeChannel make_;
  std::unique_ptr<Channel> channel_;
  kit::Timers& timers_;
  const Clock& clock_;
  std::map<std::uint64_t, Call> calls_;
  std::uint64_t last_call_ = 0;
};

}  // namespace tael
