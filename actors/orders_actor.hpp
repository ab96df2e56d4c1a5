// Owner of every order of this node: finds, wakes, restarts and lets go of order actors, and routes to them.
// It decides nothing about money. Orders are restarted from the store, never from the corpse.
#pragma once

#include "actors/order_actor.hpp"

#include <map>

namespace tael {

using OrdersRef =
    OwnerRef::extend<caf::replies_to<CreateOrder>::with<OrderReply>, caf::replies_to<PayOrder>::with<OrderReply>,
                     caf::replies_to<ViewOrder>::with<OrderReply>, caf::replies_to<FindOrder>::with<OrderReply>,
                     caf::replies_to<CloseOrder>::with<OrderReply>, caf::replies_to<RefundOrder>::with<OrderReply>,
                     caf::replies_to<SyncOrder>::with<OrderReply>, caf::replies_to<ResumeOrder>::with<OrderReply>,
                     caf::replies_to<HearWord>::with<WordHeard>, caf::reacts_to<kit::Run>>;

/// Invariants
///  - At most one actor per order, so its mailbox is the order's lock.
///  - One order number of one business is being created by at most one actor.
///  - Nothing that an order says leaves a node that cannot prove that it still owns the order.
///  - An order that crashed `crashes_max` times is parked with an alert and answers reads only.
class OrdersActor : public OrdersRef::base {
 public:
  OrdersActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
              std::shared_ptr<const OrderPolicies> policies);
  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "orders"; }

 private:
  using Reply = kit::Owed<OrderReply>;
  using GoTo = std::function<void(const OrderRef&)>;
  using TurnAway = std::function<void(const Refused&)>;

  struct Lodger {
    OrderRef actor;  ///< Null while it is being loaded.
    std::uint64_t routed = 0;
    std::uint64_t rests_at = ~0ULL;  ///< Routed messages it had heard when it last said that it is at rest.
    std::string number_key;          ///< `business/order_no`, for orders made by this owner.
    std::vector<std::pair<GoTo, TurnAway>> waiting;
    std::map<std::uint64_t, std::function<void()>> asked;  ///< What to do when it dies before it answers.
  };

  /// `go` while nobody else can know better than this node's memory, `otherwise` when that cannot be proved. What an
  /// order says is not passed on, and nothing is begun, before it.
  template <class Go, class Otherwise>
  void while_ours(Go go, Otherwise otherwise);
  /// Delivers what an order said from memory. `in_doubt`: what to say when it may be from the past.
  void vouch(const Reply& reply, const OrderReply& answer, const Refused& in_doubt);
  void ring(const TimerDue& due);
  void create(const CreateOrder& ask, Reply reply);
  void create_again(const CreateOrder& ask, Reply reply, const Refused& otherwise);
  void find(const FindOrder& ask, Reply reply);
  template <class Answer, class Message>
  void ask_order(const std::string& id, const OrderRef& order, const Message& message,
                 std::function<void(const Answer&)> then, Answer if_gone);
  template <class Message>
  caf::result<OrderReply> route(const std::string& order_id, const Message& message);
  caf::result<WordHeard> hear(const HearWord& ask);
  void with_order(const std::string& id, GoTo go, TurnAway otherwise);
  void load(const std::string& id);
  void move_in(const std::string& id, OrderRecord record);
  void turn_away(const std::string& id, const Refused& refused);
  void let_go_at_rest(const std::string& id);
  void hear_end(const caf::down_msg& end);
  void park(const std::string& id, OrderRecord record, const std::string& why);
  void wake_interrupted();

  static constexpr int crashes_max = 3;

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  std::shared_ptr<const OrderPolicies> policies_;
  std::map<std::string, Lodger> lodgers_;
  std::map<std::string, std::string> by_number_;  ///< `business/order_no` to the id of an order in memory.
  std::map<caf::actor_addr, std::string> by_address_;
  std::map<std::string, int> crashes_;
  std::uint64_t last_question_ = 0;
  bool recovery_told_ = false;
  std::vector<TimerDue> unheard_;  ///< Rang for orders that could not be read.
  kit::Alarm wake_alarm_, unheard_alarm_;
};

}  // namespace tael
