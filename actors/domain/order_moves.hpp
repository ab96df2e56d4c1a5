// The moves an order's decisions are made of: each finds its rule, writes down what happened and carries
// the rule's effect into the step. Used by order_life.cpp and order_hearing.cpp only.
#pragma once

#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/order_machine.hpp"
#include "actors/domain/refund_machine.hpp"
#include "actors/domain/step_builder.hpp"

namespace tael {

/// For a journal's body; empty when it has not happened.
inline std::string when(TimePoint at) { return at == TimePoint{} ? std::string{} : to_rfc3339(at); }

/// Moves the order; asserts that `event` is possible.
void move_order(StepBuilder& step, OrderEvent event);

/// The close timer rang while closing: asks again, or gives up at the end of the ladder.
void try_closing_again(StepBuilder& step);

/// Moves the refund by its table; an event without a rule does nothing.
void move_refund(StepBuilder& step, const std::string& id, RefundEvent event);

/// Makes a refund of `amount` of `attempt` and sends it. Returns its id.
std::string open_refund(StepBuilder& step, const Attempt& attempt, const std::string& refund_no, std::int64_t amount,
                        const std::string& reason, RefundCause cause);

void hear_about_attempt(StepBuilder& step, const ChannelWord& news);
void hear_about_refund(StepBuilder& step, const ChannelWord& news);

}  // namespace tael
