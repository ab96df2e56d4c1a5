#include "adapters/postgres/connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <poll.h>

namespace tael::postgres {
namespace {

using Clock = std::chrono::steady_clock;

std::string field_of(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text ? text : "";
}

/// The primary message and the constraint only: the detail would quote values of the row.
StatementError error_of(const PGresult* result) {
  auto sqlstate = field_of(result, PG_DIAG_SQLSTATE);
  auto constraint = field_of(result, PG_DIAG_CONSTRAINT_NAME);
  auto text = field_of(result, PG_DIAG_MESSAGE_PRIMARY) + " (SQLSTATE " + sqlstate + ")";
  return {std::move(sqlstate), std::move(constraint), text};
}

std::string settings(const SessionLimits& limits) {
  return "set timezone = 'UTC'; set jit = off; set client_min_messages = warning;"
         "set statement_timeout = " +
         std::to_string(limits.statement.count()) + "; set lock_timeout = " + std::to_string(limits.lock.count()) +
         "; set idle_in_transaction_session_timeout = " + std::to_string(limits.idle_in_transaction.count());
}

}  // namespace

Rows::Rows(pg_result* result) : result_(result) {}
void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }
int Rows::count() const { return PQntuples(result_.get()); }
std::string_view Rows::tag() const { return PQcmdStatus(result_.get()); }
bool Rows::is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }

std::string_view Rows::bytes(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Rows::integer(int row, int column) const {
  const auto big_endian = bytes(row, column);
  if (big_endian.empty()) return 0;
  auto value = static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<signed char>(big_endian.front())));
  for (const char byte : big_endian.substr(1)) value = value << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

TimePoint Rows::time(int row, int column) const {
  return is_null(row, column) ? TimePoint{} : time_from_binary(integer(row, column));
}

Connection::Connection(const std::string& url, Duration within, const SessionLimits& limits)
    : connection_(PQconnectStart(url.c_str())) {
  if (!connection_) throw ConnectionLost("out of memory");
  connect(Clock::now() + within);
  PQsetNoticeReceiver(connection_.get(), &Connection::hear_notice, this);
  if (PQsetnonblocking(connection_.get(), 1) != 0) lost("set up");
  execute(settings(limits), within);
  if (PQenterPipelineMode(connection_.get()) != 1) lost("enter pipeline mode");
}

Connection::~Connection() = default;
void Connection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

