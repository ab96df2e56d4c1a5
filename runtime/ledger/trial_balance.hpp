// Debits and credits of all accounts by kind and currency. Their totals are equal, or the books are wrong.
#pragma once

#include "adapters/postgres/snapshot.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace tael {

struct TrialBalanceLine {
  std::string kind, currency;
  std::int64_t accounts = 0, debit = 0, credit = 0;
  std::int64_t balance() const { return debit - credit; }
};

struct TrialBalance {
  std::vector<TrialBalanceLine> lines;   ///< By currency and kind.
  std::vector<TrialBalanceLine> totals;  ///< One per currency, kind `total`.
  bool is_zero() const;
};

TrialBalance trial_balance(postgres::Snapshot& snapshot);

void print_text(const TrialBalance& balance, std::ostream& out);
/// `{"ok", "accounts": [{"kind", "currency", "accounts", "debit", "credit", "balance"}], "totals": [...]}`
void print_json(const TrialBalance& balance, std::ostream& out);

}  // namespace tael
