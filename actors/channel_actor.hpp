// The owner of one channel's adapter. It calls out, keeps the deadline when the adapter does not, and
// verifies callbacks. It holds no order and no breaker: when it dies nothing is lost but the calls under way.
#pragma once

#include "actors/domain/breaker_words.hpp"
#include "actors/domain/bulkhead.hpp"
#include "actors/domain/policy.hpp"
#include "actors/kit/manners.hpp"
#include "actors/message_types.hpp"
#include "actors/ports/clock.hpp"

#include <array>
#include <deque>
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

/// A callback's name where a call has its number: the same bytes, the same name, in every build. It outlives the node.
std::string callback_name(const RawCallback& raw);

/// What an adapter was handling when it died, and of what.
struct AtWork {
  std::string message;   ///< As `QuarantinedMessage` names it; empty: nothing.
  std::string order_id;  ///< Empty for what has not been read.
  AdapterCrash crash;
};

/// One adapter and its calls.
///
/// Invariants
///  - Every call is answered exactly once: by the adapter, by the deadline, or when this actor ends.
///  - Payments, refunds, inquiries and closes have lanes of their own; of each no more than `in_flight_max` are out.
///  - An answer that the adapter died of is a death of the adapter, on whichever thread it came.
///  - A call that waited in vain left nobody.
class ChannelActor : public ChannelRef::base {
 public:
  /// `at_work` is for whoever finds the adapter dead.
  ChannelActor(caf::actor_config& config, ChannelPolicy policy, MakeChannel make, kit::Timers& timers,
               const Clock& clock, std::shared_ptr<AtWork> at_work = std::make_shared<AtWork>());
  const char* name() const override { return "channel"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  struct Call {
    caf::typed_response_promise<ChannelAnswered> caller;
    ChannelRequest request;
    TimePoint started_at{};
    kit::TimerId backstop = 0;  ///< Of the wait for a place, then of the call.
    bool is_out = false;
  };
  struct Lane {
    Bulkhead bulkhead;
    std::deque<std::uint64_t> waiting;
  };

  caf::result<ChannelAnswered> call(const ChannelRequest& request);
  CallbackRead read(const RawCallback& raw);
  template <class Deed>
  void work(const AtWork& what, const Deed& deed);
  [[noreturn]] void die_of(const AtWork& what, const AdapterCrash& crash);
  void start(std::uint64_t no);
  void start_waiting(Lane& lane);
  void refuse_waiting(std::uint64_t no);
  Lane& lane_of(ChannelOp op) { return lanes_[static_cast<std::size_t>(class_of(op))]; }
  void hear(std::uint64_t no, const AtWork& what, ChannelAnswer answer);
  void finish(std::uint64_t no, ChannelAnswer answer);
  void finish_silent(std::uint64_t no, std::string code);

  ChannelPolicy policy_;
  MakeChannel make_;
  std::unique_ptr<Channel> channel_;
  kit::Timers& timers_;
  const Clock& clock_;
  std::shared_ptr<AtWork> at_work_;
  std::array<Lane, op_class_words.size()> lanes_;
  std::map<std::uint64_t, Call> calls_;
  std::uint64_t last_call_ = 0;
};

}  // namespace tael
