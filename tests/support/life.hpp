// An order's life as a line: each verb takes the order one step and checks the promises.
#pragma once

#include "actors/domain/order_invariants.hpp"
#include "tests/support/orders.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tael::testing {

inline const std::string aurora = "aurora/qr/cmb";
inline const std::string borealis = "borealis/qr/icbc";

class Life {
 public:
  explicit Life(Order start = created()) : order(std::move(start)) {}

  Life& take(Step step) {
    for (const auto& sentence : violations(order, step)) ADD_FAILURE() << "step: " << sentence;
    for (const auto& sentence : violations(step.order)) ADD_FAILURE() << "state: " << sentence;
    order = step.order;
    last = std::move(step);
    return *this;
  }
  Life& pays(const std::string& path = aurora) { return take(pay_order(order, path, "", policies, now, "test")); }
  Life& hears(ChannelOp op, int no, Ending ending, std::int64_t amount = 0) {
    return take(hear_channel(order,
                             word(op, order.attempts.at(static_cast<std::size_t>(no) - 1).number, ending, amount),
                             policies, now, "test"));
  }
  Life& hears_of_refund(ChannelOp op, int no, Ending ending) {
    return take(hear_channel(order, word(op, order.refunds.at(static_cast<std::size_t>(no) - 1).id, ending), policies,
                             now, "test"));
  }
  Life& closes() { return take(close_order(order, "request", policies, now, "test")); }
  Life& refunds(const std::string& no, std::int64_t amount) {
    return take(refund_order(order, no, amount, "returned", policies, now, "test"));
  }
  Life& rings(const Timer& timer) {
    now = std::max(now, timer.due_at);
    return take(hear_timer(order, timer, policies, now));
  }
  Life& rings_close() { return rings({order.shard, TimerKind::order_close, order.id, order.close_at}); }
  Life& rings_inquiry(int no) {
    const auto& attempt = order.attempts.at(static_cast<std::size_t>(no) - 1);
    return rings({order.shard, TimerKind::attempt_inquiry, attempt.number, attempt.inquire_at});
  }
  AttemptState attempt(int no) const { return order.attempts.at(static_cast<std::size_t>(no) - 1).state; }
  RefundState refund(int no) const { return order.refunds.at(static_cast<std::size_t>(no) - 1).state; }

  static inline const OrderPolicies policies = testing::policies();
  Order order;
  Step last;
  TimePoint now = morning;
};

}  // namespace tael::testing
