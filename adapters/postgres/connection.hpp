// One libpq connection in pipeline mode: prepared statements, binary parameters and results, and a
// deadline on everything. It never blocks on the server: each wait is a poll with an end.
#pragma once

#include "actors/domain/time.hpp"
#include "adapters/postgres/parameters.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;

namespace tael::postgres {

/// The server refused a statement. Nothing of its transaction remains once it is rolled back.
class StatementError : public std::runtime_error {
 public:
  StatementError(std::string code, std::string constraint_name, const std::string& text)
      : std::runtime_error(text), sqlstate(std::move(code)), constraint(std::move(constraint_name)) {}
  std::string sqlstate, constraint;
};

/// The connection is gone, or did not answer in time. What was under way may or may not have happened.
class ConnectionLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A statement to prepare. Parameters get their types from casts in the text or from their context.
struct Statement {
  std::string name;
  std::string sql;
};

/// Rows of one statement, in binary format.
class Rows {
 public:
  explicit Rows(pg_result* result);
  int count() const;
  /// What was done, as the server words it: `COMMIT`, `INSERT 0 3`.
  std::string_view tag() const;
  bool is_null(int row, int column) const;
  std::string_view bytes(int row, int column) const;
  std::string text(int row, int column) const { return std::string{bytes(row, column)}; }
  /// An integer of any width.
  std::int64_t integer(int row, int column) const;
  bool boolean(int row, int column) const { return integer(row, column) != 0; }
  /// Zero for null.
  TimePoint time(int row, int column) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// Server-side limits of a session; zero means none.
struct SessionLimits {
  Duration statement{2000};
  Duration lock{1000};
  Duration idle_in_transaction{3000};
};

class Connection {
 public:
  /// Connects, or throws `ConnectionLost`.
  Connection(const std::string& url, Duration within, const SessionLimits& limits = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs SQL text that returns nothing, several statements if need be. Not while a pipeline is open.
  void execute(const std::string& sql, Duration within);
  /// Runs one unprepared statement and returns its rows.
  Rows query(const std::string& sql, const Parameters& parameters, Duration within);
  /// Runs one prepared statement.
  Rows run(const std::string& name, const Parameters& parameters, Duration within);
  void prepare(std::span<const Statement> statements, Duration within);

  /// Sends a prepared statement, as far as the socket takes it now. Nothing is answered before `flush`.
  void send(const std::string& name, const Parameters& parameters = {});
  /// Puts the rest on the wire, without waiting for answers.
  void flush(Duration within);
  /// One `Rows` per statement queued since the last call, in order. Throws `StatementError` for the first that
  /// was refused, after all have been read; the transaction is then aborted and wants a rollback.
  std::vector<Rows> receive(Duration within);

  /// False when the server has closed the connection while nothing was asked. Does not wait.
  bool is_alive();
  /// True when the server warned since `forget_warnings` that a commit is not yet safe on its standby.
  bool warned_not_durable() const { return warned_not_durable_; }
  void forget_warnings() { warned_not_durable_ = false; }
  int backend_pid() const;

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  using Deadline = std::chrono::steady_clock::time_point;
  static void hear_notice(void* self, const pg_result* notice);
  void connect(Deadline deadline);
  /// Waits until the socket is ready; says for what.
  short wait_for(short events, Deadline deadline);
  void put_on_wire(Deadline deadline);
  /// The next result; null at the end of a statement's results.
  pg_result* next_result(Deadline deadline);
  [[noreturn]] void lost(const std::string& doing);

  bool warned_not_durable_ = false;
  int sent_ = 0;
  std::unique_ptr<pg_conn, Finish> connection_;
};

}  // namespace tael::postgres
