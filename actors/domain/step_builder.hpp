// How a step is put together: one journal row per thing that happened, timers that follow from state.
// Used by the order's decisions only.
#pragma once

#include "actors/domain/assert.hpp"
#include "actors/domain/notice_types.hpp"
#include "actors/domain/order_life.hpp"
#include "actors/domain/posting_rules.hpp"

#include <algorithm>

namespace tael {

class StepBuilder {
 public:
  StepBuilder(const Order& before, const OrderPolicies& policies, TimePoint now, std::string cause)
      : policies_(policies), now_(now), cause_(std::move(cause)) {
    step_.order = before;
  }

  Order& order() { return step_.order; }
  TimePoint now() const { return now_; }
  const OrderPolicies& policies() const { return policies_; }
  const ChannelPolicy& policy_of(const std::string& path) const {
    const auto found = policies_.channels.find(channel_of(path));
    TAEL_ASSERT(found != policies_.channels.end(), "a path in use has a channel policy");
    return found->second;
  }
  Attempt* find_attempt(const std::string& number) {
    const auto found = std::ranges::find(step_.order.attempts, number, &Attempt::number);
    return found == step_.order.attempts.end() ? nullptr : &*found;
  }
  Refund* find_refund(const std::string& id) {
    const auto found = std::ranges::find(step_.order.refunds, id, &Refund::id);
    return found == step_.order.refunds.end() ? nullptr : &*found;
  }

  /// Writes down that something happened to the order; every journal row is one version.
  void happened(std::string kind, Fields body) {
    step_.order.version += 1;
    step_.journal.push_back({.shard = step_.order.shard,
                             .entity = step_.order.id,
                             .version = step_.order.version,
                             .kind = std::move(kind),
                             .body = std::move(body),
                             .cause = cause_,
                             .context = step_.order.context,
                             .at = now_});
  }
  void changed(const Attempt& attempt) { step_.attempts_changed.insert(attempt.number); }
  void changed(const Refund& refund) { step_.refunds_changed.insert(refund.id); }
  void made(const std::string& number) { step_.made.insert(number); }

  /// Keeps a timer in step with the instant it follows from: strikes the old, sets the new; zero is none.
  void re_arm(TimerKind kind, const std::string& ref, TimePoint& armed, TimePoint due) {
    if (armed == due) return;
    if (armed != TimePoint{}) step_.struck.push_back({step_.order.shard, kind, ref, armed});
    if (due != TimePoint{}) step_.set.push_back({step_.order.shard, kind, ref, due});
    armed = due;
  }
  void call(ChannelOp op, const std::string& number) { step_.calls.push_back({op, number}); }
  void book_entry(const Movement& movement) {
    step_.entries.push_back(book(policies_.chart, step_.order, movement, now_));
  }
  /// The channel's number for money that moved. What it does not number cannot be told apart, and is not kept.
  void keep_transaction(NumberKind kind, const std::string& path, const std::string& transaction,
                        const std::string& number) {
    if (transaction.empty()) return;
    step_.transactions.push_back({step_.order.shard, channel_of(path), kind, transaction, number});
  }
  void notify(const std::string& type, const std::string& url) {
    TAEL_ASSERT(std::ranges::find(notice_types, type) != notice_types.end(), "every notice has a type businesses know");
    if (url.empty()) return;
    step_.notices.push_back({notice_id(step_.order.id, ++step_.order.notices), type, url});
  }
  void alert(std::string kind, const std::string& ref, Severity severity, std::string message,
             std::string channel = {}) {
    step_.alerts.push_back({.shard = step_.order.shard,
                            .kind = std::move(kind),
                            .ref = ref,
                            .severity = severity,
                            .message = std::move(message),
                            .context = step_.order.context,
                            .at = now_,
                            .channel = channel.empty() ? channel_about(ref) : std::move(channel)});
  }
  /// What somebody was called for has come to an end by itself.
  void resolve_alert(std::string kind, std::string ref, std::string note) {
    step_.alerts_resolved.push_back({step_.order.shard, std::move(kind), std::move(ref), std::move(note), now_});
  }
  void answer_with(std::string number) { step_.number = std::move(number); }

  Step done() && { return std::move(step_); }
  static Step refuse(const Order& order, Refusal refusal, std::string detail) {
    Step step;
    step.order = order;
    step.refusal = refusal;
    step.detail = std::move(detail);
    return step;
  }

 private:
  /// Of the attempt or refund that `number` is; empty when it is none.
  std::string channel_about(const std::string& number) const {
    for (const auto& attempt : step_.order.attempts)
      if (attempt.number == number) return channel_of(attempt.path);
    for (const auto& refund : step_.order.refunds)
      if (refund.id == number) return channel_of(refund.path);
    return {};
  }

  const OrderPolicies& policies_;
  TimePoint now_;
  std::string cause_;
  Step step_;
};

}  // namespace tael
