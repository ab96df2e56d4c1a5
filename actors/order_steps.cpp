// How a step is remembered and then acted on. Between the two the process may die at any point: the
// crash points are named here.
#include "actors/domain/assert.hpp"
#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/order_invariants.hpp"
#include "actors/domain/order_machine.hpp"
#include "actors/domain/refund_machine.hpp"
#include "actors/order_actor.hpp"

namespace tael {
namespace {

/// Commands that may wait while one step is on its way to the store.
constexpr std::size_t waiting_max = 64;

/// An order with nothing to do leaves memory after this long; a finished one at once.
constexpr Duration idle_max = 10min;

IdempotencyKey key_row(const Claim& claim, const Order& order, TimePoint now) {
  return {.shard = order.shard,
          .business = claim.business,
          .route = claim.route,
          .key = claim.key,
          .body_hash = claim.body_hash,
          .order_id = order.id,
          .status = 0,
          .answer = {},
          .at = now};
}

/// What an operator reads about at `info`; the rest is at `debug`, and all of it is in the journal.
bool is_news(const std::string& kind) {
  static const std::set<std::string, std::less<>> news{"order_paid",      "order_closed",       "attempt_in_doubt",
                                                       "attempt_surplus", "refund_refunded",    "refund_rejected",
                                                       "refund_in_doubt", "contradiction_heard"};
  return news.contains(kind);
}

/// Within one order.
std::string name_of(const Claim& claim) { return claim.route + "/" + claim.key; }

bool is_quiet(const Order& order) {
  return is_terminal(order.state) &&
         std::ranges::none_of(order.attempts,
                              [](const Attempt& a) { return is_live(a.state) || a.inquire_at != TimePoint{}; }) &&
         std::ranges::all_of(order.refunds,
                             [](const Refund& r) { return is_terminal(r.state) || r.state == RefundState::parked; });
}

}  // namespace

void OrderActor::in_turn(Then go, Otherwise refuse) {
  if (order_.poisoned) {
    refuse({Refusal::poisoned, "the order is parked for a person", {}});
    return rest_if_done();
  }
  if (!storing_) return go();
  // Twins of a create wait for its one answer, however many they are: admission bounds them.
  if (waiting_.size() >= waiting_max && order_.version > 0)
    return refuse({Refusal::overloaded, "too many requests for one order", {}});
  waiting_.push_back({std::move(go), std::move(refuse)});
}

/// For what a channel answered: it is never turned away, and there are no more answers than calls.
void OrderActor::surely_in_turn(Then go) {
  if (!storing_) return go();
  waiting_.push_back({std::move(go), [](const Refused&) {}});
}

void OrderActor::take(Step step, Extra extra, Then then, Otherwise otherwise) {
  if (step.refusal) {
    otherwise({*step.refusal, step.detail, {}});
    return rest_if_done();
  }
  const bool writes_key = !extra.claim.key.empty();
  if (!step.changes() && !writes_key && extra.exchange.channel.empty()) {
    act(step, {});
    then();
    return rest_if_done();
  }
  for (const auto& sentence : violations(order_, step)) broken_promise("step", sentence.c_str(), __FILE__, __LINE__);
  for (const auto& sentence : violations(step.order)) broken_promise("order", sentence.c_str(), __FILE__, __LINE__);

  std::vector<Notice> notices;
  auto commit = commit_of(step, extra, notices);
  const auto key = writes_key && extra.final_answer ? name_of(extra.claim) : std::string{};
  // Kept only where it may be needed: an exchange is long.
  const auto again = step.transactions.empty() ? nullptr : std::make_shared<Extra>(std::move(extra));
  storing_ = true;
  idle_.clear();
  surroundings_.crash.passed("order.decided");
  kit::ask<Remembered>(
      this, surroundings_.timers, store_deadline, peers_->store, Remember{std::move(commit)},
      [this, step = std::move(step), notices = std::move(notices), key, again, then = std::move(then),
       otherwise](const Remembered& remembered) {
        if (remembered.result.outcome == CommitOutcome::transaction_taken && again && again->decide_again) {
          storing_ =
              false;  // Nothing was written: what was heard is a contradiction, and is heard as one in the same turn.
          const auto& by = remembered.result.existing;
          auto decided = again->decide_again(by.empty() ? "another number" : by);
          again->decide_again = nullptr;
          return take(std::move(decided), std::move(*again), then, otherwise);
        }
        if (remembered.result.outcome != CommitOutcome::committed) return hear_store(remembered.result, otherwise);
        surroundings_.crash.passed("order.remembered");
        order_ = step.order;
        if (!notices.empty()) notice_ = notices.back();
        if (!key.empty()) keys_answered_.insert(key);
        act(step, notices);
        then();
        settle_waiters();
        surroundings_.crash.passed("order.acted");
        finish_turn();
      },
      [this, otherwise](const caf::error&) {
        hear_store({CommitOutcome::unavailable, {}, "the store did not answer in time"}, otherwise);
      });
}

/// Writes the answer under the claim's key, then gives it: a repeat hears the same. A crash before that leaves a key
/// without its answer, which whoever repeats gets now.
void OrderActor::answer_for_good(Step step, const Claim& claim, Reply reply) {
  if (!claim.key.empty() && keys_answered_.contains(name_of(claim)))  // By a twin just now: the caller reads it.
    return reply.deliver(Refused{Refusal::key_taken, "the Idempotency-Key has its answer", {}});
  auto answer = step.changes() ? std::nullopt : std::optional{view_now(step.number)};
  const auto number = step.number;
  take(
      std::move(step), {.exchange = {}, .claim = claim, .key_known = claim.unfinished},
      [this, number, reply, answer = std::move(answer)] { reply.deliver(answer ? *answer : view_now(number)); },
      [reply](const Refused& refused) { reply.deliver(refused); });
}

Commit OrderActor::commit_of(const Step& step, const Extra& extra, std::vector<Notice>& notices) const {
  const auto now = surroundings_.clock.now();
  Commit commit;
  commit.shard = step.order.shard;
  commit.journal = step.journal;
  if (step.changes()) commit.order = Write<Order>{step.order, order_.version == 0};
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
  commit.alerts_resolved = step.alerts_resolved;
  if (!extra.exchange.channel.empty()) {
    commit.exchanges.push_back(extra.exchange);
    commit.exchanges.back().shard = step.order.shard;
    commit.exchanges.back().order_id = step.order.id;
  }
  const OrderView after{.order = step.order, .notice = {}, .created = false, .number = step.number};
  for (const auto& due : step.notices) {
    notices.push_back({.id = due.id,
                       .order_id = step.order.id,
                       .shard = step.order.shard,
                       .business = step.order.context.business,
                       .type = due.type,
                       .url = due.url,
                       .body = surroundings_.renderer.notice(due.type, after, now),
                       .next_at = now,
                       .last_error = {},
                       .created_at = now});
    commit.notices.push_back({notices.back(), true});
    commit.timers_set.push_back({step.order.shard, TimerKind::notice_try, due.id, now});
  }
  if (!extra.claim.key.empty()) {
    auto row = key_row(extra.claim, step.order, now);
    if (extra.final_answer) {
      auto answered = after;
      answered.created = order_.version == 0 || step.changes();
      answered.notice = notices.empty() ? notice_ : std::optional{notices.back()};
      const auto answer = surroundings_.renderer.answer(extra.claim.route, answered);
      row.status = answer.status;
      row.answer = answer.body;
    }
    commit.key = Write<IdempotencyKey>{std::move(row), !extra.key_known};
  }
  return commit;
}

void OrderActor::act(const Step& step, const std::vector<Notice>& notices) {
  if (!step.struck.empty() || !step.set.empty()) send(peers_->timers, ArmTimers{step.struck, step.set});
  for (const auto& notice : notices) send(peers_->notices, DeliverNotice{notice});
  ApplyPostings on_their_way;
  for (const auto& entry : step.entries)
    for (const auto& posting : entry.postings)
      if (posting.running_balance)
        on_their_way.postings.push_back({entry.shard, entry.id, posting.account, posting.amount, posting.currency});
  if (!on_their_way.postings.empty()) send(peers_->accounts, std::move(on_their_way));
  for (const auto& row : step.journal) tell_observers(row);
  tell_links(step);
  for (const auto& call : step.calls) make_call(call);
}

/// What the link monitor counts: that an attempt left, and that its money came.
void OrderActor::tell_links(const Step& step) {
  if (!peers_->links || !peers_->link_dial) return;
  for (const auto& row : step.journal) {
    const bool sent = row.kind == "attempt_sent", paid = row.kind == "attempt_succeeded";
    if (!sent && !paid) continue;
    const auto number = std::ranges::find(row.body, "number", &Field::name);
    if (number == row.body.end()) continue;
    for (const auto& attempt : step.order.attempts)
      if (const auto* text = std::get_if<std::string>(&number->value);
          text != nullptr && attempt.number == *text && peers_->link_dial->tells_of(*text))
        send(peers_->links, LinkSeen{attempt.path, attempt.sent_at, paid});
  }
}

void OrderActor::tell_observers(const JournalRow& row) {
  surroundings_.meter.count("order_events_total", {{"type", row.kind}, {"business", row.context.business}});
  // Of an attempt or a refund of one: an order that is not paid yet has no institution of its own.
  std::string path, institution = row.context.institution;
  for (const auto& field : row.body)
    if (const auto* text = std::get_if<std::string>(&field.value);
        text != nullptr && path.empty() && (field.name == "number" || field.name == "attempt"))
      path = path_of(*text);
  if (const auto channel = policies_->channels.find(channel_of(path)); channel != policies_->channels.end())
    institution = channel->second.institution;
  Fields fields{{"order", row.entity},
                {"version", row.version},
                {"business", row.context.business},
                {"order_type", row.context.order_type},
                {"scene", row.context.scene},
                {"path", path},
                {"institution", institution},
                {"cause", row.cause}};
  std::erase_if(fields, [](const Field& field) {
    const auto* text = std::get_if<std::string>(&field.value);
    return text != nullptr && text->empty();
  });
  fields.insert(fields.end(), row.body.begin(), row.body.end());
  surroundings_.log.line(is_news(row.kind) ? Level::info : Level::debug, row.kind, fields);
}

void OrderActor::hear_store(const CommitResult& result, const Otherwise& otherwise) {
  storing_ = false;
  switch (result.outcome) {
    case CommitOutcome::key_exists:
      otherwise({Refusal::key_taken, "the Idempotency-Key was used with another request", {}});
      return finish_turn();
    case CommitOutcome::order_exists:
      // The owner reads which order it is and asks that one, for everybody who waited here.
      otherwise({Refusal::order_no_taken, result.existing, {}});
      for (auto& waiting : std::exchange(waiting_, {})) waiting.refuse({Refusal::order_no_taken, result.existing, {}});
      break;
    case CommitOutcome::committed:
    case CommitOutcome::transaction_taken:
    case CommitOutcome::conflict:
    case CommitOutcome::fenced:
    case CommitOutcome::refused:
    case CommitOutcome::unavailable:
      otherwise(
          {Refusal::unavailable, "the order could not be written down: " + std::string{name_of(result.outcome)}, {}});
      surroundings_.log.line(  // A store that is away says so itself, once.
          result.outcome == CommitOutcome::unavailable ? Level::debug : Level::warning, "order_not_remembered",
          {{"order", order_.id}, {"outcome", std::string{name_of(result.outcome)}}, {"error", result.error}});
      break;
  }
  // Memory is not trusted any more. The owner restarts the order from the store.
  const bool is_our_mistake =
      result.outcome == CommitOutcome::refused || result.outcome == CommitOutcome::transaction_taken;
  quit(is_our_mistake ? caf::make_error(caf::sec::runtime_error, "the store refused a step: " + result.error)
                      : caf::error{caf::exit_reason::user_shutdown});
}

void OrderActor::finish_turn() {
  storing_ = false;
  while (!storing_ && !waiting_.empty()) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next.go();
  }
  rest_if_done();
}

void OrderActor::rest_if_done() {
  if (storing_ || !waiting_.empty() || !calls_out_.empty() || !payers_.empty() || !closers_.empty()) return;
  const bool told = !notice_ || notice_->state != NoticeState::due;
  if (order_.version == 0 || (is_quiet(order_) && told))
    send(peers_->orders, OrderAtRest{order_.id, heard_});
  else
    idle_.set(this, idle_max, "idle", [this] { send(peers_->orders, OrderAtRest{order_.id, heard_}); });
}

void OrderActor::on_exit() {
  const Refused gone{Refusal::unavailable, "the order is being restarted", {}};
  for (auto& waiting : std::exchange(waiting_, {})) waiting.refuse(gone);
  for (auto& [number, payers] : std::exchange(payers_, {}))
    for (auto& payer : payers) payer.reply.deliver(gone);
  for (auto& closer : std::exchange(closers_, {})) closer.reply.deliver(gone);
  for (auto& [call, permit] : std::exchange(lent_, {}))
    send(peers_->breakers, ReportCall{.permit = permit, .ignored = true});
  for (auto& [number, permit] : std::exchange(permits_, {}))
    send(peers_->breakers, ReportCall{.permit = permit, .ignored = true});
}

}  // namespace tael
