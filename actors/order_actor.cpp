// The behaviour table first, then its handlers in order. How a step is remembered and acted on is in
// order_steps.cpp, how channels are called in order_calls.cpp.
#include "actors/order_actor.hpp"

#include "actors/domain/order_machine.hpp"

#include <algorithm>

namespace tael {
namespace {

/// How long a close request waits for the channels before it answers with what is known.
constexpr Duration close_patience = 8s;

bool has_number(const Order& order, const std::string& number) {
  return std::ranges::find(order.attempts, number, &Attempt::number) != order.attempts.end() ||
         std::ranges::find(order.refunds, number, &Refund::id) != order.refunds.end();
}

Refused not_found() { return {Refusal::order_not_found, "there is no such order", {}}; }

/// A sentence for people; the code beside it and `retry_at` are for programs.
std::string why_refused(const PermitRefused& refused) {
  if (refused.refusal != Refusal::path_open) return refused.reason;
  return (refused.by.empty() ? "the path" : "'" + refused.by + "'") + " takes no payments now: " + refused.reason;
}

}  // namespace

OrderActor::OrderActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
                       std::shared_ptr<const OrderPolicies> policies, OrderRecord record)
    : OrderRef::base(config),
      surroundings_(surroundings),
      peers_(std::move(peers)),
      policies_(std::move(policies)),
      order_(std::move(record.order)),
      notice_(std::move(record.notice)),
      idle_(surroundings.timers),
      closing_patience_(surroundings.timers) {}

auto OrderActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  // A restart forgets the calls it was waiting for. To forget is to hear silence.
  if (order_.version > 0 && !order_.poisoned)
    in_turn(
        [this] {
          surroundings_.crash.passed("order.loaded");
          take(
              recover_order(order_, *policies_, surroundings_.clock.now()), {}, [] {}, [](auto&) {});
        },
        [](auto&) {});
  return {
      [this](const CreateOrder& ask) { return ++heard_, create(ask); },
      [this](const PayOrder& ask) { return ++heard_, pay(ask); },
      [this](const ViewOrder& ask) { return ++heard_, view(ask); },
      [this](const CloseOrder& ask) { return ++heard_, close(ask); },
      [this](const RefundOrder& ask) { return ++heard_, refund(ask); },
      [this](const SyncOrder& ask) { return ++heard_, sync(ask); },
      [this](const ResumeOrder& ask) { return ++heard_, take_up(ask); },
      [this](const HearWord& ask) { return ++heard_, hear(ask); },
      [this](const TimerDue& due) { ++heard_, ring(due); },
      [this](const NoticeMoved& moved) {
        ++heard_;
        if (!notice_ || moved.notice.id >= notice_->id) notice_ = moved.notice;
        rest_if_done();
      },
      [this](const WakeOrder&) { ++heard_, rest_if_done(); },
      [](const kit::Run& run) { run.what(); },
  };
}

/// Whoever asks for an order that is not theirs does not keep it in memory.
OrderReply OrderActor::turn_away() {
  rest_if_done();
  return not_found();
}

caf::result<OrderReply> OrderActor::create(const CreateOrder& ask) {
  Reply reply{this};
  in_turn(
      [this, ask, reply] {
        if (order_.version > 0) {
          // The order exists: the same body is the same wish, another body is refused.
          if (order_.body_hash == ask.draft.body_hash && order_.context.business == ask.claim.business) {
            Step same;
            same.order = order_;
            return answer_for_good(std::move(same), ask.claim, reply);
          }
          reply.deliver(Refused{Refusal::order_no_taken, "the order number was used with another body", {}});
          return rest_if_done();
        }
        auto step = create_order(ask.draft, order_.id, order_.shard, surroundings_.clock.now(), ask.claim.request_id);
        take(
            std::move(step), {.exchange = {}, .claim = ask.claim},
            [this, reply] {
              auto made = view_now();
              made.created = true;
              reply.deliver(made);
            },
            [reply](const Refused& refused) { reply.deliver(refused); });
      },
      [reply](const Refused& refused) { reply.deliver(refused); });
  return reply;
}

