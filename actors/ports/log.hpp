// Log lines as values: an event's name, fields, the business context. Whoever prints them masks secrets.
#pragma once

#include "actors/domain/records.hpp"

#include <string_view>

namespace tael {

enum class Level { debug, info, warning, error };

class Log {
 public:
  virtual ~Log() = default;
  /// From any thread. `event` is snake_case; fields never hold a secret or a card number.
  virtual void line(Level level, std::string_view event, const Fields& fields) = 0;
};

}  // namespace tael
