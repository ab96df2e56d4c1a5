#include "actors/orders_actor.hpp"

#include "actors/domain/order_parking.hpp"

namespace tael {
namespace {

std::string number_key_of(const std::string& business, const std::string& order_no) {
  return business + "/" + order_no;
}

OrderReply restarting() { return Refused{Refusal::unavailable, "the order is being restarted", {}}; }
Refused not_found() { return {Refusal::order_not_found, "there is no such order", {}}; }
/// Nothing was begun, whatever was asked.
Refused unproved() {
  return {Refusal::unavailable, "this node cannot prove now that it still owns the order; nothing was begun", {}, true};
}

/// What to say instead of an answer from memory that may be from the past. Who only read lost nothing; who asked for
/// more may have had it.
template <class Message>
Refused in_doubt() {
  if constexpr (std::is_same_v<Message, ViewOrder> || std::is_same_v<Message, FindOrder>) return unproved();
  return {Refusal::unavailable, "another node may own the order by now; repeat the request as it is", {}};
}

}  // namespace

OrdersActor::OrdersActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                         std::shared_ptr<const OrderPolicies> policies)
    : OrdersRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      policies_(std::move(policies)),
      wake_alarm_(surroundings.timers),
      unheard_alarm_(surroundings.timers) {}

auto OrdersActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  set_down_handler([this](const caf::down_msg& end) { hear_end(end); });
  return {
      [this](const TimerDue& due) { ring(due); },
      [this](const NoticeMoved& moved) {  // Only for those in memory; the others read it from the store.
        const auto found = lodgers_.find(moved.notice.order_id);
        if (found == lodgers_.end() || !found->second.actor) return;
        ++found->second.routed;
        send(found->second.actor, moved);
      },
      [this](const OrderAtRest& rest) {
        const auto found = lodgers_.find(rest.id);
        if (found == lodgers_.end()) return;
        found->second.rests_at = rest.heard;
        let_go_at_rest(rest.id);
      },
      [this](const CreateOrder& ask) -> caf::result<OrderReply> {
        Reply reply{this};
        while_ours([this, ask, reply] { create(ask, reply); }, [reply] { reply.deliver(unproved()); });
        return reply;
      },
      [this](const PayOrder& ask) { return route(ask.order_id, ask); },
      [this](const ViewOrder& ask) { return route(ask.order_id, ask); },
      [this](const FindOrder& ask) -> caf::result<OrderReply> {
        Reply reply{this};
        while_ours([this, ask, reply] { find(ask, reply); }, [reply] { reply.deliver(unproved()); });
        return reply;
      },
      [this](const CloseOrder& ask) { return route(ask.order_id, ask); },
      [this](const RefundOrder& ask) { return route(ask.order_id, ask); },
      [this](const SyncOrder& ask) { return route(ask.order_id, ask); },
      [this](const ResumeOrder& ask) { return route(ask.order_id, ask); },
      [this](const HearWord& ask) { return hear(ask); },
      [this](const Begin&) { wake_interrupted(); },
      [](const kit::Run& run) { run.what(); },
  };
}

template <class Go, class Otherwise>
void OrdersActor::while_ours(Go go, Otherwise otherwise) {
  if (surroundings_.lease.holds()) return go();
  surroundings_.lease.prove(kit::inside<bool>(this, "lease proved", [go, otherwise](bool proved) {
    if (proved) return go();
    otherwise();
  }));
}

void OrdersActor::vouch(const Reply& reply, const OrderReply& answer, const Refused& in_doubt) {
  while_ours([reply, answer] { reply.deliver(answer); }, [reply, in_doubt] { reply.deliver(in_doubt); });
}

/// An order that cannot be read now is told as soon as it can be: its timer's next ring is much later.
void OrdersActor::ring(const TimerDue& due) {
  const auto id = order_of(due.timer.ref);
  if (!id) return;
  with_order(
      *id, [this, due](const OrderRef& order) { send(order, due); },
      [this, due](const Refused& refused) {
        if (refused.refusal != Refusal::unavailable) return;
        unheard_.push_back(due);
        if (unheard_alarm_.is_set()) return;
        unheard_alarm_.set(this, 1s, "ring again", [this] {
          for (const auto& unheard : std::exchange(unheard_, {})) ring(unheard);
        });
      });
}