caf::result<OrderReply> OrderActor::pay(const PayOrder& ask) {
  if (!knows(ask.claim.business)) return turn_away();
  Reply reply{this};
  in_turn(
      [this, ask, reply] {
        auto step = pay_order(order_, ask.path, ask.claim.key, *policies_, surroundings_.clock.now(), "");
        if (step.refusal) {
          reply.deliver(Refused{*step.refusal, step.detail, {}});
          return rest_if_done();
        }
        if (!step.changes()) {  // Its key made this attempt before.
          if (calls_out_.contains({ChannelOp::pay, step.number}))
            payers_[step.number].push_back({reply, {}});
          else
            answer_for_good(std::move(step), ask.claim, reply);
          return;
        }
        with_permit(
            ask.path, OpClass::pay,
            [this, ask, reply](const Permit& permit) {
              in_turn([this, ask, permit, reply] { begin_payment(ask, permit, reply); },
                      [this, permit, reply](const Refused& refused) {
                        send(peers_->breakers, ReportCall{.permit = permit, .ignored = true});
                        reply.deliver(refused);
                      });
            },
            [this, reply](const PermitRefused& refused) {
              reply.deliver(Refused{refused.refusal, why_refused(refused), refused.retry_at});
              rest_if_done();
            });
      },
      [reply](const Refused& refused) { reply.deliver(refused); });
  return reply;
}

caf::result<OrderReply> OrderActor::view(const ViewOrder& ask) {
  rest_if_done();
  if (!knows(ask.business)) return OrderReply{not_found()};
  return OrderReply{view_now()};
}

caf::result<OrderReply> OrderActor::close(const CloseOrder& ask) {
  if (!knows(ask.claim.business)) return turn_away();
  Reply reply{this};
  in_turn(
      [this, ask, reply] {
        auto step = close_order(order_, "request", *policies_, surroundings_.clock.now(), ask.claim.request_id);
        if (!step.refusal && step.order.state != OrderState::closing)
          return answer_for_good(std::move(step), ask.claim, reply);
        Extra extra{.exchange = {}, .claim = ask.claim, .final_answer = false};
        if (ask.claim.unfinished) extra.claim = {};  // Its key is written already.
        take(
            std::move(step), std::move(extra),
            [this, reply, claim = ask.claim] {
              closers_.push_back({reply, claim});
              if (!closing_patience_.is_set())
                closing_patience_.set(this, close_patience, "closing takes long", [this] {
                  for (auto& closer : std::exchange(closers_, {})) closer.reply.deliver(view_now());
                });
            },
            [reply](const Refused& refused) { reply.deliver(refused); });
      },
      [reply](const Refused& refused) { reply.deliver(refused); });
  return reply;
}

caf::result<OrderReply> OrderActor::refund(const RefundOrder& ask) {
  if (!knows(ask.claim.business)) return turn_away();
  Reply reply{this};
  in_turn(
      [this, ask, reply] {
        auto step = refund_order(order_, ask.refund_no, ask.amount, ask.reason, *policies_, surroundings_.clock.now(),
                                 ask.claim.request_id);
        const auto number = step.number;
        const bool made = step.changes();
        take(
            std::move(step), {.exchange = {}, .claim = ask.claim},
            [this, number, made, reply] {
              auto refunded = view_now(number);
              refunded.created = made;
              reply.deliver(refunded);
            },
            [reply](const Refused& refused) { reply.deliver(refused); });
      },
      [reply](const Refused& refused) { reply.deliver(refused); });
  return reply;
}

caf::result<OrderReply> OrderActor::sync(const SyncOrder&) {
  Reply reply{this};
  in_turn(
      [this, reply] {
        take(
            sync_order(order_, *policies_), {}, [this, reply] { reply.deliver(view_now()); }, [](auto&) {});
      },
      [reply](const Refused& refused) { reply.deliver(refused); });
  return reply;
}

