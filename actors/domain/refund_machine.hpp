// The life of one refund: money going back by the original route under a number that never changes, so
// sending it again is safe where the channel does not know it and asking is safe everywhere.
#pragma once

#include "actors/domain/order.hpp"
#include "actors/domain/rules.hpp"

namespace tael {

enum class RefundEvent { send, approved, declined, not_sent, pending, silent, unknown, exhausted };
enum class RefundEffect { none, call, try_later, inquire_later, book_refund, give_up, ask_for_help };

using RefundRule = Rule<RefundState, RefundEvent, RefundEffect>;

inline constexpr auto refund_rules = [] {
  using enum RefundState;
  using E = RefundEvent;
  using enum RefundEffect;
  // clang-format off
  return std::to_array<RefundRule>({
    // from       on             to          effect
    {requested,  E::send,       sent,       call},
    {requested,  E::approved,   refunded,   book_refund},  // A callback that overtook our own books.
    {requested,  E::exhausted,  parked,     ask_for_help},

    {sent,       E::approved,   refunded,   book_refund},
    {sent,       E::declined,   rejected,   give_up},
    {sent,       E::not_sent,   requested,  try_later},
    {sent,       E::pending,    sent,       inquire_later},
    {sent,       E::silent,     in_doubt,   inquire_later},
    {sent,       E::unknown,    requested,  try_later},
    {sent,       E::exhausted,  parked,     ask_for_help},

    {in_doubt,   E::approved,   refunded,   book_refund},
    {in_doubt,   E::declined,   rejected,   give_up},
    {in_doubt,   E::pending,    sent,       inquire_later},
    {in_doubt,   E::silent,     in_doubt,   inquire_later},
    {in_doubt,   E::unknown,    requested,  try_later},
    {in_doubt,   E::exhausted,  parked,     ask_for_help},

    {parked,     E::approved,   refunded,   book_refund},  // The truth may come late.
    {parked,     E::declined,   rejected,   give_up},
    {parked,     E::send,       sent,       call},         // An operator tries again: it is asked about first.
  });
  // clang-format on
}();

constexpr auto find_rule(RefundState state, RefundEvent event) { return find_rule(refund_rules, state, event); }

constexpr bool is_terminal(RefundState state) {
  return state == RefundState::refunded || state == RefundState::rejected;
}

namespace proof {

static_assert(one_rule_per_state_and_event(refund_rules), "one rule per state and event");

static_assert(is_left_by_no_rule(refund_rules, RefundState::refunded) &&
                  is_left_by_no_rule(refund_rules, RefundState::rejected),
              "terminal states never change");

static_assert(every_rule(refund_rules,
                         [](const RefundRule& r) {
                           return (r.to == RefundState::refunded) == (r.effect == RefundEffect::book_refund);
                         }),
              "a refund is booked on entering refunded, and nowhere else: so at most once");

static_assert(every_rule(refund_rules,
                         [](const RefundRule& r) { return find_rule(r.from, RefundEvent::approved).has_value(); }),
              "every open state can hear that the money went back");

static_assert(every_rule(refund_rules,
                         [](const RefundRule& r) {
                           return r.on != RefundEvent::silent || r.to == RefundState::in_doubt;
                         }),
              "silence leaves a refund in doubt");

}  // namespace proof
}  // namespace tael
