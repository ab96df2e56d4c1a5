// A database of a test's own on the private cluster that CTest's fixture `postgres` keeps running:
// migrated, empty, and dropped at the end.
#pragma once

#include <string>

namespace tael::testing {

/// How a database compares texts: by bytes, as our private cluster does, or as people sort, which a company's may.
enum class Collation { bytes, people };

class TestDatabase {
 public:
  explicit TestDatabase(Collation collation = Collation::bytes);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;

  const std::string& url() const { return url_; }
  /// Runs SQL and returns the first value of its first row as text; empty when there is none.
  std::string ask(const std::string& sql) const;

 private:
  std::string name_, url_;
};

/// What the fixture does, for `tael_test_postgres up|down FOLDER`.
void start_test_cluster(const std::string& folder);
void stop_test_cluster(const std::string& folder);

}  // namespace tael::testing
