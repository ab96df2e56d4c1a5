// Asks every invariant of one snapshot and says what breaks it. Only reads, so it may run while payments do.
#pragma once

#include "adapters/postgres/snapshot.hpp"
#include "runtime/ledger/invariants.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace tael {

/// What one invariant came to.
struct Verdict {
  Invariant invariant;
  std::int64_t violations = 0;
  std::string first;  ///< The first violating rows as a JSON array of objects.
  bool holds() const { return violations == 0; }
};

/// Where the money of one channel and currency is, by its entries, in minor units.
struct ChannelMoney {
  std::string channel, currency;
  std::int64_t received = 0;  ///< Taken by the channel: payments and surplus.
  std::int64_t booked = 0;    ///< Kept payments, less what businesses refunded.
  std::int64_t refunded = 0;  ///< Gone back: refunds and returned surplus.
  std::int64_t suspense = 0;  ///< Surplus not yet returned.
  bool holds = false;         ///< received = booked + refunded + suspense, and orders tell the same.
};

struct LedgerReport {
  std::vector<Verdict> verdicts;
  std::vector<ChannelMoney> conservation;
  bool holds() const;
};

/// `kinds_with_balance`: account kinds of the chart that are not `internal`; without them the rows tell.
LedgerReport check_ledger(postgres::Snapshot& snapshot, const std::vector<std::string>& kinds_with_balance = {});

std::vector<ChannelMoney> conservation(postgres::Snapshot& snapshot);
/// Its members by their names, as `ledger check --json`, the console and the overview show it.
boost::json::object to_json(const ChannelMoney& money);

void print_text(const LedgerReport& report, std::ostream& out);
/// `{"ok", "invariants": [{"invariant", "name", "sentence", "ok", "violations", "first"}], "conservation": [...]}`
void print_json(const LedgerReport& report, std::ostream& out);

}  // namespace tael
