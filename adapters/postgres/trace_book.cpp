#include "adapters/postgres/trace_book.hpp"

#include "adapters/postgres/connection.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <signal.h>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace tael::postgres {

namespace {

constexpr std::size_t batch_max = 256;
constexpr Duration patience{3'000};

constexpr auto state_names =
    std::to_array<std::string_view>({"open", "unsent", "approved", "declined", "undone", "closed"});

std::string_view name_of(TraceState state) { return state_names.at(static_cast<std::size_t>(state)); }

TraceState state_of(std::string_view name) {
  const auto found = std::ranges::find(state_names, name);
  return static_cast<TraceState>(found - state_names.begin());  // The table's check admits no other name.
}

/// Every statement answers with the trace as it stands and whether the statement made it so.
constexpr const char* open_sql =
    "with known as (select from tael.wire_traces where channel = $1::text and number = $2::text and state <> "
    "'unsent'), "
    "turn as (insert into tael.wire_terminals as t (channel, terminal, last_trace) "
    "  select $1::text, $3::text, 1 where not exists (select from known) "
    "  on conflict (channel, terminal) do update set last_trace = t.last_trace % 999999 + 1 returning last_trace), "
    "made as (insert into tael.wire_traces as w (channel, number, terminal, trace, sent_at, machine, amount, currency, "
    "state) "
    "  select $1::text, $2::text, $3::text, last_trace, $4::timestamptz, $5::text, $6::bigint, $7::text, $8::text from "
    "turn "
    "  on conflict (channel, number) do update set terminal = excluded.terminal, trace = excluded.trace, "
    "    sent_at = excluded.sent_at, machine = excluded.machine, amount = excluded.amount, currency = "
    "excluded.currency, "
    "    state = excluded.state, code = '', transaction = '' where w.state = 'unsent' returning w.*) "
    "select true, made.* from made union all select false, w.* from tael.wire_traces w "
    "where channel = $1::text and number = $2::text and not exists (select from made)";
constexpr const char* settle_sql =
    "with moved as (update tael.wire_traces set state = $4::text, code = $5::text, transaction = $6::text, amount = "
    "$7::bigint "
    "  where channel = $1::text and number = $2::text and state = $3::text returning *) "
    "select true, moved.* from moved union all select false, w.* from tael.wire_traces w "
    "where channel = $1::text and number = $2::text and not exists (select from moved)";
constexpr const char* find_sql =
    "select false, w.* from tael.wire_traces w where channel = $1::text and number = $2::text";

const std::array<Statement, 6> statements{{{"trace_open", open_sql},
                                           {"trace_settle", settle_sql},
                                           {"trace_find", find_sql},
                                           {"trace_begin", "begin"},
                                           {"trace_commit", "commit"},
                                           {"trace_rollback", "rollback"}}};

/// Something in the question itself: a byte no text may hold, a value no check admits.
bool is_about_data(std::string_view sqlstate) { return sqlstate.starts_with("22") || sqlstate.starts_with("23"); }

struct Question {
  std::string statement;
  std::string order;  ///< Locks are taken in this order, so that two nodes never wait for each other.
  Parameters parameters;
  TraceBook::Done done;
};

TraceReply read(const Rows& rows) {
  TraceReply reply{true, false, {}};
  if (rows.count() == 0) return reply;
  WireTrace trace;
  reply.fresh = rows.boolean(0, 0);
  trace.channel = rows.text(0, 1);
  trace.number = rows.text(0, 2);
  trace.terminal = rows.text(0, 3);
  trace.trace = static_cast<int>(rows.integer(0, 4));
  trace.sent_at = rows.time(0, 5);
  trace.machine = rows.text(0, 6);
  trace.amount = {rows.integer(0, 7), Currency::parse(rows.bytes(0, 8)).value_or(Currency{})};
  trace.state = state_of(rows.bytes(0, 9));
  trace.code = rows.text(0, 10);
  trace.transaction = rows.text(0, 11);
  reply.trace = std::move(trace);
  return reply;
}

}  // namespace

class PostgresTraceBook::Scribe {
 public:
  explicit Scribe(std::string url) : url_(std::move(url)) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { work(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  ~Scribe() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
    for (auto& question : waiting_) question.done({});
  }

  void ask(Question question) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(question));
    }
    changed_.notify_one();
  }

 private:
  void work() {
    for (;;) {
      std::vector<Question> batch;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        const auto count = std::min(waiting_.size(), batch_max);
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
        batch.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
        waiting_.erase(waiting_.begin(), end);
      }
      std::ranges::stable_sort(batch, {}, &Question::order);
      std::vector<TraceReply> replies(batch.size());
      if (is_connected()) answer(batch, replies);
      for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(replies[i]));
    }
  }

  /// One transaction for all. What the server refuses for its own sake is told apart from its neighbours by halves;
  /// after any other trouble nobody's question was answered.
  void answer(std::span<const Question> questions, std::span<TraceReply> replies) {
    if (!connection_) return;
    try {
      return transact(questions, replies);
    } catch (const StatementError& error) {
      roll_back();
      if (questions.size() == 1 || !is_about_data(error.sqlstate)) return;
    } catch (const std::exception&) {
      connection_.reset();  // Whatever was under way may or may not have happened; nobody is told that it did.
      return;
    }
    const auto half = questions.size() / 2;
    answer(questions.first(half), replies.first(half));
    answer(questions.subspan(half), replies.subspan(half));
  }

  void transact(std::span<const Question> questions, std::span<TraceReply> replies) {
    connection_->send("trace_begin");
    for (const auto& question : questions) connection_->send(question.statement, question.parameters);
    connection_->send("trace_commit");
    connection_->flush(patience);
    const auto rows = connection_->receive(patience);
    std::vector<TraceReply> all;
    for (std::size_t i = 0; i < questions.size(); ++i) all.push_back(read(rows[i + 1]));
    std::ranges::move(all, replies.begin());
  }

  void roll_back() {
    try {
      connection_->run("trace_rollback", {}, patience);
    } catch (const std::exception&) {
      connection_.reset();
    }
  }

  bool is_connected() {
    try {
      if (connection_ && connection_->is_alive()) return true;
      connection_.reset();
      auto fresh = std::make_unique<Connection>(url_, patience);
      fresh->prepare(statements, patience);
      connection_ = std::move(fresh);
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  const std::string url_;
  std::unique_ptr<Connection> connection_;  ///< Of the thread alone.
  std::mutex mutex_;                        ///< Guards what follows.
  std::condition_variable changed_;
  std::vector<Question> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

PostgresTraceBook::PostgresTraceBook(std::string url) : scribe_(std::make_unique<Scribe>(std::move(url))) {}

PostgresTraceBook::~PostgresTraceBook() = default;

void PostgresTraceBook::open(WireTrace draft, Done done) {
  Parameters parameters;
  parameters.add(draft.channel).add(draft.number).add(draft.terminal).add(draft.sent_at).add(draft.machine);
  parameters.add(draft.amount.amount).add(draft.amount.currency.code()).add(name_of(draft.state));
  scribe_->ask({"trace_open", draft.channel + "/" + draft.terminal, std::move(parameters),
                [done = std::move(done)](TraceReply reply) {
                  reply.good = reply.good && reply.trace.has_value();  // Another node opened it in this very moment.
                  done(std::move(reply));
                }});
}

void PostgresTraceBook::settle(TraceState from, WireTrace to, Done done) {
  Parameters parameters;
  parameters.add(to.channel).add(to.number).add(name_of(from)).add(name_of(to.state)).add(to.code);
  parameters.add(to.transaction).add(to.amount.amount);
  scribe_->ask({"trace_settle", "~" + to.number, std::move(parameters), std::move(done)});
}

void PostgresTraceBook::find(std::string channel, std::string number, Done done) {
  Parameters parameters;
  parameters.add(channel).add(number);
  scribe_->ask({"trace_find", "~~", std::move(parameters), std::move(done)});
}

}  // namespace tael::postgres
