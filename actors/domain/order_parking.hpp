// Setting an order aside for a person after it crashed its actor again and again.
#pragma once

#include "actors/domain/records.hpp"

namespace tael {

/// What parking `order` writes down: a journal row, the mark, an alert. Money and state stay as they are.
struct Parking {
  Order order;
  JournalRow row;
  Alert alert;
};
Parking park_order(const Order& order, const std::string& why, TimePoint now);

}  // namespace tael
