// What businesses ask for, read from bodies and headers into values, with every rule of the fields in one place.
#pragma once

#include "actors/messages.hpp"
#include "runtime/api/body_reader.hpp"
#include "runtime/api/business_settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tael {

/// A body that could not be read. `malformed`: it is no JSON object; otherwise fields are unfit.
struct BadBody {
  bool malformed = false;
  std::vector<FieldError> errors;
};

/// What `expires_in` and `expires_at` must be.
inline constexpr const char* expiry_rule = "must be from 1 second to 30 days from now";

/// The order to create; its owner sets id, shard and version. One with an `expires_at` that has passed may be a repeat:
/// its owner knows.
std::variant<Order, BadBody> read_create(std::string_view body, const BusinessSettings& settings, TimePoint now);

struct PaymentAsked {
  std::string path;
};
std::variant<PaymentAsked, BadBody> read_payment(std::string_view body);

struct RefundAsked {
  std::string refund_no;
  std::int64_t amount = 0;
  std::optional<Currency> currency;  ///< Empty: the order's.
  std::string reason;
};
std::variant<RefundAsked, BadBody> read_refund(std::string_view body);

/// A close needs no body; an empty object is allowed.
std::variant<std::monostate, BadBody> read_close(std::string_view body);

bool is_order_no(std::string_view text);

/// The value of Idempotency-Key: a structured-field string in quotes, or bare; 1 to 255 visible ASCII characters.
std::optional<std::string> read_idempotency_key(std::string_view header);

/// SHA-256 over method, path and raw body: what a repeat under the same key must have in common.
std::string fingerprint(std::string_view method, std::string_view path, std::string_view body);

}  // namespace tael
