// One order. Decides with `order_life`, has the store remember the decision, then acts on it.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"

#include <deque>
#include <map>
#include <set>

namespace tael {

using OrderRef =
    caf::typed_actor<caf::replies_to<CreateOrder>::with<OrderReply>, caf::replies_to<PayOrder>::with<OrderReply>,
                     caf::replies_to<ViewOrder>::with<OrderReply>, caf::replies_to<CloseOrder>::with<OrderReply>,
                     caf::replies_to<RefundOrder>::with<OrderReply>, caf::replies_to<SyncOrder>::with<OrderReply>,
                     caf::replies_to<HearWord>::with<WordHeard>, caf::replies_to<ResumeOrder>::with<OrderReply>,
                     caf::reacts_to<TimerDue>, caf::reacts_to<NoticeMoved>, caf::reacts_to<WakeOrder>,
                     caf::reacts_to<kit::Run>>;

/// Invariants (as code: domain/order_invariants.hpp, asserted before anything is remembered)
///  - `order_` changes only when the store has answered: nobody sees a state that is not on disk.
///  - While a step is on its way to the store, further commands wait in `waiting_`, which is bounded.
///  - No call leaves before the step that makes it is durable.
///  - A commit whose fate is not `committed` ends the actor; its owner restarts it from the store.
class OrderActor : public OrderRef::base {
 public:
  /// `record` as loaded from the store; an order with version 0 is yet to be created and knows its id and shard.
  OrderActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
             std::shared_ptr<const OrderPolicies> policies, OrderRecord record);
  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "order"; }

 private:
  using Reply = kit::Owed<OrderReply>;
  using Then = std::function<void()>;
  using Otherwise = std::function<void(const Refused&)>;

  // Handlers of the behaviour table.
  OrderReply turn_away();
  caf::result<OrderReply> create(const CreateOrder& ask);
  caf::result<OrderReply> pay(const PayOrder& ask);
  caf::result<OrderReply> view(const ViewOrder& ask);
  caf::result<OrderReply> close(const CloseOrder& ask);
  caf::result<OrderReply> refund(const RefundOrder& ask);
  caf::result<OrderReply> sync(const SyncOrder& ask);
  caf::result<OrderReply> take_up(const ResumeOrder& ask);
  caf::result<WordHeard> hear(const HearWord& ask);
  void ring(const TimerDue& due);

  // Deciding, remembering, acting.
  struct Extra {
    Exchange exchange;  ///< Written when its channel is named.
    Claim claim;        ///< Its key is written when it has one.
    bool key_known = false;
    bool final_answer = true;  ///< False: the answer under the key comes with a later step.
    /// Decides anew when the store knows the step's transaction by another number.
    std::function<Step(const std::string& taken_by)> decide_again{};
  };
  void in_turn(Then go, Otherwise refuse);
  void surely_in_turn(Then go);
  void resume_in_turn(const std::string& cause, bool notices_resumed, Reply reply);
  void take(Step step, Extra extra, Then then, Otherwise otherwise);
  Commit commit_of(const Step& step, const Extra& extra, std::vector<Notice>& notices) const;
  void act(const Step& step, const std::vector<Notice>& notices);
  void tell_observers(const JournalRow& row);
  void tell_links(const Step& step);
  void hear_store(const CommitResult& result, const Otherwise& otherwise);
  void finish_turn();
  void rest_if_done();

  // Talking to channels, through the breakers.
  void with_permit(const std::string& path, OpClass op, std::function<void(Permit)> then,
                   std::function<void(const PermitRefused&)> otherwise);
  void begin_payment(const PayOrder& ask, const Permit& permit, Reply reply);
  void answer_for_good(Step step, const Claim& claim, Reply reply);
  void make_call(const CallDue& call);
  void ask_later(const CallDue& call, const PermitRefused& refused);
  void call_channel(const CallDue& call, std::optional<Permit> permit);
  void hear_answer(const CallDue& call, const ChannelAnswer& answer);
  void settle_waiters();

  ChannelRequest request_for(const CallDue& call) const;
  Step disbelieve(const HearWord& ask) const;
  std::string path_of(const std::string& number) const;
  OrderView view_now(const std::string& number = {}) const;
  bool knows(const std::string& business) const { return order_.version > 0 && order_.context.business == business; }

  struct Waiting {
    Then go;
    Otherwise refuse;
  };
  /// A request that waits: for the channel's first word about its attempt, or for the end of `closing`.
  struct Asker {
    Reply reply;
    Claim claim;
  };

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  std::shared_ptr<const OrderPolicies> policies_;
  Order order_;
  std::optional<Notice> notice_;
  bool storing_ = false;
  std::deque<Waiting> waiting_;
  std::map<std::string, Permit> permits_;  ///< In hand for a pay call yet to leave, by attempt.
  std::set<std::pair<ChannelOp, std::string>> calls_out_;
  std::map<std::pair<ChannelOp, std::string>, Permit>
      lent_;                                          ///< Of calls that are out; given back when this actor ends.
  std::map<std::string, std::vector<Asker>> payers_;  ///< By attempt number.
  std::vector<Asker> closers_;
  std::set<std::string> keys_answered_;  ///< With their routes, since this actor began.
  std::uint64_t heard_ = 0;              ///< Routed messages, for the owner's count.
  kit::Alarm idle_, closing_patience_;
};

}  // namespace tael
