#include "tests/runtime/operators/story.hpp"

#include "actors/domain/notice_machine.hpp"
#include "adapters/postgres/postgres_store.hpp"
#include "tests/support/orders.hpp"

#include <future>
#include <map>
#include <set>
#include <stdexcept>

namespace tael::testing {
namespace {

constexpr std::chrono::seconds patience{60};

template <class Value, class Ask>
Value answer_of(Ask ask) {
  std::promise<Value> promise;
  auto future = promise.get_future();
  ask([&](Value value) { promise.set_value(std::move(value)); });
  if (future.wait_for(patience) != std::future_status::ready) std::terminate();
  return future.get();
}

}  // namespace

class Story::StoryClock final : public Clock {
 public:
  explicit StoryClock(const TimePoint& now) : now_(now) {}
  TimePoint now() const override { return now_; }

 private:
  const TimePoint& now_;
};

Story::Story(const std::string& url) : Story(url, morning) {}

Story::Story(const std::string& url, TimePoint start) : now_(start), policies_(policies()), url_(url) {
  clock_ = std::make_unique<StoryClock>(now_);
  begin_anew();
}

void Story::begin_anew() {
  store_.reset();
  postgres::StoreOptions options;
  options.url = url_;
  options.node = "story";
  store_ = std::make_unique<postgres::PostgresStore>(std::move(options), *clock_);
}

Story::~Story() = default;

void Story::write(Commit commit) {
  std::vector<Commit> batch;
  batch.push_back(std::move(commit));
  const auto results =
      answer_of<std::vector<CommitResult>>([&](auto done) { store_->write(std::move(batch), std::move(done)); });
  if (results.front().outcome != CommitOutcome::committed)
    throw std::runtime_error("the story's commit was not committed: " + results.front().error);
}

AlertReply Story::handle_alert(const HandleAlert& hand) {
  const auto found =
      answer_of<Read<std::optional<AlertRecord>>>([&](auto done) { store_->load_alert(hand.id, std::move(done)); });
  if (!found.value) return Refused{Refusal::alert_not_found, "there is no such alert", {}};
  auto moved = hand.resolve ? resolved(*found.value, hand.actor, hand.reason, now_)
                            : acknowledged(*found.value, hand.actor, hand.reason, now_);
  if (const auto* refusal = std::get_if<Refusal>(&moved))
    return Refused{*refusal, "it was acknowledged by " + found.value->acknowledged_by, {}};
  Commit commit;
  commit.shard = found.value->alert.shard;
  commit.alerts_changed = {std::get<AlertRecord>(moved)};
  write(std::move(commit));
  return std::get<AlertRecord>(moved);
}

void Story::take(Order& order, const Step& step, const std::string& said, ChannelOp op) {
  if (step.refusal) throw std::runtime_error("refused: " + step.detail);
  Commit commit;
  commit.shard = step.order.shard;
  commit.journal = step.journal;
  if (step.changes()) commit.order = Write<Order>{step.order, order.version == 0};
  for (const auto& attempt : step.order.attempts)
    if (step.attempts_changed.contains(attempt.number))
      commit.attempts.push_back({attempt, step.made.contains(attempt.number)});
  for (const auto& refund : step.order.refunds)
    if (step.refunds_changed.contains(refund.id)) commit.refunds.push_back({refund, step.made.contains(refund.id)});
  commit.transactions = step.transactions;
  commit.entries = step.entries;
  commit.timers_struck = step.struck;
  commit.timers_set = step.set;
  commit.alerts = step.alerts;
  for (const auto& due : step.notices) {
    commit.notices.push_back({{.id = due.id,
                               .order_id = step.order.id,
                               .shard = step.order.shard,
                               .business = step.order.context.business,
                               .type = due.type,
                               .url = due.url,
                               .body = R"({"type":")" + due.type + R"("})",
                               .next_at = now_,
                               .last_error = {},
                               .created_at = now_},
                              true});
    commit.timers_set.push_back({step.order.shard, TimerKind::notice_try, due.id, now_});
  }
  if (!said.empty())
    commit.exchanges.push_back({.shard = step.order.shard,
                                .order_id = step.order.id,
                                .number = said,
                                .channel = "aurora",
                                .direction = "in",
                                .op = "callback",
                                .request = "POST /channels/aurora/callback\n\n{\"about\": \"" + said +
                                           "\", \"what\": \"" + std::string{name_of(op)} + "\"}",
                                .response = "",
                                .outcome = "approved",
                                .status = 200,
                                .started_at = now_,
                                .took_ms = 3});
  write(std::move(commit));
  order = step.order;
}

Order Story::create(const std::string& order_no, std::int64_t amount) {
  auto wish = draft(amount);
  wish.order_no = order_no;
  wish.notify_url = notify_url;
  wish.expires_at = now_ + 30min;
  const auto shard = static_cast<Shard>(shard_for(wish.context.business, order_no) % shards_total);
  const auto step = create_order(wish, make_id(now_, shard, ++dice_), shard, now_, "request/" + order_no);
  Order order = step.order;
  order.version = 0;
  take(order, step);
  return order;
}

void Story::pay(Order& order, const std::string& path) {
  wait(1s);
  take(order, pay_order(order, path, "key-" + std::to_string(order.attempts.size()), policies_, now_, "request/pay"));
}

void Story::hear(Order& order, ChannelOp op, const std::string& number, Ending ending, std::int64_t amount) {
  wait(2s);
  take(order, hear_channel(order, word(op, number, ending, amount), policies_, now_, "callback/aurora"), number, op);
}

void Story::refund(Order& order, const std::string& refund_no, std::int64_t amount) {
  wait(1min);
  take(order, refund_order(order, refund_no, amount, "stale bread", policies_, now_, "request/refund"));
}

void Story::close(Order& order) {
  wait(1s);
  take(order, close_order(order, "request", policies_, now_, "request/close"));
}

Order Story::paid(const std::string& order_no) {
  auto order = create(order_no);
  pay(order);
  hear(order, ChannelOp::inquire, attempt_number(order.id, 1), Ending::approved, order.amount);
  return order;
}

void Story::apply_postings() {
  const auto read =
      answer_of<Read<std::vector<PostingOnItsWay>>>([&](auto done) { store_->load_postings(std::move(done)); });
  std::map<std::string, std::vector<PostingOnItsWay>> by_account;
  for (const auto& posting : read.value) by_account[posting.account].push_back(posting);
  for (const auto& [id, postings] : by_account) {
    const auto known =
        answer_of<Read<std::optional<AccountRow>>>([&](auto done) { store_->load_account(id, std::move(done)); });
    AccountRow row = known.value.value_or(AccountRow{});
    const bool is_new = row.version == 0;
    row.shard = static_cast<Shard>(shard_for("account", id) % shards_total);
    row.id = id;
    row.kind = id.substr(0, id.find(':'));
    row.currency = postings.front().currency;
    row.version += 1;
    row.at = now_;
    for (const auto& posting : postings) row.balance += posting.amount;
    Commit commit;
    commit.shard = row.shard;
    commit.account = Write<AccountRow>{row, is_new};
    commit.postings_applied = postings;
    commit.journal.push_back({.shard = row.shard,
                              .entity = id,
                              .version = row.version,
                              .kind = "postings_applied",
                              .body = {{"balance", row.balance}},
                              .cause = postings.front().entry,
                              .context = {},
                              .at = now_});
    write(std::move(commit));
  }
}

void Story::try_notices(bool acknowledged, int tries_max) {
  for (int tries = 0; tries < tries_max; ++tries) {
    const auto due = answer_of<Read<std::vector<Notice>>>([&](auto done) { store_->load_notices(std::move(done)); });
    for (const auto& before : due.value) {
      now_ = std::max(now_, before.next_at);
      NoticeTry outcome;
      outcome.acknowledged = acknowledged;
      if (!acknowledged) outcome.error = "answered 500";
      const auto after = after_try(before, {}, outcome, now_);
      Commit commit;
      commit.shard = after.shard;
      commit.notices.push_back({after, false});
      commit.timers_struck.push_back({after.shard, TimerKind::notice_try, after.id, before.next_at});
      if (after.state == NoticeState::due)
        commit.timers_set.push_back({after.shard, TimerKind::notice_try, after.id, after.next_at});
      const BusinessContext context{after.business, "", "", ""};
      commit.journal.push_back(
          {.shard = after.shard,
           .entity = after.id,
           .version = after.version,
           .kind = after.state == NoticeState::due ? "notice_failed" : "notice_" + std::string{name_of(after.state)},
           .body = {{"tries", std::int64_t{after.tries}}, {"error", after.last_error}},
           .cause = "try/" + std::to_string(after.tries),
           .context = context,
           .at = now_});
      if (after.state == NoticeState::parked)
        commit.alerts.push_back({.shard = after.shard,
                                 .kind = "notice_parked",
                                 .ref = after.id,
                                 .severity = Severity::warning,
                                 .message = "the business did not acknowledge it",
                                 .context = context,
                                 .at = now_});
      write(std::move(commit));
    }
  }
}

void Story::deliver_notices() { try_notices(true, 1); }
void Story::park_notices() { try_notices(false, 12); }

void Story::move_breaker(const BreakerRow& row) {
  Commit commit;
  commit.shard = static_cast<Shard>(shard_for("breaker", row.path) % shards_total);
  commit.journal.push_back({.shard = commit.shard,
                            .entity = "breaker:" + row.path,
                            .version = row.seq,
                            .kind = "breaker_moved",
                            .body = {{"from", row.from}, {"to", row.state}},
                            .cause = row.cause,
                            .context = {},
                            .at = row.at});
  commit.breaker = Write<BreakerRow>{row, row.seq == 1};
  write(std::move(commit));
}

void Story::play_everything() {
  const auto approve = [&](Order& order, int no, std::int64_t amount) {
    hear(order, ChannelOp::inquire, attempt_number(order.id, no), Ending::approved, amount);
  };
  auto refunded = paid("refunded");
  refund(refunded, "r-1", 1000);
  hear(refunded, ChannelOp::refund, refund_number(refunded.id, 1), Ending::approved);
  refund(refunded, "r-2", 500);  // Stays under way.

  auto twice = create("paid-twice");
  pay(twice);
  hear(twice, ChannelOp::pay, attempt_number(twice.id, 1), Ending::silent);
  pay(twice, "borealis/card/birch");
  approve(twice, 2, 2500);
  approve(twice, 1, 2500);
  hear(twice, ChannelOp::refund, refund_number(twice.id, 1), Ending::approved);

  auto late = create("paid-late");
  pay(late);
  close(late);
  hear(late, ChannelOp::close, attempt_number(late.id, 1), Ending::approved);
  approve(late, 1, 2500);  // Its surplus is still in suspense.

  auto declined = create("declined");
  pay(declined);
  hear(declined, ChannelOp::pay, attempt_number(declined.id, 1), Ending::declined);

  deliver_notices();
  auto closed = create("closed");
  close(closed);
  park_notices();
  begin_anew();  // What came due in these hours came due while nobody was there.
  apply_postings();
  paid("on-its-way");
  create("open");

  move_breaker({.path = "aurora/qr/alder",
                .static_switch = "on",
                .state = "open",
                .seq = 1,
                .until = now_ + 5s,
                .from = "closed",
                .cause = "consecutive",
                .actor = "",
                .at = now_});
  move_breaker({.path = "aurora/qr/alder",
                .static_switch = "on",
                .state = "half_open",
                .seq = 2,
                .until = {},
                .from = "open",
                .cause = "timer",
                .actor = "",
                .at = now_ + 5s});
}

}  // namespace tael::testing
