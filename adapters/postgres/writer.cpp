#include "adapters/postgres/writer.hpp"

#include "adapters/postgres/migrate.hpp"
#include "adapters/postgres/statements.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace tael::postgres {
namespace {

bool begins_with_any(std::string_view sqlstate, std::initializer_list<std::string_view> classes) {
  return std::ranges::any_of(classes, [&](auto begin) { return sqlstate.starts_with(begin); });
}

/// The server says itself that the transaction will not commit. Whatever else it says, it may have committed.
bool is_definite(std::string_view sqlstate) {
  return begins_with_any(sqlstate,
                         {"0A", "21", "22", "23", "25", "40", "42", "54", "55P03", "57014", "P0", "TA001", "TA002"});
}

/// Nothing is wrong with the batch; only the moment was.
bool is_passing(std::string_view sqlstate) { return begins_with_any(sqlstate, {"40", "55P03", "57014"}); }

CommitOutcome outcome_of(const StatementError& error) {
  static const std::unordered_set<std::string_view> version_keys{
      "journal_pkey",  "orders_pkey", "attempts_pkey", "refunds_pkey",        "notices_pkey",
      "accounts_pkey", "accounts_id", "breakers_pkey", "breaker_events_pkey", "alert_messages_pkey"};
  if (error.sqlstate == lease_lost) return CommitOutcome::fenced;
  if (error.sqlstate == rows_not_as_expected) return CommitOutcome::conflict;
  if (error.sqlstate == "23505" && version_keys.contains(error.constraint)) return CommitOutcome::conflict;
  return CommitOutcome::refused;
}

// The writer meets big tables before anyone has analysed them. Its statements all find rows by key, so the plans
// are given: loop over what came, look up by index.
constexpr const char* plans =
    "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_bitmapscan = off; set "
    "enable_memoize = off;"
    "set plan_cache_mode = force_generic_plan; set synchronous_commit = on";

void check_schema(Connection& connection, Duration within) {
  const auto rows = connection.query("select coalesce(max(version), 0) from tael.migrations", {}, within);
  const auto found = static_cast<int>(rows.integer(0, 0)), known = migrations().back().version;
  if (found > known) throw SchemaTooNew(found, known);
  if (found < known)
    throw StatementError("3F000", "",
                         "the database has schema " + std::to_string(found) + ", " + std::to_string(known) +
                             " is needed: migrate it first");
}

}  // namespace

Writer::Writer(const StoreOptions& options, const Clock& clock, Pause pause)
    : options_(options), pause_(std::move(pause)) {
  const auto deadline = Steady::now() + options_.take_within;
  for (;;) {
    Connection connection{options_.url, options_.connect_within};
    check_schema(connection, options_.answer_within);
    try {
      epochs_ = take_all_shards(connection, options_.node, clock.now(), options_.answer_within);
    } catch (const StatementError& error) {
      if (!is_passing(error.sqlstate) || Steady::now() > deadline) throw;
      continue;
    }
    writer_ = options_.node + "@" + std::to_string(epochs_.front());
    // Our former selves are fenced; what they wanted to know of their last batch is nobody's question any more.
    connection.query(
        "with gone as (delete from tael.writers where starts_with(writer, $2::text)) "
        "insert into tael.writers (writer, batch) values ($1::text, 0)",
        Parameters{}.add(writer_).add(options_.node + "@"), options_.answer_within);
    break;
  }
  connect();
}

void Writer::connect() {
  auto connection = std::make_unique<Connection>(options_.url, options_.connect_within);
  connection->execute(plans, options_.answer_within);
  connection->prepare(write_statements(), options_.answer_within);
  // Waits for a transaction of ours that is still running, and stops one that has not come that far.
  const auto rows =
      connection->query("update tael.writers set batch = batch + 1 where writer = $1::text returning batch",
                        Parameters{}.add(writer_), options_.answer_within);
  if (rows.count() != 1) {
    look_for_fence(*connection);  // Who takes our shards under our own name strikes us out.
    throw ConnectionLost("this database does not know writer " + writer_);
  }
  // This commit waited for the standby, if there is one, and with it for all that was committed before.
  if (connection->warned_not_durable()) throw ConnectionLost("commits do not reach the standby");
  number_ = rows.integer(0, 0);
  connection_ = std::move(connection);
  backoff_ = Duration{0};
}