void OrdersActor::create(const CreateOrder& ask, Reply reply) {
  const auto key = number_key_of(ask.claim.business, ask.draft.order_no);
  auto known = by_number_.find(key);
  if (known == by_number_.end()) {
    OrderRecord record;
    record.order.shard = static_cast<Shard>(shard_for(ask.claim.business, ask.draft.order_no) % shards_total);
    record.order.id = make_id(surroundings_.clock.now(), record.order.shard, surroundings_.dice.roll());
    const auto id = record.order.id;
    lodgers_[id].number_key = key;
    known = by_number_.emplace(key, id).first;
    move_in(id, std::move(record));
  }
  with_order(
      known->second,
      [this, ask, reply, id = known->second](const OrderRef& order) {
        ask_order<OrderReply>(
            id, order, ask,
            [this, ask, reply](const OrderReply& answer) {
              // Refused by the schema: the number belongs to an order that is not in memory.
              const auto* refused = std::get_if<Refused>(&answer);
              if (refused && refused->refusal == Refusal::order_no_taken && order_of(refused->detail))
                return create_again(ask, reply, {Refusal::unavailable, "the order cannot be read now", {}, true});
              // Too late for a new order; a repeat of one that is not in memory is never too late.
              if (refused && refused->refusal == Refusal::expired) return create_again(ask, reply, *refused);
              vouch(reply, answer, in_doubt<CreateOrder>());
            },
            restarting());
      },
      [reply](const Refused& refused) { reply.deliver(refused); });
}

/// The number may be taken in the store: its order compares the bodies. `otherwise` when it is not.
void OrdersActor::create_again(const CreateOrder& ask, Reply reply, const Refused& otherwise) {
  surroundings_.store.find_order(
      ask.claim.business, ask.draft.order_no,
      kit::inside<Read<std::optional<std::string>>>(
          this, "order found", [this, ask, reply, otherwise](const Read<std::optional<std::string>>& read) {
            if (!read.ok())
              return reply.deliver(Refused{Refusal::unavailable, "the order cannot be read now", {}, true});
            if (!read.value) return reply.deliver(otherwise);
            with_order(
                *read.value,
                [this, ask, reply, id = *read.value](const OrderRef& order) {
                  ask_order<OrderReply>(
                      id, order, ask,
                      [this, reply](const OrderReply& answer) { vouch(reply, answer, in_doubt<CreateOrder>()); },
                      restarting());
                },
                [reply](const Refused& refused) { reply.deliver(refused); });
          }));
}

void OrdersActor::find(const FindOrder& ask, Reply reply) {
  const auto view = [this, business = ask.business](const std::string& id,
                                                    const std::function<void(OrderReply)>& then) {
    with_order(
        id,
        [this, then, business, id](const OrderRef& order) {
          ask_order<OrderReply>(id, order, ViewOrder{business, id}, then, restarting());
        },
        then);
  };
  const auto look_in_store = [this, ask, reply, view] {
    surroundings_.store.find_order(
        ask.business, ask.order_no,
        kit::inside<Read<std::optional<std::string>>>(
            this, "order found", [this, reply, view](const Read<std::optional<std::string>>& read) {
              if (!read.ok())
                return reply.deliver(Refused{Refusal::unavailable, "the order cannot be read now", {}, true});
              if (!read.value) return reply.deliver(not_found());
              view(*read.value,
                   [this, reply](const OrderReply& answer) { vouch(reply, answer, in_doubt<FindOrder>()); });
            }));
  };
  const auto known = by_number_.find(number_key_of(ask.business, ask.order_no));
  if (known == by_number_.end()) return look_in_store();
  view(known->second, [this, reply, look_in_store](const OrderReply& answer) {
    // One that is being created again does not know yet that it exists already.
    const auto* refused = std::get_if<Refused>(&answer);
    if (refused != nullptr && refused->refusal == Refusal::order_not_found) return look_in_store();
    vouch(reply, answer, in_doubt<FindOrder>());
  });
}

