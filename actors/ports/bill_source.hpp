// A channel's own account of a day, for reconciliation: it proves from outside what our books say.
#pragma once

#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tael {

/// One movement of money as the channel tells it.
struct BillLine {
  bool is_refund = false;
  std::string number;       ///< Ours: of the attempt, or of the refund.
  std::string attempt;      ///< Ours: of the attempt, also for a refund.
  std::string transaction;  ///< Theirs.
  std::string status;       ///< In the channel's words.
  Money amount;             ///< Positive either way.
  std::int64_t fee = 0;     ///< In minor units, rounded half up; negative when given back.
  std::string at;           ///< As written, in the channel's time zone.
};

struct Bill {
  std::string refusal;  ///< Why there is none: not_ready, no_bill, silent, bad_hash, malformed; empty when it is whole.
  std::string message;  ///< For people.
  std::vector<BillLine> lines;                 ///< Of a trade bill.
  std::vector<std::vector<std::string>> rows;  ///< Every record cell by cell, head and summary included.
  std::string raw;                             ///< As it came, unpacked.
};

struct BillRequest {
  std::string date;  ///< `2026-11-21`, a day of the channel's own calendar.
  std::string kind = "trade";
};

class BillSource {
 public:
  virtual ~BillSource() = default;
  /// `done` is called exactly once, from any thread.
  virtual void fetch(const BillRequest& request, Duration deadline, std::function<void(Bill)> done) = 0;
};

}  // namespace tael