void Writer::look_for_fence(Connection& connection) {
  if (fenced_) return;
  const auto owner = who_took_a_shard(connection, options_.node, epochs_, options_.answer_within);
  if (!owner) return;
  fenced_ = true;
  note(Level::error, "store_fenced", {{"owner", *owner}});
  if (options_.on_fenced) options_.on_fenced(*owner);
}

void Writer::look_around() {
  look_after_connection();
  if (!connection_) return;
  try {
    look_for_fence(*connection_);
  } catch (const std::runtime_error& error) {
    disconnect(error.what());
  }
}

void Writer::disconnect(const std::string& why) {
  // The first try comes at once, the others later and later.
  if (connection_) {
    note(Level::warning, "store_lost", {{"why", why}});
    backoff_ = Duration{0};
  } else {
    backoff_ = std::clamp(backoff_ * 2, options_.backoff_min, options_.backoff_max);
  }
  connection_.reset();
  next_try_ = Steady::now() + backoff_;
}

Duration Writer::until_reconnect() const {
  return std::max(Duration{1}, std::chrono::ceil<Duration>(next_try_ - Steady::now()));
}

void Writer::look_after_connection() {
  if (connection_ && !connection_->is_alive()) disconnect("closed by the server");
  if (connection_ || Steady::now() < next_try_) return;
  try {
    connect();
    note(Level::info, "store_back", {});
  } catch (const std::runtime_error& error) {
    disconnect(error.what());
  }
}

std::vector<CommitResult> Writer::write(const std::vector<Commit>& batch) {
  Pass pass{batch, std::vector<CommitResult>(batch.size()), Steady::now() + options_.resolve_within};
  Members members;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto flaw = flaw_of(batch[i]);
    if (flaw.empty())
      members.push_back(i);
    else
      pass.results[i] = {CommitOutcome::refused, "", std::move(flaw)};
  }
  run(pass, members);
  return std::move(pass.results);
}

void Writer::run(Pass& pass, const Members& members) {
  for (auto next = members.begin(); next != members.end();) {
    Batch batch{epochs_};
    const auto first = next;
    while (next != members.end() && batch.take(pass.batch[*next])) ++next;
    attempt(pass, {first, next});
  }
}

void Writer::attempt(Pass& pass, Members members) {
  while (!members.empty()) {
    if (look_after_connection(); !connection_)
      return answer(pass, members, CommitOutcome::unavailable, "no connection");
    Batch batch{epochs_};
    for (const auto member : members)
      if (!batch.take(pass.batch[member])) return run(pass, members);
    try {
      const auto losers = transact(pass, members, batch);
      if (losers.empty()) return answer(pass, members, CommitOutcome::committed);
      std::erase_if(members, [&](auto member) { return std::ranges::find(losers, member) != losers.end(); });
      continue;
    } catch (const StatementError& error) {
      if (is_definite(error.sqlstate)) {
        roll_back();
        if (error.sqlstate == lease_lost) look_around();
        if (is_passing(error.sqlstate) && Steady::now() < pass.deadline) continue;
        return isolate(pass, members, error);
      }
      disconnect(error.what());
    } catch (const ConnectionLost& error) {
      disconnect(error.what());
    }
    const auto fate = resolve(pass.deadline);
    if (fate == Fate::committed) return answer(pass, members, CommitOutcome::committed);
    if (fate == Fate::unknown || Steady::now() > pass.deadline)
      return answer(pass, members, CommitOutcome::unavailable, "the connection was lost");
  }
}

Writer::Members Writer::transact(Pass& pass, const Members& members, const Batch& batch) {
  commit_sent_ = false;
  send_begin(*connection_, batch, options_.node, epochs_, writer_, number_ + 1);
  if (batch.keys.has_inserts() || batch.orders.has_inserts()) {
    send_creates(*connection_, batch);
    connection_->flush(options_.answer_within);
    const auto created = connection_->receive(options_.answer_within);
    auto losers = answer_losers(pass, members, batch, created);
    if (!losers.empty()) {
      roll_back();
      return losers;
    }
  }
  send_changes(*connection_, batch);
  commit();
  return {};
}

