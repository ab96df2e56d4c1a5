// What all machines share: a table of rules, found by state and event, and the proofs about it.
// A machine is data; nothing here does I/O or reads a clock.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

namespace tael {

template <class State, class Event, class Effect>
struct Rule {
  State from;
  Event on;
  State to;
  Effect effect;
};

/// Returns the rule for `event` in `state`, or nothing when the event is refused there.
template <class State, class Event, class Effect, std::size_t n>
constexpr std::optional<Rule<State, Event, Effect>> find_rule(const std::array<Rule<State, Event, Effect>, n>& rules,
                                                              State state, Event event) {
  for (const auto& rule : rules)
    if (rule.from == state && rule.on == event) return rule;
  return std::nullopt;
}

namespace proof {

template <class Rules>
constexpr bool every_rule(const Rules& rules, auto holds) {
  return std::ranges::all_of(rules, holds);
}

template <class Rules>
constexpr bool one_rule_per_state_and_event(const Rules& rules) {
  return every_rule(rules, [&](const auto& a) {
    return std::ranges::count_if(rules, [&](const auto& b) { return a.from == b.from && a.on == b.on; }) == 1;
  });
}

template <class Rules, class State>
constexpr bool is_left_by_no_rule(const Rules& rules, State state) {
  return std::ranges::none_of(rules, [&](const auto& rule) { return rule.from == state; });
}

}  // namespace proof
}  // namespace tael
