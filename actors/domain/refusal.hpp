// Why a command was not carried out: a value with a name, not an error. Prints as itself; the API turns
// it into a problem document (`runtime/api/problem.cpp` has the table).
#pragma once

#include <string_view>

namespace tael {

enum class Refusal {
  order_not_found,
  order_no_taken,  ///< The number was used with another body.
  key_taken,       ///< The Idempotency-Key was used with another request.
  key_in_use,      ///< The same request is still being worked on.
  not_payable,     ///< Paid, closing or closed.
  not_closable,    ///< Paid.
  not_refundable,  ///< Not paid.
  refund_exceeds_paid,
  refund_no_taken,     ///< The refund number was used with another amount.
  path_unknown,        ///< Not a path this business may use.
  currency_not_taken,  ///< The path's channel cannot be paid in the order's currency.
  amount_not_taken,    ///< The path's channel counts the currency in coarser steps.
  path_open,           ///< The breaker or the static switch refuses; `retry_at` says until when.
  expired,
  too_many_attempts,  ///< Of one order.
  too_many_refunds,   ///< Of one order.
  poisoned,           ///< Parked for a person.
  nothing_parked,     ///< There is nothing of the order to take up.
  overloaded,
  moved_on,  ///< What the caller had seen is not the newest any more.
  alert_not_found,
  alert_settled,  ///< Acknowledged or resolved already.
  unavailable,    ///< The store or the owner is not reachable.
};
std::string_view name_of(Refusal refusal);

}  // namespace tael
