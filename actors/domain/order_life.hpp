// What an order decides: from what it is and what it hears, to what it becomes, what is written down and
// who is called. Pure: time, policy and news are arguments; the order actor carries the step out.
//
// A step that refuses changes nothing. A step is remembered whole before any of its calls is made.
#pragma once

#include "actors/domain/alert_life.hpp"
#include "actors/domain/policy.hpp"
#include "actors/domain/records.hpp"
#include "actors/domain/refusal.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tael {

/// Everything an order needs to know that operators set.
struct OrderPolicies {
  std::map<std::string, ChannelPolicy> channels;  ///< By channel code.
  ChartOfAccounts chart;
};

/// A call to make once the step is durable.
struct CallDue {
  ChannelOp op = ChannelOp::pay;
  std::string number;  ///< Of the attempt or the refund.
  friend bool operator==(const CallDue&, const CallDue&) = default;
};

/// A notice to make; its body is rendered from the order as it is after the step.
struct NoticeDue {
  std::string id, type, url;
  friend bool operator==(const NoticeDue&, const NoticeDue&) = default;
};

/// What a channel said about one number, in an answer or in a callback.
struct ChannelWord {
  ChannelOp op = ChannelOp::inquire;
  std::string number;
  Ending ending = Ending::silent;
  bool number_unknown = false;
  bool unasked = false;  ///< A callback: it uses no rung of a ladder.
  std::string code;
  std::string channel_transaction;
  std::optional<Money> amount;
  std::optional<Voucher> voucher;
  std::optional<TimePoint> at{};      ///< When it happened, by the channel's clock.
  std::optional<NumberKind> about{};  ///< What an answer says it is about, where it says so.
  std::string taken_by{};             ///< The store knows the transaction by this number of ours already.

  NumberKind kind() const { return about.value_or(number_kind_of(op)); }
};

struct Step {
  std::optional<Refusal> refusal;
  std::string detail;                                       ///< With a refusal: one sentence for the caller.
  std::string number;                                       ///< Pay: the attempt. Refund: the refund.
  Order order;                                              ///< As it is after the step.
  std::vector<JournalRow> journal;                          ///< Empty when nothing happened.
  std::set<std::string> attempts_changed, refunds_changed;  ///< Numbers.
  std::set<std::string> made;                               ///< Which of them did not exist before.
  std::vector<ChannelTransaction> transactions;             ///< Of the money that moved.
  std::vector<Entry> entries;
  std::vector<Timer> struck, set;
  std::vector<Alert> alerts;
  std::vector<AlertResolution> alerts_resolved;
  std::vector<NoticeDue> notices;
  std::vector<CallDue> calls;

  bool changes() const { return !journal.empty(); }
};

/// First part of a path `channel/method/bank`.
std::string channel_of(const std::string& path);

/// The draft becomes an order with `id` in `shard`. Its expiry lies after `now`.
Step create_order(Order draft, std::string id, Shard shard, TimePoint now, const std::string& cause);

/// Opens an attempt on `path`. The same non-empty `request_key` names the same attempt again.
Step pay_order(const Order& order, const std::string& path, const std::string& request_key,
               const OrderPolicies& policies, TimePoint now, const std::string& cause);

/// Hears a channel about an attempt or a refund of this order; `news` about nobody we know is ignored.
Step hear_channel(const Order& order, const ChannelWord& news, const OrderPolicies& policies, TimePoint now,
                  const std::string& cause);

/// Ends an unpaid order. `reason` is request or expiry. A closed order agrees; a paid one refuses.
Step close_order(const Order& order, const std::string& reason, const OrderPolicies& policies, TimePoint now,
                 const std::string& cause);

/// Returns `amount` of what was paid. The same number and amount names the same refund again.
Step refund_order(const Order& order, const std::string& refund_no, std::int64_t amount, const std::string& reason,
                  const OrderPolicies& policies, TimePoint now, const std::string& cause);

/// A timer of this order is due. One that the order no longer waits for is struck and does nothing.
Step hear_timer(const Order& order, const Timer& timer, const OrderPolicies& policies, TimePoint now);

/// A restart forgets the calls it was waiting for. To forget is to hear silence.
Step recover_order(const Order& order, const OrderPolicies& policies, TimePoint now);

/// An operator asks the channels again, now, about everything undecided.
Step sync_order(const Order& order, const OrderPolicies& policies);

/// An operator takes up what is parked for a person: the order itself, about which the channels are asked at once, and
/// each refund whose ladder is used up, which is sent again under its own number. Without changes when nothing is; a
/// refund whose channel is no longer configured stays.
Step resume_order(const Order& order, const OrderPolicies& policies, TimePoint now, const std::string& cause);

}  // namespace tael