template <class Message>
caf::result<OrderReply> OrdersActor::route(const std::string& order_id, const Message& message) {
  Reply reply{this};
  while_ours(
      [this, message, reply, order_id] {
        with_order(
            order_id,
            [this, message, reply, order_id](const OrderRef& order) {
              ask_order<OrderReply>(
                  order_id, order, message,
                  [this, reply](const OrderReply& answer) { vouch(reply, answer, in_doubt<Message>()); }, restarting());
            },
            [reply](const Refused& refused) { reply.deliver(refused); });
      },
      [reply] { reply.deliver(unproved()); });
  return reply;
}

/// What is acknowledged changed nothing, or is durable; only the first may be from the past.
caf::result<WordHeard> OrdersActor::hear(const HearWord& ask) {
  kit::Owed<WordHeard> heard{this};
  const auto again = [heard] { heard.deliver(WordHeard{Reception::again}); };
  while_ours(
      [this, ask, heard, again] {
        with_order(
            ask.order_id,
            [this, ask, heard, again](const OrderRef& order) {
              ask_order<WordHeard>(
                  ask.order_id, order, ask,
                  [this, heard, again](const WordHeard& word) {
                    while_ours([heard, word] { heard.deliver(word); }, again);
                  },
                  WordHeard{Reception::again});
            },
            [heard](const Refused& refused) {
              heard.deliver(WordHeard{Reception::again, refused.refusal == Refusal::order_not_found});
            });
      },
      again);
  return heard;
}

/// CAF does not say when an actor dies owing an answer; its end does, in `hear_end`.
template <class Answer, class Message>
void OrdersActor::ask_order(const std::string& id, const OrderRef& order, const Message& message,
                            std::function<void(const Answer&)> then, Answer if_gone) {
  const auto question = ++last_question_;
  lodgers_[id].asked[question] = [then, if_gone] { then(if_gone); };
  const auto settle = [this, id, question] {
    const auto lodger = lodgers_.find(id);
    if (lodger == lodgers_.end() || lodger->second.asked.erase(question) == 0) return false;
    let_go_at_rest(id);
    return true;
  };
  request(order, caf::infinite, message)
      .then(
          [settle, then](const Answer& answer) {
            if (settle()) then(answer);
          },
          [settle, then, if_gone](const caf::error&) {
            if (settle()) then(if_gone);
          });
}

/// Counts one routed message; `go` sends exactly one.
void OrdersActor::with_order(const std::string& id, GoTo go, TurnAway otherwise) {
  if (order_of(id) != id) return otherwise(not_found());
  auto& lodger = lodgers_[id];
  if (lodger.actor) {
    ++lodger.routed;
    return go(lodger.actor);
  }
  lodger.waiting.emplace_back(std::move(go), std::move(otherwise));
  if (lodger.waiting.size() == 1) load(id);
}

void OrdersActor::load(const std::string& id) {
  surroundings_.store.load_order(
      id, kit::inside<Read<std::optional<OrderRecord>>>(
              this, "order loaded", [this, id](Read<std::optional<OrderRecord>> read) {
                if (!read.ok()) return turn_away(id, {Refusal::unavailable, "the order cannot be read now", {}, true});
                if (!read.value) return turn_away(id, not_found());
                const auto crashed = crashes_.find(id);
                if (crashed != crashes_.end() && crashed->second >= crashes_max && !read.value->order.poisoned)
                  return park(id, std::move(*read.value), "it crashed its actor again and again");
                move_in(id, std::move(*read.value));
              }));
}

