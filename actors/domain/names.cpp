// Every enumerator prints as itself: in log, YAML, SQL, scenario and page.
#include "actors/domain/link_health.hpp"
#include "actors/domain/order.hpp"
#include "actors/domain/records.hpp"
#include "actors/domain/refusal.hpp"

#include <array>

namespace tael {
namespace {

template <class Enum, std::size_t n>
std::string_view pick(const std::array<std::string_view, n>& names, Enum value) {
  const auto at = static_cast<std::size_t>(value);
  return at < n ? names[at] : std::string_view{"unnamed"};
}

}  // namespace

// clang-format off
std::string_view name_of(Ending v) {
  return pick(std::to_array<std::string_view>({"approved", "declined", "not_sent", "pending", "silent"}), v);
}
std::string_view name_of(ChannelOp v) {
  return pick(std::to_array<std::string_view>({"pay", "inquire", "close", "refund", "inquire_refund", "transfer",
                                               "inquire_transfer"}),
              v);
}
std::string_view name_of(NumberKind v) {
  return pick(std::to_array<std::string_view>({"payment", "refund", "transfer"}), v);
}
std::string_view name_of(OrderState v) {
  return pick(std::to_array<std::string_view>({"created", "paying", "closing", "paid", "closed"}), v);
}
std::string_view name_of(AttemptState v) {
  return pick(std::to_array<std::string_view>({"sent", "pending", "in_doubt", "succeeded", "declined", "not_sent",
                                               "closed", "surplus"}), v);
}
std::string_view name_of(RefundState v) {
  return pick(std::to_array<std::string_view>({"requested", "sent", "in_doubt", "refunded", "rejected", "parked"}), v);
}
std::string_view name_of(RefundCause v) {
  return pick(std::to_array<std::string_view>({"requested", "duplicate", "late", "mismatch"}), v);
}
std::string_view name_of(NoticeState v) {
  return pick(std::to_array<std::string_view>({"due", "delivered", "parked"}), v);
}
std::string_view name_of(TimerKind v) {
  return pick(std::to_array<std::string_view>({"order_close", "attempt_inquiry", "refund_try", "notice_try"}), v);
}
std::string_view name_of(LinkMode v) {
  return pick(std::to_array<std::string_view>({"on", "down", "off"}), v);
}
std::string_view name_of(Severity v) {
  return pick(std::to_array<std::string_view>({"info", "warning", "critical"}), v);
}
std::string_view name_of(Refusal v) {
  return pick(std::to_array<std::string_view>({
    "order_not_found", "order_no_taken", "key_taken", "key_in_use", "not_payable", "not_closable", "not_refundable",
    "refund_exceeds_paid", "refund_no_taken", "path_unknown", "currency_not_taken", "amount_not_taken", "path_open", "expired", "too_many_attempts", "too_many_refunds",
    "poisoned", "nothing_parked", "overloaded", "moved_on", "alert_not_found", "alert_settled", "unavailable"}), v);
}
// clang-format on

}  // namespace tael
