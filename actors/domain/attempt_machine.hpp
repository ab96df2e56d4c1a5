// The life of one call for money at one channel. Silence is not failure: it leads to `in_doubt`, and only
// an inquiry leads out. A restart hears its open call as silence: crash recovery is a row, not a procedure.
//
// Ended without money (declined, not_sent, closed) is not the end of listening: a channel can contradict
// itself, and money that arrives then is used if the order still wants it and goes back if it does not.
#pragma once

#include "actors/domain/order.hpp"
#include "actors/domain/rules.hpp"

namespace tael {

enum class AttemptEvent {
  approved,           ///< Paid, the exact amount, and the order can use it.
  approved_unusable,  ///< Paid, but late, twice or another amount.
  declined,
  not_sent,  ///< Of the call itself: it never left.
  pending,
  silent,
  closed,   ///< The channel closed it on our request.
  unknown,  ///< The channel did not know the number, long enough after it was sent, and closed it for us.
  /// Paid, it says, by a transaction that has paid something else: a person may have to look, an inquiry is made.
  contradicted,
};
enum class AttemptEffect { none, inquire_later, use_money, return_money };

using AttemptRule = Rule<AttemptState, AttemptEvent, AttemptEffect>;

inline constexpr auto attempt_rules = [] {
  using enum AttemptState;
  using E = AttemptEvent;
  using enum AttemptEffect;
  // clang-format off
  return std::to_array<AttemptRule>({
    // from      on                     to          effect
    {sent,      E::approved,           succeeded,  use_money},
    {sent,      E::approved_unusable,  surplus,    return_money},
    {sent,      E::declined,           declined,   none},
    {sent,      E::not_sent,           not_sent,   none},
    {sent,      E::pending,            pending,    inquire_later},
    {sent,      E::silent,             in_doubt,   inquire_later},
    {sent,      E::closed,             closed,     inquire_later},
    {sent,      E::unknown,            not_sent,   none},
    {sent,      E::contradicted,       in_doubt,   inquire_later},

    {pending,   E::approved,           succeeded,  use_money},
    {pending,   E::approved_unusable,  surplus,    return_money},
    {pending,   E::declined,           declined,   none},
    {pending,   E::pending,            pending,    inquire_later},
    {pending,   E::silent,             pending,    inquire_later},
    {pending,   E::closed,             closed,     inquire_later},
    {pending,   E::contradicted,       in_doubt,   inquire_later},

    {in_doubt,  E::approved,           succeeded,  use_money},
    {in_doubt,  E::approved_unusable,  surplus,    return_money},
    {in_doubt,  E::declined,           declined,   none},
    {in_doubt,  E::pending,            pending,    inquire_later},
    {in_doubt,  E::silent,             in_doubt,   inquire_later},
    {in_doubt,  E::closed,             closed,     inquire_later},
    {in_doubt,  E::unknown,            not_sent,   none},
    {in_doubt,  E::contradicted,       in_doubt,   inquire_later},

    {declined,  E::approved,           succeeded,  use_money},
    {declined,  E::approved_unusable,  surplus,    return_money},
    {not_sent,  E::approved,           succeeded,  use_money},
    {not_sent,  E::approved_unusable,  surplus,    return_money},
    {closed,    E::approved,           succeeded,  use_money},
    {closed,    E::approved_unusable,  surplus,    return_money},
  });
  // clang-format on
}();

constexpr auto find_rule(AttemptState state, AttemptEvent event) { return find_rule(attempt_rules, state, event); }

/// Money may still come of it without anybody contradicting himself.
constexpr bool is_live(AttemptState state) {
  return state == AttemptState::sent || state == AttemptState::pending || state == AttemptState::in_doubt;
}
/// Money came of it; nothing changes any more.
constexpr bool is_terminal(AttemptState state) {
  return state == AttemptState::succeeded || state == AttemptState::surplus;
}

namespace proof {

static_assert(one_rule_per_state_and_event(attempt_rules), "one rule per state and event");

static_assert(is_left_by_no_rule(attempt_rules, AttemptState::succeeded) &&
                  is_left_by_no_rule(attempt_rules, AttemptState::surplus),
              "terminal states never change, so one attempt's money is used or returned at most once");

static_assert(every_rule(attempt_rules,
                         [](const AttemptRule& r) {
                           return (r.to == AttemptState::succeeded) == (r.effect == AttemptEffect::use_money) &&
                                  (r.to == AttemptState::surplus) == (r.effect == AttemptEffect::return_money);
                         }),
              "money is used on entering succeeded and returned on entering surplus, and nowhere else");

static_assert(every_rule(attempt_rules,
                         [](const AttemptRule& r) {
                           return find_rule(r.from, AttemptEvent::approved) &&
                                  find_rule(r.from, AttemptEvent::approved_unusable);
                         }),
              "every state that is not terminal can hear that money arrived");

static_assert(every_rule(attempt_rules,
                         [](const AttemptRule& r) {
                           return !is_live(r.from) ||
                                  (find_rule(r.from, AttemptEvent::declined) &&
                                   find_rule(r.from, AttemptEvent::silent) && find_rule(r.from, AttemptEvent::closed));
                         }),
              "a state that waits for a channel can hear every ending");

static_assert(every_rule(attempt_rules,
                         [](const AttemptRule& r) { return r.on != AttemptEvent::silent || is_live(r.to); }),
              "silence never ends an attempt");

static_assert(every_rule(attempt_rules,
                         [](const AttemptRule& r) {
                           return r.on != AttemptEvent::contradicted ||
                                  (r.to == AttemptState::in_doubt && r.effect == AttemptEffect::inquire_later);
                         }),
              "a contradiction moves no money: it leads into doubt, and to an inquiry");

}  // namespace proof
}  // namespace tael
