// Everything the store knows of one order, as an operator wants to see it: what it is now, with all that belongs
// to it. Read from one snapshot.
#pragma once

#include "adapters/postgres/snapshot.hpp"

#include <iosfwd>
#include <optional>
#include <string>

namespace tael {

/// By what an operator finds an order.
struct OrderWanted {
  std::string id;                  ///< Of the order, an attempt, a refund or a notice; or its number, with `business`.
  std::string business, order_no;  ///< The business's own number.
};

/// The order's id; nothing when there is no such order.
std::optional<std::string> find_order(postgres::Snapshot& snapshot, const OrderWanted& wanted);

/// `{"order", "attempts", "refunds", "notices", "entries", "timers", "alerts", "quarantined"}` as JSON text. The order
/// exists.
std::string order_file(postgres::Snapshot& snapshot, const std::string& order_id);

/// The same for people. `file` is what `order_file` made.
void print_order_file(const std::string& file, std::ostream& out);

}  // namespace tael
