#include "adapters/postgres/writer.hpp"

#include "actors/domain/backoff.hpp"
#include "adapters/postgres/migrate.hpp"
#include "adapters/postgres/statement_errors.hpp"
#include "adapters/postgres/statements.hpp"

#include <algorithm>
#include <set>
#include <thread>

namespace tael::postgres {
namespace {

constexpr std::size_t failed_max = 64;    ///< Of what failed: enough to need again what the server had not.
constexpr Duration believed_after{1000};  ///< A connection that has stood this long without work.

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
    : options_(options),
      pause_(std::move(pause)),
      steady_(options.steady == nullptr ? boot_clock_ : *options.steady),
      lease_(steady_) {
  const auto deadline = Steady::now() + options_.take_within;
  for (;;) {
    Connection connection{options_.url, options_.connect_within};
    check_schema(connection, options_.answer_within);
    TakenShards taken;
    try {
      taken = take_all_shards(connection, options_.node, clock.now(), options_.answer_within);
    } catch (const StatementError& error) {
      if (!is_passing(error.sqlstate) || Steady::now() > deadline) throw;
      continue;
    }
    epochs_ = taken.epochs;
    writer_ = writer_name(options_.node, epochs_.front());
    // Our former selves are fenced; what they wanted to know of their last batch is nobody's question any more.
    connection.query(
        "with gone as (delete from tael.writers where starts_with(writer, $2::text)) "
        "insert into tael.writers (writer, batch) values ($1::text, 0)",
        Parameters{}.add(writer_).add(options_.node + "@"), options_.answer_within);
    outlive_former_owner(connection, taken.former);
    break;
  }
  connect();
}

void Writer::outlive_former_owner(Connection& connection, const std::string& former) const {
  const auto until = Steady::now() + take_over_silence;
  while (!former.empty() && Steady::now() < until && !has_died(connection, former, options_.answer_within))
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
}

void Writer::connect() {
  auto connection = std::make_unique<Connection>(options_.url, options_.connect_within);
  connection->execute(plans, options_.answer_within);
  connection->prepare(write_statements(), options_.answer_within);
  show_life(*connection, writer_, options_.answer_within);
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
  rehearse(*connection);
  connection_ = std::move(connection);
  connected_at_ = Steady::now();
}

bool Writer::look_for_fence(Connection& connection) {
  if (fenced_) return false;
  const auto asked_at = lease_.asks();
  const auto owner = who_took_a_shard(connection, options_.node, epochs_, options_.answer_within);
  if (!owner) {
    lease_.proved(asked_at);
    return true;
  }
  fenced_ = true;
  lease_.forget();
  note(Level::error, "store_fenced", {{"owner", *owner}});
  if (options_.on_fenced) options_.on_fenced(*owner);
  return false;
}

bool Writer::prove_lease() {
  if (lease_.holds()) return true;
  if (look_after_connection(); !connection_) return false;
  try {
    return look_for_fence(*connection_);
  } catch (const std::runtime_error& error) {
    give_up(error);
    return false;
  }
}

void Writer::look_around() {
  look_after_connection();
  if (!connection_) return;
  try {
    look_for_fence(*connection_);
    if (Steady::now() - connected_at_ >= believed_after) settle();
  } catch (const std::runtime_error& error) {
    give_up(error);
  }
}

// The first try to come back comes at once, the others later. It is told when it begins and when it is over.
void Writer::give_up(const Trouble& trouble, const std::string& why) {
  connection_.reset();
  lease_.forget();
  if (!out_) {
    out_ = Out{{.kind = std::string{trouble.kind}, .why = std::string{trouble.words}}, steady_.elapsed()};
    backoff_ = Duration{0};
    note(Level::error, "store_lost", {{"kind", out_->told.kind}, {"why", why}});
    if (options_.on_outage) options_.on_outage(out_->told);
  } else {
    backoff_ = upper_half(doubled(options_.backoff_min, options_.backoff_max, out_->told.tries++),
                          options_.dice == nullptr ? ~std::uint64_t{0} : options_.dice->roll());
  }
  next_try_ = Steady::now() + backoff_;
}

void Writer::give_up(const std::runtime_error& error) {
  const auto* refused = dynamic_cast<const StatementError*>(&error);
  const auto* trouble = refused == nullptr ? nullptr : trouble_of(refused->sqlstate);
  give_up(trouble == nullptr ? unreachable : *trouble, error.what());
}

void Writer::settle() {
  failed_.clear();
  if (!out_) return;
  auto told = std::exchange(out_, std::nullopt);
  told->told.over = true;
  told->told.lasted = steady_.elapsed() - told->since;
  note(Level::warning, "store_back",
       {{"kind", told->told.kind},
        {"tries", std::int64_t{told->told.tries}},
        {"refused", std::int64_t{told->told.refused}},
        {"lasted_ms", told->told.lasted.count()}});
  if (options_.on_outage) options_.on_outage(told->told);
}

void Writer::rehearse(Connection& connection) {
  if (failed_.empty()) return;
  Batch batch{epochs_};
  for (const auto& commit : failed_)
    if (!batch.take(commit)) break;
  try {
    send_begin(connection, batch, options_.node, epochs_, writer_, number_ + 1);
    send_creates(connection, batch);
    send_changes(connection, batch);
    connection.flush(options_.answer_within);
    connection.receive(options_.answer_within);
  } catch (const StatementError& error) {
    if (trouble_of(error.sqlstate) != nullptr) throw;
  }
  connection.run("rollback", {}, options_.answer_within);
}

Duration Writer::until_reconnect() const {
  return std::max(Duration{1}, std::chrono::ceil<Duration>(next_try_ - Steady::now()));
}

void Writer::look_after_connection() {
  if (connection_ && !connection_->is_alive()) give_up(unreachable, "closed by the server");
  if (connection_ || Steady::now() < next_try_) return;
  try {
    connect();
  } catch (const std::runtime_error& error) {
    give_up(error);
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
      return answer(pass, members, CommitOutcome::unavailable, out_ ? out_->told.why : "no connection");
    Batch batch{epochs_};
    for (const auto member : members)
      if (!batch.take(pass.batch[member])) return run(pass, members);
    try {
      const auto losers = transact(pass, members, batch);
      if (losers.empty()) return answer(pass, members, CommitOutcome::committed);
      std::erase_if(members, [&](auto member) { return std::ranges::find(losers, member) != losers.end(); });
      continue;
    } catch (const StatementError& error) {
      if (const auto* trouble = trouble_of(error.sqlstate)) {
        if (roll_back()) return put_off(pass, members, *trouble, error.what());
      } else if (is_definite(error.sqlstate)) {
        roll_back();
        if (error.sqlstate == lease_lost) look_around();
        if (is_passing(error.sqlstate) && Steady::now() < pass.deadline) continue;
        return isolate(pass, members, error);
      } else {
        give_up(error);
      }
    } catch (const ConnectionLost& error) {
      give_up(error);
    }
    const auto fate = resolve(pass.deadline);
    if (fate == Fate::committed) return answer(pass, members, CommitOutcome::committed);
    if (fate == Fate::unknown || Steady::now() > pass.deadline)
      return answer(pass, members, CommitOutcome::unavailable, "the connection was lost");
  }
}

Writer::Members Writer::transact(Pass& pass, const Members& members, const Batch& batch) {
  commit_sent_ = false;
  const auto asked_at = lease_.asks();
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
  // All shards are taken at once, so whoever has these has all.
  lease_.proved(asked_at);
  settle();
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

bool Writer::roll_back() {
  if (!connection_) return false;
  try {
    connection_->run("rollback", {}, options_.answer_within);
    return true;
  } catch (const std::runtime_error& error) {
    give_up(error);
    return false;
  }
}

void Writer::put_off(Pass& pass, const Members& members, const Trouble& trouble, const std::string& why) {
  failed_.clear();
  for (std::size_t i = 0; i < std::min(members.size(), failed_max); ++i) failed_.push_back(pass.batch[members[i]]);
  give_up(trouble, why);
  answer(pass, members, CommitOutcome::unavailable, std::string{trouble.words});
}

void Writer::isolate(Pass& pass, const Members& members, const StatementError& error) {
  if (is_passing(error.sqlstate)) return answer(pass, members, CommitOutcome::unavailable, error.what());
  if (members.size() == 1) {
    answer(pass, members, outcome_of(error), error.what());
    auto& result = pass.results[members.front()];
    if (result.outcome == CommitOutcome::transaction_taken)
      result.existing = transaction_owner(pass.batch[members.front()]);
    return;
  }
  const auto half = members.begin() + static_cast<std::ptrdiff_t>(members.size() / 2);
  run(pass, {members.begin(), half});
  run(pass, {half, members.end()});
}

std::string Writer::transaction_owner(const Commit& commit) {
  try {
    for (const auto& moved : commit.transactions) {
      if (!connection_) return {};
      const auto owner = connection_->run(
          "transaction_owner", Parameters{}.add(moved.channel).add(name_of(moved.kind)).add(moved.transaction),
          options_.answer_within);
      if (owner.count() == 1 && owner.text(0, 0) != moved.number) return owner.text(0, 0);
    }
  } catch (const std::runtime_error& error) {
    give_up(error);
  }
  return {};
}

void Writer::answer(Pass& pass, const Members& members, CommitOutcome outcome, const std::string& error) {
  if (out_ && outcome == CommitOutcome::unavailable) out_->told.refused += static_cast<int>(members.size());
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
      give_up(error);
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
