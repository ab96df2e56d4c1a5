#include "actors/domain/order_invariants.hpp"

#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/order_machine.hpp"
#include "actors/domain/posting_rules.hpp"
#include "actors/domain/refund_machine.hpp"

#include <algorithm>

namespace tael {
namespace {

class Sentences {
 public:
  void unless(bool holds, std::string sentence) {
    if (!holds) broken_.push_back(std::move(sentence));
  }
  std::vector<std::string> all() && { return std::move(broken_); }

 private:
  std::vector<std::string> broken_;
};

/// Money taken and money given back by this order, whoever it was for: each must have one entry.
std::size_t movements_of(const Order& order) {
  const auto taken = std::ranges::count_if(order.attempts, [](const Attempt& a) { return is_terminal(a.state); });
  const auto returned =
      std::ranges::count_if(order.refunds, [](const Refund& r) { return r.state == RefundState::refunded; });
  return static_cast<std::size_t>(taken + returned);
}

}  // namespace

std::vector<std::string> violations(const Order& order) {
  Sentences broken;
  broken.unless(order.refunded_amount >= 0 && order.refunding_amount >= 0, "refund counters are not negative");
  broken.unless(order.refunded_amount + order.refunding_amount <= order.paid_amount, "refunds never exceed paid");
  broken.unless(order.paid_amount == (order.state == OrderState::paid ? order.amount : 0),
                "an order is paid whole or not at all");
  int succeeded = 0;
  for (const auto& attempt : order.attempts) {
    if (attempt.state == AttemptState::succeeded) {
      ++succeeded;
      broken.unless(attempt.number == order.paid_by, "the attempt that succeeded is the one that paid");
      broken.unless(attempt.received_amount == order.paid_amount, "what was paid is what was received");
    }
    const auto returns = std::ranges::count_if(order.refunds, [&](const Refund& r) {
      return r.attempt == attempt.number && r.cause != RefundCause::requested && r.amount == attempt.received_amount;
    });
    const auto surplus_refunds = std::ranges::count_if(order.refunds, [&](const Refund& r) {
      return r.attempt == attempt.number && r.cause != RefundCause::requested;
    });
    broken.unless(returns == (attempt.state == AttemptState::surplus ? 1 : 0) && surplus_refunds == returns,
                  "surplus money is sent back exactly once, exactly as received");
  }
  broken.unless(succeeded == (order.state == OrderState::paid ? 1 : 0), "a paid order was paid by exactly one attempt");
  broken.unless(!is_terminal(order.state) || order.close_at == TimePoint{}, "a finished order has no close timer");
  broken.unless(is_terminal(order.state) || order.close_at != TimePoint{}, "an open order will close by its time");
  return std::move(broken).all();
}

std::vector<std::string> violations(const Order& before, const Step& step) {
  const auto& after = step.order;
  Sentences broken;
  broken.unless(!is_terminal(before.state) || before.state == after.state, "a finished order stays as it is");
  const bool made_now = before.version == 0;
  broken.unless(
      made_now || (after.id == before.id && after.amount == before.amount && after.currency == before.currency),
      "an order's id and amount never change");
  for (std::size_t i = 0; i < before.attempts.size(); ++i) {
    const auto& was = before.attempts[i];
    const auto& is = after.attempts[i];
    broken.unless(!is_terminal(was.state) || was.state == is.state, "a finished attempt stays as it is");
    broken.unless(was.number == is.number && was.amount == is.amount && was.path == is.path,
                  "an attempt's number, amount and path never change");
  }
  for (std::size_t i = 0; i < before.refunds.size(); ++i) {
    const auto& was = before.refunds[i];
    const auto& is = after.refunds[i];
    broken.unless(!is_terminal(was.state) || was.state == is.state, "a finished refund stays as it is");
    broken.unless(was.id == is.id && was.amount == is.amount, "a refund's number and amount never change");
  }
  broken.unless(after.version == before.version + static_cast<std::int64_t>(step.journal.size()),
                "every journal row is one version");
  for (std::size_t i = 0; i < step.journal.size(); ++i)
    broken.unless(step.journal[i].version == before.version + static_cast<std::int64_t>(i) + 1, "versions have no gap");
  for (const auto& entry : step.entries) broken.unless(imbalance(entry) == 0, "every entry balances");
  broken.unless(step.entries.size() == movements_of(after) - movements_of(before),
                "money that moved in this step has exactly one entry");
  return std::move(broken).all();
}

}  // namespace tael
