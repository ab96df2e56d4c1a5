// What most systems do: each step in a transaction of its own, each row by a statement of its own, each statement
// waited for. The rows, the tables and the server are the same as the store's; only the way of writing differs.
#pragma once

#include "actors/ports/store.hpp"
#include "adapters/postgres/connection.hpp"

#include <string>

namespace tael::bench {

class NaiveStore {
 public:
  explicit NaiveStore(const std::string& url);
  /// Throws `StatementError`, `ConnectionLost`, or `std::runtime_error` when a row to change was not there.
  void write(const Commit& commit);

 private:
  void run(const std::string& statement, const postgres::Parameters& parameters = {});
  void change(const std::string& statement, const postgres::Parameters& parameters);

  postgres::Connection connection_;
};

/// The schema refuses an entry whose postings come one by one, because one alone does not balance. The naive way has to
/// do without that proof.
void allow_rows_one_by_one(const std::string& url);

}  // namespace tael::bench
