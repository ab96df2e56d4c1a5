// The invariants of DESIGN.md section 12 that rows can tell, each as a query for what breaks it. No row is the
// proof. They read one snapshot and hold at every instant, also between two steps of a payment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tael {

struct Invariant {
  int no = 0;                 ///< In DESIGN.md section 12.
  std::string_view name;      ///< Never changes its meaning: alarms and scripts know it.
  std::string_view sentence;  ///< What is proved when the query finds nothing.
  std::string sql;            ///< Rows that break it; the first columns say where.
};

/// By number; money first.
const std::vector<Invariant>& invariants();

/// Money by channel and currency, from entries and, independently, from orders, attempts and refunds:
/// `channel, currency, received, booked, refunded, suspense, holds`, then the same four `_by_rows`.
const std::string& channel_money_sql();

std::vector<Invariant> money_invariants();
std::vector<Invariant> life_invariants();

}  // namespace tael
