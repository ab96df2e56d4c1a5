// From "this much money moved" to a balanced entry, by the rules operators wrote in accounts.yaml.
#pragma once

#include "actors/domain/policy.hpp"
#include "actors/domain/records.hpp"

#include <string>

namespace tael {

/// One movement of money, before it is spelled as postings.
struct Movement {
  std::string rule;   ///< payment, refund, surplus_received, surplus_refunded
  std::string id;     ///< Of the entry.
  std::string cause;  ///< `channel/number/kind`; no two entries share one.
  std::int64_t amount = 0;
  std::int64_t fee = 0;  ///< Part of `amount`; 0 where the rule has no fee.
  std::string channel;
};

/// Spells `movement` as a balanced entry of `order`. Asserts that the rule exists and the entry balances.
Entry book(const ChartOfAccounts& chart, const Order& order, const Movement& movement, TimePoint now);

/// Sum of all postings; zero for a balanced entry.
std::int64_t imbalance(const Entry& entry);

/// `kind:currency` or `kind:owner:currency`.
std::string account_id(const AccountKind& kind, const std::string& business, const std::string& channel,
                       Currency currency);

}  // namespace tael
