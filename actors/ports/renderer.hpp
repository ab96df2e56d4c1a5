// How answers and notices are spelled. Pure functions of the order, given to the actors so that what is
// stored under an Idempotency-Key or signed for a business is written in the same commit as its cause.
#pragma once

#include "actors/domain/records.hpp"

#include <optional>
#include <string>

namespace tael {

/// What the owner of an order answers.
struct OrderView {
  Order order;
  std::optional<Notice> notice;  ///< The newest.
  bool created = false;          ///< Made by this very request, not found.
  std::string number;            ///< Pay: the attempt's number. Refund: the refund's id.
  bool replayed = false;         ///< For a twin of the request that did it.
};

struct StoredAnswer {
  int status = 200;
  std::string body;
};

class Renderer {
 public:
  virtual ~Renderer() = default;
  /// What the API sends for `view` on `route`: create, pay, close or refund.
  virtual StoredAnswer answer(const std::string& route, const OrderView& view) const = 0;
  /// The bytes of a notice: Standard Webhooks 1.0, `{"type", "timestamp", "data"}`, minified.
  virtual std::string notice(const std::string& type, const OrderView& view, TimePoint at) const = 0;
};

}  // namespace tael
