// Commands and timers. What channels say is heard in order_hearing.cpp.
#include "actors/domain/order_life.hpp"

#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/order_machine.hpp"
#include "actors/domain/order_moves.hpp"
#include "actors/domain/refund_machine.hpp"

namespace tael {

namespace {

/// Why the channel cannot say this amount: rounded, it would take or give back another one than our books have.
std::optional<std::string> step_refused(const ChannelPolicy& policy, const Money& money) {
  const auto found = policy.steps.find(money.currency);
  if (found == policy.steps.end() || money.amount % found->second == 0) return std::nullopt;
  return "'" + policy.channel + "' counts in steps of " + to_text({found->second, money.currency}) + ": " +
         to_text(money) + " is no whole number of them";
}

}  // namespace

std::string channel_of(const std::string& path) { return path.substr(0, path.find('/')); }

Step create_order(Order draft, std::string id, Shard shard, TimePoint now, const std::string& cause) {
  TAEL_ASSERT(draft.amount > 0 && draft.amount <= amount_max, "an order's amount was checked at the edge");
  if (draft.expires_at <= now) return StepBuilder::refuse(draft, Refusal::expired, "the order's time is over");
  draft.id = std::move(id);
  draft.shard = shard;
  draft.state = OrderState::created;
  draft.created_at = now;
  draft.version = 0;
  static const OrderPolicies none;
  StepBuilder step{draft, none, now, cause};
  step.happened("order_created", {{"order_no", draft.order_no},
                                  {"amount", draft.amount},
                                  {"currency", draft.currency.text()},
                                  {"subject", draft.subject},
                                  {"expires_at", to_rfc3339(draft.expires_at)}});
  step.re_arm(TimerKind::order_close, draft.id, step.order().close_at, draft.expires_at);
  step.made(draft.id);
  return std::move(step).done();
}

Step pay_order(const Order& order, const std::string& path, const std::string& request_key,
               const OrderPolicies& policies, TimePoint now, const std::string& cause) {
  if (!request_key.empty())
    for (const auto& attempt : order.attempts)
      if (attempt.request_key == request_key) {
        if (attempt.path != path)
          return StepBuilder::refuse(order, Refusal::key_taken, "the Idempotency-Key was used with another path");
        Step same;
        same.order = order;
        same.number = attempt.number;
        return same;
      }
  const auto rule = find_rule(order.state, OrderEvent::attempt_opened);
  if (!rule)
    return StepBuilder::refuse(order, Refusal::not_payable, "the order is " + std::string{name_of(order.state)});
  if (now >= order.expires_at) return StepBuilder::refuse(order, Refusal::expired, "the order's time is over");
  if (order.attempts.size() >= attempts_max)
    return StepBuilder::refuse(order, Refusal::too_many_attempts,
                               "an order may be tried " + std::to_string(attempts_max) + " times");
  if (!policies.channels.contains(channel_of(path)))
    return StepBuilder::refuse(order, Refusal::path_unknown, "there is no channel for path '" + path + "'");

  StepBuilder step{order, policies, now, cause};
  const auto& policy = step.policy_of(path);
  // Sent all the same, an institution with one currency would take the number for its own money.
  const auto& taken = policy.currencies;
  if (!taken.empty() && std::ranges::find(taken, order.currency) == taken.end())
    return StepBuilder::refuse(order, Refusal::currency_not_taken,
                               "'" + channel_of(path) + "' cannot be paid in " + order.currency.text());
  if (auto why = step_refused(policy, {order.amount, order.currency}))
    return StepBuilder::refuse(order, Refusal::amount_not_taken, std::move(*why));
  const int no = static_cast<int>(order.attempts.size()) + 1;
  step.order().state = rule->to;
  auto& attempt = step.order().attempts.emplace_back(Attempt{.number = attempt_number(order.id, no),
                                                             .no = no,
                                                             .path = path,
                                                             .institution = policy.institution,
                                                             .state = AttemptState::sent,
                                                             .amount = order.amount,
                                                             .channel_transaction = {},
                                                             .code = {},
                                                             .request_key = request_key,
                                                             .voucher = {},
                                                             .sent_at = now});
  step.made(attempt.number);
  step.changed(attempt);
  step.happened("attempt_sent", {{"number", attempt.number}, {"path", path}, {"amount", attempt.amount}});
  if (!policy.inquiry_ladder.empty())
    step.re_arm(TimerKind::attempt_inquiry, attempt.number, attempt.inquire_at, now + policy.inquiry_ladder[0]);
  step.call(ChannelOp::pay, attempt.number);
  step.answer_with(attempt.number);
  return std::move(step).done();
}

Step close_order(const Order& order, const std::string& reason, const OrderPolicies& policies, TimePoint now,
                 const std::string& cause) {
  if (order.state == OrderState::closed || order.state == OrderState::closing) {
    Step agreed;
    agreed.order = order;
    return agreed;
  }
  const auto rule = find_rule(order.state, OrderEvent::close_requested);
  if (!rule) return StepBuilder::refuse(order, Refusal::not_closable, "the order is paid; refund it instead");
  StepBuilder step{order, policies, now, cause};
  step.order().close_reason = reason;
  move_order(step, OrderEvent::close_requested);
  return std::move(step).done();
}

Step refund_order(const Order& order, const std::string& refund_no, std::int64_t amount, const std::string& reason,
                  const OrderPolicies& policies, TimePoint now, const std::string& cause) {
  for (const auto& refund : order.refunds) {
    if (refund.cause != RefundCause::requested || refund.refund_no != refund_no) continue;
    if (refund.amount != amount)
      return StepBuilder::refuse(order, Refusal::refund_no_taken,
                                 "refund '" + refund_no + "' was asked for with another amount");
    Step same;
    same.order = order;
    same.number = refund.id;
    return same;
  }
  // A surplus goes back under its attempt's number, which must still be free when that day comes.
  if (refund_no != order.id && order_of(refund_no) == order.id)
    return StepBuilder::refuse(order, Refusal::refund_no_taken, "'" + refund_no + "' is a number of ours");
  if (order.state != OrderState::paid)
    return StepBuilder::refuse(order, Refusal::not_refundable, "the order is " + std::string{name_of(order.state)});
  if (order.refunds.size() >= refunds_max)
    return StepBuilder::refuse(order, Refusal::too_many_refunds,
                               "an order may be refunded " + std::to_string(refunds_max) + " times");
  const auto left = order.paid_amount - order.refunded_amount - order.refunding_amount;
  if (amount > left)
    return StepBuilder::refuse(order, Refusal::refund_exceeds_paid,
                               "at most " + std::to_string(left) + " can still be refunded");
  TAEL_ASSERT(amount > 0, "a refund's amount was checked at the edge");

  StepBuilder step{order, policies, now, cause};
  const auto* paid_by = step.find_attempt(order.paid_by);
  TAEL_ASSERT(paid_by != nullptr, "a paid order knows the attempt that paid it");
  if (const auto channel = channel_of(paid_by->path); !policies.channels.contains(channel))
    return StepBuilder::refuse(order, Refusal::path_unknown,
                               "it was paid through channel '" + channel + "', which is no longer configured");
  if (auto why = step_refused(step.policy_of(paid_by->path), {amount, order.currency}))
    return StepBuilder::refuse(order, Refusal::amount_not_taken, std::move(*why));
  step.order().refunding_amount += amount;
  step.answer_with(open_refund(step, *paid_by, refund_no, amount, reason, RefundCause::requested));
  return std::move(step).done();
}

Step hear_timer(const Order& order, const Timer& timer, const OrderPolicies& policies, TimePoint now) {
  TAEL_ASSERT(now >= timer.due_at, "nothing fires before its time");
  StepBuilder step{order, policies, now, "timer/" + std::string{name_of(timer.kind)}};
  switch (timer.kind) {
    case TimerKind::order_close:
      if (order.close_at != timer.due_at) break;
      if (order.state == OrderState::closing) {
        try_closing_again(step);
      } else if (!is_terminal(order.state)) {
        step.order().close_reason = "expiry";
        move_order(step, OrderEvent::close_requested);
      } else {
        step.happened("timer_struck", {{"kind", std::string{name_of(timer.kind)}}});
        step.re_arm(timer.kind, order.id, step.order().close_at, TimePoint{});
      }
      break;
    case TimerKind::attempt_inquiry: {
      // The timer is struck by what the answer changes; until then it is due again after a restart.
      const auto* attempt = step.find_attempt(timer.ref);
      if (attempt != nullptr && attempt->inquire_at == timer.due_at) step.call(ChannelOp::inquire, timer.ref);
      break;
    }
    case TimerKind::refund_try: {
      const auto* refund = step.find_refund(timer.ref);
      if (refund == nullptr || refund->next_at != timer.due_at) break;
      if (find_rule(refund->state, RefundEvent::send))
        move_refund(step, timer.ref, RefundEvent::send);
      else
        step.call(ChannelOp::inquire_refund, timer.ref);
      break;
    }
    case TimerKind::notice_try: break;  // The notice actor's own.
  }
  return std::move(step).done();
}

namespace {

/// A restart forgets the calls that were out. To forget is to hear silence.
void forget_calls(StepBuilder& step) {
  const auto before = step.order();
  for (const auto& attempt : before.attempts)
    if (attempt.state == AttemptState::sent)
      hear_about_attempt(step, {.op = ChannelOp::pay,
                                .number = attempt.number,
                                .ending = Ending::silent,
                                .code = "restart",
                                .channel_transaction = {},
                                .amount = {},
                                .voucher = {}});
  for (const auto& refund : before.refunds)
    if (refund.state == RefundState::sent) move_refund(step, refund.id, RefundEvent::silent);
  // Those in closing go on by their close timer, those requested by their refund timer.
}

}  // namespace

Step recover_order(const Order& order, const OrderPolicies& policies, TimePoint now) {
  StepBuilder step{order, policies, now, "restart"};
  forget_calls(step);
  return std::move(step).done();
}

Step sync_order(const Order& order, const OrderPolicies& policies) {
  Step step;
  step.order = order;
  for (const auto& attempt : order.attempts)
    if ((is_live(attempt.state) || attempt.state == AttemptState::closed) &&
        policies.channels.contains(channel_of(attempt.path))) {
      step.calls.push_back({ChannelOp::inquire, attempt.number});
      // Nobody else closes any more what a closed order left in doubt.
      if (is_live(attempt.state) && is_terminal(order.state)) step.calls.push_back({ChannelOp::close, attempt.number});
    }
  for (const auto& refund : order.refunds)
    if (!is_terminal(refund.state)) step.calls.push_back({ChannelOp::inquire_refund, refund.id});
  return step;
}

Step resume_order(const Order& order, const OrderPolicies& policies, TimePoint now, const std::string& cause) {
  StepBuilder step{order, policies, now, cause};
  if (order.poisoned) {
    step.order().poisoned = false;
    step.happened("order_resumed", {});
    step.resolve_alert("order_parked", order.id, "It was taken up again.");
    forget_calls(step);
    for (const auto& call : sync_order(step.order(), policies).calls) step.call(call.op, call.number);
  }
  for (const auto& refund : order.refunds)
    if (refund.state == RefundState::parked && policies.channels.contains(channel_of(refund.path)))
      move_refund(step, refund.id, RefundEvent::send);
  return std::move(step).done();
}

}  // namespace tael