void Connection::connect(Deadline deadline) {
  for (auto wanted = PGRES_POLLING_WRITING; wanted != PGRES_POLLING_OK; wanted = PQconnectPoll(connection_.get())) {
    if (wanted == PGRES_POLLING_FAILED) lost("connect");
    wait_for(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
  }
}

void Connection::hear_notice(void* self, const pg_result* notice) {
  // A COMMIT whose wait for a synchronous standby is cancelled succeeds with no more than this warning.
  const auto sqlstate = field_of(notice, PG_DIAG_SQLSTATE);
  if (field_of(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING" && (sqlstate == "01000" || sqlstate == "57P01"))
    static_cast<Connection*>(self)->warned_not_durable_ = true;
}

short Connection::wait_for(short events, Deadline deadline) {
  for (;;) {
    const int socket = PQsocket(connection_.get());
    if (socket < 0) lost("wait");
    const auto left = std::chrono::ceil<Duration>(deadline - Clock::now());
    if (left.count() <= 0) throw ConnectionLost("PostgreSQL did not answer in time");
    pollfd waited{.fd = socket, .events = events, .revents = 0};
    const auto longest = std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max());
    const int ready = poll(&waited, 1, static_cast<int>(longest));
    if (ready > 0) return waited.revents;
    if (ready < 0 && errno != EINTR) throw ConnectionLost(std::string{"poll: "} + std::strerror(errno));
  }
}

bool Connection::is_alive() {
  pollfd watched{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
  // What is left to read before the end of file may be the server's last words.
  while (watched.fd >= 0 && poll(&watched, 1, 0) > 0)
    if (PQconsumeInput(connection_.get()) != 1) return false;
  return PQstatus(connection_.get()) == CONNECTION_OK;
}

void Connection::put_on_wire(Deadline deadline) {
  for (int left = PQflush(connection_.get()); left != 0; left = PQflush(connection_.get())) {
    if (left < 0) lost("send");
    // The server may want to be read before it reads on.
    if ((wait_for(POLLIN | POLLOUT, deadline) & POLLIN) && PQconsumeInput(connection_.get()) != 1) lost("read");
  }
}

pg_result* Connection::next_result(Deadline deadline) {
  while (PQisBusy(connection_.get()) == 1) {
    wait_for(POLLIN, deadline);
    if (PQconsumeInput(connection_.get()) != 1) lost("read");
  }
  return PQgetResult(connection_.get());
}

void Connection::lost(const std::string& doing) {
  std::string text = PQerrorMessage(connection_.get());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  throw ConnectionLost(doing + ": " + (text.empty() ? "connection closed" : text));
}

void Connection::execute(const std::string& sql, Duration within) {
  const auto deadline = Clock::now() + within;
  if (PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF) {
    if (PQexitPipelineMode(connection_.get()) != 1) lost("leave pipeline mode");
    execute(sql, within);
    if (PQenterPipelineMode(connection_.get()) != 1) lost("enter pipeline mode");
    return;
  }
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1) lost("send");
  put_on_wire(deadline);
  std::optional<StatementError> error;
  while (pg_result* result = next_result(deadline)) {
    const Rows owner{result};
    if (PQresultStatus(result) == PGRES_FATAL_ERROR && !error) error = error_of(result);
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) lost("execute");
  if (!error) return;
  // Several statements sent as one text are one transaction unless they say otherwise.
  throw *error;
}

Rows Connection::query(const std::string& sql, const Parameters& parameters, Duration within) {
  prepare(std::array{Statement{"", sql}}, within);
  return run("", parameters, within);
}

Rows Connection::run(const std::string& name, const Parameters& parameters, Duration within) {
  send(name, parameters);
  flush(within);
  return std::move(receive(within).front());
}

void Connection::prepare(std::span<const Statement> statements, Duration within) {
  for (const auto& statement : statements) {
    if (PQsendPrepare(connection_.get(), statement.name.c_str(), statement.sql.c_str(), 0, nullptr) != 1) lost("send");
    ++sent_;
  }
  flush(within);
  receive(within);
}

void Connection::send(const std::string& name, const Parameters& parameters) {
  const auto& values = parameters.values();
  std::vector<const char*> pointers;
  std::vector<int> lengths;
  for (const auto& value : values) {
    pointers.push_back(value.data());
    lengths.push_back(static_cast<int>(value.size()));
  }
  const std::vector<int> binary(values.size(), 1);
  if (PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()), pointers.data(),
                          lengths.data(), binary.data(), 1) != 1)
    lost("send");
  ++sent_;
  // What fits goes out now: the server works on it while we encode the next.
  if (PQflush(connection_.get()) < 0) lost("send");
}

void Connection::flush(Duration within) {
  if (PQpipelineSync(connection_.get()) != 1) lost("send");
  put_on_wire(Clock::now() + within);
}

std::vector<Rows> Connection::receive(Duration within) {
  const auto deadline = Clock::now() + within;
  std::vector<Rows> answers;
  std::optional<StatementError> error;
  for (; sent_ > 0; --sent_) {
    pg_result* result = next_result(deadline);
    if (!result) lost("read");
    answers.emplace_back(result);
    if (PQresultStatus(result) == PGRES_FATAL_ERROR && !error) {
      if (PQstatus(connection_.get()) != CONNECTION_OK) lost("read");
      error = error_of(result);
    }
    while (pg_result* more = next_result(deadline)) Rows{more};
  }
  const Rows sync{next_result(deadline)};
  if (PQstatus(connection_.get()) != CONNECTION_OK) lost("read");
  if (error) throw *error;
  return answers;
}

int Connection::backend_pid() const { return PQbackendPID(connection_.get()); }

}  // namespace tael::postgres