void OrdersActor::move_in(const std::string& id, OrderRecord record) {
  auto& lodger = lodgers_[id];
  if (record.order.version > 0) {
    lodger.number_key = number_key_of(record.order.context.business, record.order.order_no);
    by_number_[lodger.number_key] = id;
  }
  lodger.actor = spawn<OrderActor>(surroundings_, peers_, policies_, std::move(record));
  by_address_[lodger.actor.address()] = id;
  monitor(lodger.actor);
  for (auto& [go, otherwise] : std::exchange(lodger.waiting, {})) {
    ++lodger.routed;
    go(lodger.actor);
  }
}

void OrdersActor::turn_away(const std::string& id, const Refused& refused) {
  auto lodger = lodgers_.extract(id);
  if (!lodger) return;
  for (auto& [go, otherwise] : lodger.mapped().waiting) otherwise(refused);
}

/// An order leaves memory when it is at rest and nothing is on its way to it or from it.
void OrdersActor::let_go_at_rest(const std::string& id) {
  const auto found = lodgers_.find(id);
  const auto& lodger = found->second;
  if (lodger.routed != lodger.rests_at || !lodger.asked.empty() || !lodger.actor) return;
  by_address_.erase(lodger.actor.address());
  by_number_.erase(lodger.number_key);
  send_exit(lodger.actor, caf::exit_reason::user_shutdown);
  lodgers_.erase(found);
}

void OrdersActor::hear_end(const caf::down_msg& end) {
  const auto found = by_address_.find(end.source);
  if (found == by_address_.end()) return;  // One we let go.
  const auto id = found->second;
  by_address_.erase(found);
  auto lodger = lodgers_.extract(id);
  by_number_.erase(lodger.mapped().number_key);
  for (const auto& [question, give_up] : lodger.mapped().asked) give_up();
  if (end.reason == caf::exit_reason::user_shutdown) return;
  const auto crashes = ++crashes_[id];
  surroundings_.meter.count("order_crashes_total", {});
  surroundings_.log.line(Level::error, "order_crashed",
                         {{"order", id}, {"crashes", std::int64_t{crashes}}, {"reason", system().render(end.reason)}});
  if (crashes >= crashes_max)
    with_order(
        id,
        [this, id](const OrderRef& order) {
          send(order, WakeOrder{});  // Loads it, so that it is parked without waiting for its next message.
        },
        [](auto&) {});
}

void OrdersActor::park(const std::string& id, OrderRecord record, const std::string& why) {
  auto parking = park_order(record.order, why, surroundings_.clock.now());
  Commit commit;
  commit.shard = parking.order.shard;
  commit.journal = {parking.row};
  commit.order = Write<Order>{parking.order, false};
  commit.alerts = {parking.alert};
  record.order = parking.order;
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
      [this, id, record](const Remembered& remembered) mutable {
        if (remembered.result.outcome != CommitOutcome::committed)
          return turn_away(id, {Refusal::unavailable, "the order cannot be parked now", {}, true});
        crashes_.erase(id);
        move_in(id, std::move(record));
      },
      [this, id](const caf::error&) {
        turn_away(id, {Refusal::unavailable, "the order cannot be parked now", {}, true});
      });
}

void OrdersActor::wake_interrupted() {
  surroundings_.store.load_interrupted(kit::inside<Read<std::vector<std::string>>>(
      this, "interrupted loaded", [this](const Read<std::vector<std::string>>& read) {
        if (!read.ok()) return wake_alarm_.set(this, 1s, "wake again", [this] { wake_interrupted(); });
        // Read again after an outage, it is no news.
        surroundings_.log.line(std::exchange(recovery_told_, true) ? Level::debug : Level::info, "orders_recovered",
                               {{"count", static_cast<std::int64_t>(read.value.size())}});
        for (const auto& id : read.value)
          with_order(
              id, [this](const OrderRef& order) { send(order, WakeOrder{}); }, [](auto&) {});
      }));
}

void OrdersActor::on_exit() {
  for (auto& [id, lodger] : lodgers_)
    if (lodger.actor) send_exit(lodger.actor, caf::exit_reason::user_shutdown);
  lodgers_.clear();
}

}  // namespace tael
