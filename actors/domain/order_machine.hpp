// The life of one order, written as data. Money makes it `paid`, once; a request or its time makes it
// `closed`, after the channels of its live attempts were asked to close (DESIGN.md section 4).
#pragma once

#include "actors/domain/order.hpp"
#include "actors/domain/rules.hpp"

namespace tael {

enum class OrderEvent { attempt_opened, attempts_ended, payment_received, close_requested, close_given_up };
enum class OrderEffect { none, ask_channels_to_close, book_payment, tell_closed };

using OrderRule = Rule<OrderState, OrderEvent, OrderEffect>;

inline constexpr auto order_rules = [] {
  using enum OrderState;
  using enum OrderEvent;
  using enum OrderEffect;
  // clang-format off
  return std::to_array<OrderRule>({
    // from     on                 to        effect
    {created,  attempt_opened,    paying,   none},
    {created,  payment_received,  paid,     book_payment},  // An attempt that had ended succeeded after all.
    {created,  close_requested,   closed,   tell_closed},

    {paying,   attempt_opened,    paying,   none},
    {paying,   attempts_ended,    created,  none},
    {paying,   payment_received,  paid,     book_payment},
    {paying,   close_requested,   closing,  ask_channels_to_close},

    {closing,  payment_received,  paid,     book_payment},  // The payer was faster than our close.
    {closing,  attempts_ended,    closed,   tell_closed},
    {closing,  close_given_up,    closed,   tell_closed},   // Attempts left in doubt can only become surplus now.
  });
  // clang-format on
}();

constexpr bool is_terminal(OrderState state) { return state == OrderState::paid || state == OrderState::closed; }

constexpr auto find_rule(OrderState state, OrderEvent event) { return find_rule(order_rules, state, event); }

namespace proof {

static_assert(one_rule_per_state_and_event(order_rules), "one rule per state and event");

static_assert(is_left_by_no_rule(order_rules, OrderState::paid) && is_left_by_no_rule(order_rules, OrderState::closed),
              "terminal states never change");

static_assert(every_rule(order_rules,
                         [](const OrderRule& r) {
                           return (r.to == OrderState::paid) == (r.effect == OrderEffect::book_payment);
                         }),
              "a payment is booked on entering paid, and nowhere else: so an order is paid at most once");

static_assert(every_rule(order_rules,
                         [](const OrderRule& r) {
                           return (r.to == OrderState::closed) == (r.effect == OrderEffect::tell_closed);
                         }),
              "the business hears of every close, once");

static_assert(every_rule(order_rules,
                         [](const OrderRule& r) {
                           return find_rule(r.from, OrderEvent::payment_received).has_value();
                         }),
              "every open state can hear that money arrived");

}  // namespace proof
}  // namespace tael
