// Orders for whoever only looks at them, on a thread and a connection of their own: payments never wait for them.
#pragma once

#include "adapters/postgres/postgres_store.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tael::postgres {

/// Looks that wait at a time; more are refused at once.
inline constexpr std::size_t order_looks_max = 256;

class OrderReads {
 public:
  /// `url`: libpq's connection string. Nothing connects before the first look.
  explicit OrderReads(const std::string& url);
  ~OrderReads();
  OrderReads(const OrderReads&) = delete;

  /// As `Store::load_order`; `done` is called on the thread of the reads, or at once when the look is refused.
  void load_order(std::string id, std::function<void(Read<std::optional<OrderRecord>>)> done);
  /// Finishes the look under way; those that wait are refused, and all later ones.
  void close();

 private:
  struct Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace tael::postgres
