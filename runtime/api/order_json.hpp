// An order and its parts as the JSON the API promises (INTERFACES.md). The same text goes into answers, into stored
// answers and into notices.
#pragma once

#include "actors/ports/renderer.hpp"

#include <string>
#include <string_view>

namespace tael {

class JsonRenderer final : public Renderer {
 public:
  /// `public_url`: where payers reach us, without a slash at its end; empty makes `cashier_url` a path.
  explicit JsonRenderer(std::string public_url = {}) : public_url_(std::move(public_url)) {}

  /// Any other route, `view` for one, reads the order: 200.
  StoredAnswer answer(const std::string& route, const OrderView& view) const override;
  std::string notice(const std::string& type, const OrderView& view, TimePoint at) const override;
  std::string order(const OrderView& view) const;

 private:
  std::string public_url_;
};

std::string refund_json(const Order& order, const Refund& refund);
/// `{"attempt": ..., "voucher": ...}`.
std::string payment_json(const Order& order, const Attempt& attempt);

/// Null when the order has none of that number.
const Attempt* find_attempt(const Order& order, std::string_view number);
const Refund* find_refund(const Order& order, std::string_view id);

}  // namespace tael
