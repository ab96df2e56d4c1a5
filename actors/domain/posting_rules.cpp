// Debits are positive, credits negative; lines of nothing are left out.
#include "actors/domain/posting_rules.hpp"

#include "actors/domain/assert.hpp"

#include <algorithm>

namespace tael {
namespace {

std::int64_t share_of(const Movement& movement, Share share) {
  switch (share) {
    case Share::amount: return movement.amount;
    case Share::fee: return movement.fee;
    case Share::net: return movement.amount - movement.fee;
  }
  return 0;
}

}  // namespace

std::string account_id(const AccountKind& kind, const std::string& business, const std::string& channel,
                       Currency currency) {
  switch (kind.per) {
    case AccountOwner::none: return kind.kind + ":" + currency.text();
    case AccountOwner::channel: return kind.kind + ":" + channel + ":" + currency.text();
    case AccountOwner::business: return kind.kind + ":" + business + ":" + currency.text();
  }
  return kind.kind;
}

Entry book(const ChartOfAccounts& chart, const Order& order, const Movement& movement, TimePoint now) {
  const auto rule = chart.rules.find(movement.rule);
  TAEL_ASSERT(rule != chart.rules.end(), "every movement has a posting rule");
  TAEL_ASSERT(movement.amount > 0 && movement.amount <= amount_max, "an entry moves something, within range");
  TAEL_ASSERT(movement.fee >= 0 && movement.fee <= movement.amount, "a fee is part of the amount");

  Entry entry{.shard = order.shard,
              .id = movement.id,
              .cause = movement.cause,
              .rule = movement.rule,
              .order_id = order.id,
              .context = order.context,
              .at = now,
              .postings = {}};
  for (const auto& line : rule->second) {
    const auto kind = std::ranges::find(chart.accounts, line.kind, &AccountKind::kind);
    TAEL_ASSERT(kind != chart.accounts.end(), "every posting line names an account of the chart");
    const auto amount = share_of(movement, line.share);
    if (amount == 0) continue;
    entry.postings.push_back({.account = account_id(*kind, order.context.business, movement.channel, order.currency),
                              .amount = line.debit ? amount : -amount,
                              .currency = order.currency,
                              .running_balance = kind->heat != AccountHeat::internal});
  }
  TAEL_ASSERT(entry.postings.size() >= 2, "an entry has two sides");
  TAEL_ASSERT(imbalance(entry) == 0, "an entry balances");
  return entry;
}

std::int64_t imbalance(const Entry& entry) {
  std::int64_t sum = 0;
  for (const auto& posting : entry.postings)
    TAEL_ASSERT(!__builtin_add_overflow(sum, posting.amount, &sum), "sums of money do not overflow");
  return sum;
}

}  // namespace tael
