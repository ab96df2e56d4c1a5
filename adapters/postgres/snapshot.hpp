// One repeatable read, read-only transaction for whoever asks questions: every answer tells of the same
// instant, however much is paid meanwhile. Rows come as JSON, which is what people and scripts read.
#pragma once

#include "adapters/postgres/connection.hpp"

#include <string>

namespace tael::postgres {

class Snapshot {
 public:
  /// Connects and begins. Throws `ConnectionLost`, `SchemaTooNew`, or `StatementError` when there is no schema of ours.
  explicit Snapshot(const std::string& url, Duration within = Duration{600'000});

  /// The rows of a `select` as a JSON array of objects, members in the order of its columns.
  std::string rows(const std::string& sql, const Parameters& parameters = {});
  /// How many rows a `select` has, and the first of them as JSON, at most `most`.
  struct Sample {
    std::int64_t count = 0;
    std::string first;
  };
  Sample sample(const std::string& sql, int most);
  /// A setting that statements of this transaction may read with `current_setting`.
  void set(const std::string& name, const std::string& value);

 private:
  Connection connection_;
  Duration within_;
};

}  // namespace tael::postgres
