// Bodies and headers of requests. What is accepted must keep its promises: amounts in range, numbers and keys within
// their rules, and never an error without a place.
#include "actors/domain/assert.hpp"
#include "adapters/http/header_scan.hpp"
#include "runtime/api/order_requests.hpp"
#include "runtime/api/router.hpp"

#include <cstdint>
#include <string_view>

namespace {

using namespace tael;

void check(const BadBody& bad) {
  TAEL_ASSERT(!bad.errors.empty(), "a refused body has an error");
  for (const auto& error : bad.errors) TAEL_ASSERT(error.pointer.starts_with('#'), "an error has a place");
}

void check(const Order& order) {
  TAEL_ASSERT(order.amount >= 1 && order.amount <= amount_max, "an order's amount is in range");
  TAEL_ASSERT(is_order_no(order.order_no), "an order's number is one");
  TAEL_ASSERT(order.expires_at > order.created_at, "an order expires after it was made");
  TAEL_ASSERT(order.body_hash.size() == 64, "an order has its hash");
}

void check(const RefundAsked& refund) {
  TAEL_ASSERT(refund.amount >= 1 && refund.amount <= amount_max, "a refund's amount is in range");
}

void check(const PaymentAsked& payment) { TAEL_ASSERT(!payment.path.empty(), "a payment has a path"); }
void check(std::monostate) {}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  static const BusinessSettings settings = [] {
    BusinessSettings all;
    all.code = "bakery";
    all.http_allowed = true;
    return all;
  }();
  const auto checked = [](const auto& value) { check(value); };
  std::visit(checked, read_create(text, settings, from_unix_ms(1'700'000'000'000)));
  std::visit(checked, read_refund(text));
  std::visit(checked, read_payment(text));
  std::visit(checked, read_close(text));

  // Not equal to its own canonical form: outside of what is kept as it came, a fraction may lose its last digit.
  if (const BodyReader body(text); body.is_readable())
    TAEL_ASSERT(BodyReader(body.canonical()).is_readable(), "a canonical form can be read");
  if (const auto key = read_idempotency_key(text))
    TAEL_ASSERT(!key->empty() && key->size() <= 255, "a key has a length");
  const auto found = query_value(text, "order_no");
  TAEL_ASSERT(!found || found->size() <= size, "decoding never grows");
  const auto scan = http::HeaderScanner({.bytes_max = 512, .lines_max = 8}).scan(text);
  TAEL_ASSERT(scan.size <= size, "a head ends within the text");
  return 0;
}
