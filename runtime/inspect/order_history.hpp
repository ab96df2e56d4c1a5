// Why an order is what it is: everything that happened to it, was said about it and is still to happen, in order
// of time and each with its cause. Told from the journal and what was written down beside it.
#pragma once

#include "adapters/postgres/snapshot.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace tael {

/// One thing that happened, or with `is_armed` will.
struct Moment {
  std::int64_t at_ms = 0;
  std::string source;  ///< order, channel, ledger, notice, alert, timer
  std::string kind;    ///< The journal's word, the operation, the rule...
  std::string about;   ///< Number or id within the order; empty for the order itself.
  std::string details;
  std::string cause;              ///< Empty where there is none to tell.
  std::string request, response;  ///< Of an exchange with a channel, masked.
  bool is_armed = false;
};

std::vector<Moment> order_history(postgres::Snapshot& snapshot, const std::string& order_id);

/// One line a moment; `bodies` adds what was said, whole, below each exchange.
void print_history(const std::string& order_id, const std::vector<Moment>& moments, bool bodies, std::ostream& out);
/// `{"order", "moments": [{"at", "after_ms", "source", "kind", "about", "details", "because", ...}]}`
void print_history_json(const std::string& order_id, const std::vector<Moment>& moments, bool bodies,
                        std::ostream& out);

}  // namespace tael
