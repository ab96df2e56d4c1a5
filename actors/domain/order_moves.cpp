// Moves of the order and of refunds, by their tables.
#include "actors/domain/order_moves.hpp"

namespace tael {
namespace {

bool has_live_attempt(const Order& order) {
  return std::ranges::any_of(order.attempts, [](const Attempt& a) { return is_live(a.state); });
}

/// Asks the channel of every live attempt to close it.
void ask_to_close(StepBuilder& step) {
  for (const auto& attempt : step.order().attempts)
    if (is_live(attempt.state)) step.call(ChannelOp::close, attempt.number);
}

/// The close was given up: an attempt whose inquiries are used up gets one more, or money could come unseen.
void look_once_more(StepBuilder& step) {
  for (auto& attempt : step.order().attempts) {
    const auto& ladder = step.policy_of(attempt.path).inquiry_ladder;
    if (!is_live(attempt.state) || attempt.inquire_at != TimePoint{} || ladder.empty()) continue;
    attempt.inquiries = static_cast<int>(ladder.size()) - 1;
    step.re_arm(TimerKind::attempt_inquiry, attempt.number, attempt.inquire_at, step.now() + ladder.back());
    step.changed(attempt);
  }
}

/// When the next try of a close is due; the last rung repeats until the ladder's length is used up.
TimePoint next_close_try(StepBuilder& step) {
  Duration wait{0};
  for (const auto& attempt : step.order().attempts) {
    if (!is_live(attempt.state)) continue;
    const auto& ladder = step.policy_of(attempt.path).close_ladder;
    if (ladder.empty()) continue;
    const auto rung = std::min<std::size_t>(static_cast<std::size_t>(step.order().close_tries), ladder.size() - 1);
    wait = std::max(wait, ladder[rung]);
  }
  return step.now() + std::max(wait, Duration{1s});
}

int close_tries_max(StepBuilder& step) {
  std::size_t rungs = 1;
  for (const auto& attempt : step.order().attempts)
    if (is_live(attempt.state)) rungs = std::max(rungs, step.policy_of(attempt.path).close_ladder.size());
  return static_cast<int>(rungs);
}

/// Waits the rung of the refund's ladder that `tries` stands on, or parks it at the end.
void wait_on_refund_ladder(StepBuilder& step, Refund& refund) {
  const auto& ladder = step.policy_of(refund.path).refund_ladder;
  const auto rung = static_cast<std::size_t>(refund.tries);
  if (rung >= ladder.size()) return move_refund(step, refund.id, RefundEvent::exhausted);
  step.re_arm(TimerKind::refund_try, refund.id, refund.next_at, step.now() + ladder[rung]);
}

std::string kind_of(const Refund& refund) { return "refund_" + std::string{name_of(refund.state)}; }

}  // namespace

void move_order(StepBuilder& step, OrderEvent event) {
  auto& order = step.order();
  const auto rule = find_rule(order.state, event);
  TAEL_ASSERT(rule, "the order's decisions only make moves the table has");

  // A close with nothing to ask is over at once.
  const bool nothing_to_ask = rule->effect == OrderEffect::ask_channels_to_close && !has_live_attempt(order);
  order.state = rule->to;
  switch (rule->effect) {
    case OrderEffect::none: return;
    case OrderEffect::ask_channels_to_close:
      step.happened("order_closing", {{"reason", order.close_reason}});
      if (nothing_to_ask) return move_order(step, OrderEvent::attempts_ended);
      step.re_arm(TimerKind::order_close, order.id, order.close_at, next_close_try(step));
      return ask_to_close(step);
    case OrderEffect::tell_closed:
      order.closed_at = step.now();
      step.re_arm(TimerKind::order_close, order.id, order.close_at, TimePoint{});
      step.happened("order_closed", {{"reason", order.close_reason}});
      if (event == OrderEvent::close_given_up) look_once_more(step);
      return step.notify("order.closed", order.cancel_url.empty() ? order.notify_url : order.cancel_url);
    case OrderEffect::book_payment:
      order.heard_at = step.now();
      step.re_arm(TimerKind::order_close, order.id, order.close_at, TimePoint{});
      step.happened("order_paid", {{"attempt", order.paid_by}, {"paid_amount", order.paid_amount}});
      step.notify("order.paid", order.notify_url);
      return ask_to_close(step);  // Other attempts still open could only bring money nobody asked for.
  }
}

void try_closing_again(StepBuilder& step) {
  auto& order = step.order();
  if (++order.close_tries >= close_tries_max(step)) return move_order(step, OrderEvent::close_given_up);
  step.happened("close_tried", {{"tries", std::int64_t{order.close_tries}}});
  step.re_arm(TimerKind::order_close, order.id, order.close_at, next_close_try(step));
  ask_to_close(step);
}

std::string open_refund(StepBuilder& step, const Attempt& attempt, const std::string& refund_no, std::int64_t amount,
                        const std::string& reason, RefundCause cause) {
  auto& order = step.order();
  const int no = static_cast<int>(order.refunds.size()) + 1;
  const auto id = refund_number(order.id, no);
  order.refunds.push_back(Refund{.id = id,
                                 .no = no,
                                 .refund_no = refund_no,
                                 .attempt = attempt.number,
                                 .path = attempt.path,
                                 .amount = amount,
                                 .reason = reason,
                                 .cause = cause,
                                 .code = {},
                                 .channel_transaction = {},
                                 .created_at = step.now()});
  step.made(id);
  step.happened("refund_requested", {{"refund", id},
                                     {"refund_no", refund_no},
                                     {"attempt", attempt.number},
                                     {"amount", amount},
                                     {"cause", std::string{name_of(cause)}}});
  move_refund(step, id, RefundEvent::send);
  return id;
}

void move_refund(StepBuilder& step, const std::string& id, RefundEvent event) {
  auto& order = step.order();
  auto* refund = step.find_refund(id);
  TAEL_ASSERT(refund != nullptr, "a move names a refund of this order");
  const auto rule = find_rule(refund->state, event);
  if (!rule) return;
  refund->state = rule->to;
  step.changed(*refund);
  if (rule->from == RefundState::parked)
    step.resolve_alert("refund_parked", id,
                       "The refund moves again: it is " + std::string{name_of(refund->state)} + ".");
  const auto happened = [&] {
    step.happened(kind_of(*refund),
                  {{"refund", id}, {"code", refund->code}, {"refunded_at", when(refund->refunded_at)}});
  };

  switch (rule->effect) {
    case RefundEffect::none: return;
    case RefundEffect::call:
      if (rule->from == RefundState::parked) refund->tries = 0;
      happened();
      wait_on_refund_ladder(step, *refund);
      if (refund->state != RefundState::sent) return;
      // Days may have gone by: a channel that has forgotten the number would give the money back twice. One that
      // answers that it does not know it is sent it again.
      step.call(rule->from == RefundState::parked ? ChannelOp::inquire_refund : ChannelOp::refund, id);
      return;
    case RefundEffect::try_later:
    case RefundEffect::inquire_later:
      happened();
      refund->tries += 1;
      return wait_on_refund_ladder(step, *refund);
    case RefundEffect::ask_for_help:
      step.re_arm(TimerKind::refund_try, id, refund->next_at, TimePoint{});
      happened();
      return step.alert("refund_parked", id, Severity::critical,
                        "refund " + id +
                            " found no end on its ladder; ask the channel, then `tael order resume` asks once more and "
                            "sends it again");
    case RefundEffect::give_up:
      refund->finished_at = step.now();
      step.re_arm(TimerKind::refund_try, id, refund->next_at, TimePoint{});
      happened();
      if (refund->cause != RefundCause::requested)
        return step.alert(
            "surplus_stuck", id, Severity::critical,
            "the channel refuses to take back surplus money (" + refund->code + "); it stays in suspense");
      order.refunding_amount -= refund->amount;
      return step.notify("refund.failed", order.notify_url);
    case RefundEffect::book_refund:
      refund->finished_at = step.now();
      step.re_arm(TimerKind::refund_try, id, refund->next_at, TimePoint{});
      if (refund->cause == RefundCause::requested) {
        order.refunding_amount -= refund->amount;
        order.refunded_amount += refund->amount;
      }
      TAEL_ASSERT(order.refunded_amount + order.refunding_amount <= order.paid_amount, "refunds never exceed paid");
      happened();
      step.keep_transaction(NumberKind::refund, refund->path, refund->channel_transaction, id);
      step.book_entry({.rule = refund->cause == RefundCause::requested ? "refund" : "surplus_refunded",
                       .id = id + ":refund",
                       .cause = channel_of(refund->path) + "/" + id + "/refund",
                       .amount = refund->amount,
                       .channel = channel_of(refund->path)});
      if (refund->cause == RefundCause::requested) step.notify("refund.succeeded", order.notify_url);
      return;
  }
}

}  // namespace tael
