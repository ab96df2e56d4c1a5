// Brings a database to the schema that this binary was built with. The SQL travels inside the binary.
#pragma once

#include "actors/domain/time.hpp"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tael::postgres {

struct Migration {
  int version;  ///< From 1, without gaps.
  std::string_view name, sql;
};

/// In order of version. Generated from `migrations/*.sql`.
std::span<const Migration> migrations();

/// A newer binary has been here: this one must not write.
class SchemaTooNew : public std::runtime_error {
 public:
  SchemaTooNew(int found, int known)
      : std::runtime_error("the database has schema " + std::to_string(found) + ", this binary knows up to " +
                           std::to_string(known) + ": start a newer one") {}
};

/// Applies what is missing, each migration in a transaction of its own, while no other node does. `now` is
/// written down beside it. Throws `SchemaTooNew`, `StatementError` or `ConnectionLost`.
void migrate(const std::string& url, TimePoint now);

}  // namespace tael::postgres