Writer::Members Writer::answer_losers(Pass& pass, const Members& members, const Batch& batch,
                                      const std::vector<Rows>& created) {
  std::set<std::array<std::string, 3>> new_keys;
  std::set<std::string> new_orders;
  std::size_t at = 3;  // After begin, fence and count.
  if (batch.keys.has_inserts()) {
    const auto& rows = created[at++];
    for (int row = 0; row < rows.count(); ++row)
      new_keys.insert({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2)});
  }
  if (batch.orders.has_inserts()) {
    const auto& rows = created[at];
    for (int row = 0; row < rows.count(); ++row) new_orders.insert(rows.text(row, 0));
  }
  Members losers;
  for (const auto member : members) {
    const auto& [key, order] = std::tie(pass.batch[member].key, pass.batch[member].order);
    auto& result = pass.results[member];
    if (key && key->insert && !new_keys.contains({key->row.business, key->row.route, key->row.key})) {
      result = {CommitOutcome::key_exists, "", ""};
      losers.push_back(member);
    } else if (order && order->insert && !new_orders.contains(order->row.id)) {
      const auto existing =
          connection_->run("existing_order", Parameters{}.add(order->row.context.business).add(order->row.order_no),
                           options_.answer_within);
      result = {CommitOutcome::order_exists, existing.count() == 1 ? existing.text(0, 0) : "", ""};
      losers.push_back(member);
    }
  }
  return losers;
}

void Writer::commit() {
  pass_point("store.before_commit");
  connection_->forget_warnings();
  commit_sent_ = true;
  connection_->send("commit");
  connection_->flush(options_.answer_within);
  pass_point("store.commit_sent");
  const auto answers = connection_->receive(options_.answer_within);
  if (connection_->warned_not_durable()) throw ConnectionLost("the commit did not reach the standby");
  if (answers.back().tag() != "COMMIT") throw ConnectionLost("unexpected answer to COMMIT");
  ++number_;
  pass_point("store.after_commit");
}

void Writer::roll_back() {
  try {
    connection_->run("rollback", {}, options_.answer_within);
  } catch (const std::runtime_error& error) {
    disconnect(error.what());
  }
}

void Writer::isolate(Pass& pass, const Members& members, const StatementError& error) {
  if (is_passing(error.sqlstate)) return answer(pass, members, CommitOutcome::unavailable, error.what());
  if (members.size() == 1) return answer(pass, members, outcome_of(error), error.what());
  const auto half = members.begin() + static_cast<std::ptrdiff_t>(members.size() / 2);
  run(pass, {members.begin(), half});
  run(pass, {half, members.end()});
}

void Writer::answer(Pass& pass, const Members& members, CommitOutcome outcome, const std::string& error) {
  for (const auto member : members) pass.results[member] = {outcome, "", error};
}

Writer::Fate Writer::resolve(Steady::time_point deadline) {
  const auto attempted = number_ + 1;
  for (;;) {
    try {
      connect();
      const bool committed = commit_sent_ && number_ > attempted;
      if (commit_sent_) note(Level::warning, "commit_resolved", {{"committed", committed}});
      return committed ? Fate::committed : Fate::nothing_happened;
    } catch (const std::runtime_error& error) {
      disconnect(error.what());
      note(Level::warning, "store_unreachable", {{"why", std::string{error.what()}}});
    }
    // Nothing to inquire after: who asked may know at once.
    if (!commit_sent_ || Steady::now() > deadline || !pause_(backoff_)) return Fate::unknown;
  }
}

void Writer::pass_point(std::string_view name) const {
  if (options_.crash_points) options_.crash_points->passed(name);
}

void Writer::note(Level level, std::string_view event, const Fields& fields) const {
  if (options_.log) options_.log->line(level, event, fields);
}

}  // namespace tael::postgres