caf::result<OrderReply> OrderActor::take_up(const ResumeOrder& ask) {
  Reply reply{this};
  const auto refuse = [reply](const std::string& why) { reply.deliver(Refused{Refusal::unavailable, why, {}}); };
  kit::ask<NoticesResumed>(
      this, surroundings_.timers, store_deadline, peers_->notices, ResumeNotices{order_.id, ask.cause},
      [this, cause = ask.cause, reply, refuse](const NoticesResumed& notices) {
        if (!notices.error.empty()) return refuse(notices.error);
        surely_in_turn([this, cause, resumed = notices.count > 0, reply] { resume_in_turn(cause, resumed, reply); });
      },
      [refuse](const caf::error&) { refuse("whoever sends notices did not answer in time"); });
  return reply;
}

void OrderActor::resume_in_turn(const std::string& cause, bool notices_resumed, Reply reply) {
  auto step = resume_order(order_, *policies_, surroundings_.clock.now(), cause);
  if (!step.changes() && !notices_resumed) {
    step.refusal = Refusal::nothing_parked;
    step.detail = "neither the order nor a refund or notice of it is parked";
  }
  take(
      std::move(step), {}, [this, reply] { reply.deliver(view_now()); },
      [reply](const Refused& refused) { reply.deliver(refused); });
}

/// A channel's keys prove only what that channel says of its own attempts and refunds. It is acknowledged all the same:
/// two channels of one account may each be told of everything, and who is refused for ever stops telling.
Step OrderActor::disbelieve(const HearWord& ask) const {
  Step step;
  step.order = order_;
  const auto& number = ask.word.number;
  step.alerts.push_back({.shard = order_.shard,
                         .kind = "callback_of_another_channel",
                         .ref = ask.exchange.channel,
                         .severity = Severity::critical,
                         .message = "a callback signed for channel '" + ask.exchange.channel + "' speaks about " +
                                    number + ", which went through " + path_of(number) +
                                    "; nothing was moved: is a key of '" + ask.exchange.channel + "' in other hands?",
                         .context = order_.context,
                         .at = surroundings_.clock.now(),
                         .channel = ask.exchange.channel});
  return step;
}

caf::result<WordHeard> OrderActor::hear(const HearWord& ask) {
  kit::Owed<WordHeard> reply{this};
  in_turn(
      [this, ask, reply] {
        if (!has_number(order_, ask.word.number)) {
          reply.deliver(WordHeard{Reception::again, true});
          return rest_if_done();
        }
        const bool is_of_channel = channel_of(path_of(ask.word.number)) == ask.exchange.channel;
        const auto decide = [this, ask](const std::string& taken_by) {
          auto word = ask.word;
          word.taken_by = taken_by;
          return hear_channel(order_, word, *policies_, surroundings_.clock.now(), ask.cause);
        };
        auto step = is_of_channel ? decide({}) : disbelieve(ask);
        if (!is_of_channel)
          surroundings_.meter.count("callbacks_not_ours_total",
                                    {{"path", ask.exchange.channel}, {"outcome", "other_channel"}});
        take(
            std::move(step), {.exchange = ask.exchange, .claim = {}, .decide_again = decide},
            [reply] { reply.deliver(WordHeard{Reception::taken}); },
            [reply](const Refused&) { reply.deliver(WordHeard{Reception::again}); });
      },
      [reply](const Refused&) { reply.deliver(WordHeard{Reception::again}); });
  return reply;
}

void OrderActor::ring(const TimerDue& due) {
  in_turn(
      [this, due] {
        const auto now = surroundings_.clock.now();
        if (now < due.timer.due_at) return;  // The clock went back; the timer rings again.
        auto step = hear_timer(order_, due.timer, *policies_, now);
        if (!step.changes() && step.calls.empty()) {
          // A timer the order does not wait for was struck in the store already. Or the order was read before a commit
          // that nobody was told of came through after all; one that has just been read cannot be so old.
          if (heard_ > 1 && waiting_.empty() && calls_out_.empty() && payers_.empty() && closers_.empty())
            return quit(caf::exit_reason::user_shutdown);  // The timer rings again and finds it read again.
          if (heard_ == 1) send(peers_->timers, ArmTimers{{due.timer}, {}});
        }
        take(
            std::move(step), {}, [] {}, [](auto&) {});
      },
      [](auto&) {});
}

}  // namespace tael
