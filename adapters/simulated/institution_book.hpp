// The institution's own book: every payment and refund it knows, and every movement of money in the
// order it happened. It is the outside proof of what our ledger says.
#pragma once

#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"
#include "adapters/simulated/institution_faults.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tael {

struct InstitutionPayment {
  enum class Status { pending, paid, closed, failed };
  std::string number, method, bank, subject, callback_url;
  std::string transaction, code;  ///< Transaction once paid; code once failed.
  Money amount;                   ///< Asked for; nought for a number that was closed before it was used.
  std::int64_t received = 0;      ///< What the payer gave.
  std::int64_t returned = 0;      ///< Refunded, or reserved by refunds under way.
  Status status = Status::pending;
  Fault fault = Fault::none;
  TimePoint expires_at{}, paid_at{};
  int callbacks_sent = 0, callbacks_acknowledged = 0;
};

struct InstitutionRefund {
  enum class Status { processing, refunded, rejected };
  std::string number, payment, reason, callback_url, transaction, code;
  Money amount;
  Status status = Status::processing;
  Fault fault = Fault::none;
  TimePoint asked_at{}, refunded_at{};
};

/// Money the merchant sends to somebody.
struct InstitutionTransfer {
  enum class Status { processing, paid_out, rejected };
  std::string number, payee, callback_url, transaction, code;
  Money amount;
  Status status = Status::processing;
  Fault fault = Fault::none;
  TimePoint decided_at{};
};

std::string_view name_of(InstitutionPayment::Status status);
std::string_view name_of(InstitutionTransfer::Status status);
std::string_view name_of(InstitutionRefund::Status status);

/// One movement of money; a line of the daily bill.
struct InstitutionLine {
  TimePoint at{};
  bool is_refund = false;
  std::string number, transaction;
  Money amount;
  std::int64_t fee = 0;
  std::string payment_number{}, payment_transaction{};  ///< Of a refund: what it returns.
};

struct InstitutionTotal {
  std::int64_t payments = 0, received = 0, refunds = 0, refunded = 0, fee = 0;
};

class InstitutionBook {
 public:
  InstitutionPayment* find_payment(std::string_view number);
  const InstitutionPayment* find_payment(std::string_view number) const;
  InstitutionRefund* find_refund(std::string_view number);
  InstitutionPayment& add(InstitutionPayment payment);
  InstitutionRefund& add(InstitutionRefund refund);
  InstitutionTransfer* find_transfer(std::string_view number);
  InstitutionTransfer& add(InstitutionTransfer transfer);
  /// Every movement of money so far, in its order.
  const std::vector<InstitutionLine>& lines() const { return lines_; }

  void write(InstitutionLine line);
  const std::map<Currency, InstitutionTotal>& totals() const { return totals_; }
  /// Payments by status name.
  std::map<std::string_view, std::int64_t> counts() const;
  /// The bill of one UTC day (`2026-11-21`), as CSV: a head, a line per movement, one summary per currency.
  std::string bill(std::string_view date) const;

 private:
  std::unordered_map<std::string, InstitutionPayment> payments_;
  std::unordered_map<std::string, InstitutionRefund> refunds_;
  std::unordered_map<std::string, InstitutionTransfer> transfers_;
  std::vector<InstitutionLine> lines_;
  std::map<Currency, InstitutionTotal> totals_;
};

}  // namespace tael
