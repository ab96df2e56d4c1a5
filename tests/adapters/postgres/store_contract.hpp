// What every store keeps, whatever it is made of. One suite, run for each with a `World` that has
//   Store& store();   void reopen();   void lose_ownership();
// `reopen` ends the store and opens another one on what is durable; `lose_ownership` gives the shards to another node.
#pragma once

#include "tests/support/commits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>

namespace tael::testing {

template <class World>
class StoreContract : public ::testing::Test {
 protected:
  std::vector<CommitResult> write_all(std::vector<Commit> batch) {
    return wait<std::vector<CommitResult>>([&](auto done) { world.store().write(std::move(batch), std::move(done)); });
  }
  CommitOutcome write(Commit commit) {
    const auto results = write_all({std::move(commit)});
    error = results.front().error;
    return results.front().outcome;
  }
  std::vector<CommitOutcome> outcomes(std::vector<Commit> batch) {
    std::vector<CommitOutcome> outcomes;
    for (const auto& result : write_all(std::move(batch))) outcomes.push_back(result.outcome);
    return outcomes;
  }
  std::optional<OrderRecord> load(const std::string& id) {
    return read<std::optional<OrderRecord>>([&](auto done) { world.store().load_order(id, std::move(done)); });
  }
  /// 0 when it is not there.
  std::int64_t version_of(const std::string& id) {
    const auto record = load(id);
    return record ? record->order.version : 0;
  }
  std::vector<Timer> timers() {
    return read<std::vector<Timer>>([&](auto done) { world.store().load_timers(std::move(done)); });
  }
  std::vector<PostingOnItsWay> postings() {
    return read<std::vector<PostingOnItsWay>>([&](auto done) { world.store().load_postings(std::move(done)); });
  }
  std::optional<IdempotencyKey> key(const std::string& name) {
    return read<std::optional<IdempotencyKey>>(
        [&](auto done) { world.store().find_key("bakery", "POST /v1/orders", name, std::move(done)); });
  }
  template <class T, class Ask>
  T read(Ask ask) {
    auto answer = wait<Read<T>>(ask);
    EXPECT_EQ(answer.error, "");
    return std::move(answer.value);
  }
  template <class T, class Ask>
  T wait(Ask ask) {
    std::promise<T> promise;
    auto future = promise.get_future();
    ask([&promise](T value) { promise.set_value(std::move(value)); });
    if (future.wait_for(std::chrono::seconds{60}) != std::future_status::ready) throw std::runtime_error("no answer");
    return future.get();
  }

  World world;
  std::string error;  ///< Of the last `write`.
};

TYPED_TEST_SUITE_P(StoreContract);

inline void expect_same(const Order& a, const Order& b) {
  const auto rest = [](const Order& o) {
    return std::tie(o.id, o.shard, o.context, o.order_no, o.body_hash, o.amount, o.currency, o.subject, o.notify_url,
                    o.cancel_url, o.payer, o.legs, o.detail, o.state, o.paid_amount, o.refunding_amount,
                    o.refunded_amount, o.fee_bps, o.paid_by, o.close_reason, o.close_tries, o.paid_at, o.expires_at,
                    o.created_at, o.closed_at, o.close_at, o.poisoned, o.version, o.attempts, o.refunds, o.notices);
  };
  EXPECT_TRUE(rest(a) == rest(b)) << a.id << " differs from what was written";
}

inline Order paid(Order order) {
  order.state = OrderState::paid;
  order.paid_amount = order.amount;
  order.paid_at = morning + 3s;
  return order;
}

TYPED_TEST_P(StoreContract, AnOrderComesBackWithEveryField) {
  auto order = full_order("o-1");
  ASSERT_EQ(this->write(creation(order)), CommitOutcome::committed) << this->error;
  order = paid(order);
  order.refunding_amount = 500;
  order.refunded_amount = 700;
  order.paid_by = attempt_number(order.id, 1);
  order.close_reason = "request";
  order.close_tries = 2;
  order.closed_at = morning + 4s;
  order.close_at = {};
  order.poisoned = true;
  order.notices = 2;
  order.context.institution = "borealis_bank";
  order.attempts = {full_attempt(order, 1), full_attempt(order, 2)};
  order.refunds = {full_refund(order, 1, 500), full_refund(order, 2, 700)};
  auto commit = change(order, "order_paid");
  for (const auto& attempt : order.attempts) commit.attempts.push_back({attempt, true});
  for (const auto& refund : order.refunds) commit.refunds.push_back({refund, true});
  commit.notices = {{full_notice(order, 1), true}, {full_notice(order, 2), true}};
  ASSERT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;

  const auto record = this->load(order.id);
  ASSERT_TRUE(record);
  expect_same(record->order, order);
  EXPECT_EQ(record->notice, full_notice(order, 2));
}

TYPED_TEST_P(StoreContract, AttemptsRefundsAndNoticesChange) {
  auto order = paid(full_order("o-1"));
  auto attempt = full_attempt(order, 1);
  auto refund = full_refund(order, 1, 500);
  auto notice = full_notice(order, 1);
  auto first = creation(order);
  first.attempts = {{attempt, true}};
  first.refunds = {{refund, true}};
  first.notices = {{notice, true}};
  ASSERT_EQ(this->write(std::move(first)), CommitOutcome::committed) << this->error;
  attempt.state = AttemptState::succeeded;
  attempt.received_amount = attempt.amount;
  attempt.channel_transaction = "T-1";
  attempt.code = "SUCCESS";
  attempt.voucher = {};
  attempt.inquire_at = {};
  attempt.finished_at = morning + 9s;
  refund.state = RefundState::refunded;
  refund.code = "OK";
  refund.channel_transaction = "T-2";
  refund.tries = 1;
  refund.next_at = {};
  refund.finished_at = morning + 9s;
  notice.state = NoticeState::parked;
  notice.tries = 10;
  notice.next_at = {};
  notice.last_error = "503";
  notice.version = 2;
  auto second = change(order);
  second.attempts = {{attempt, false}};
  second.refunds = {{refund, false}};
  second.notices = {{notice, false}};
  ASSERT_EQ(this->write(std::move(second)), CommitOutcome::committed) << this->error;

  const auto record = this->load(order.id);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->order.attempts, std::vector{attempt});
  EXPECT_EQ(record->order.refunds, std::vector{refund});
  EXPECT_EQ(record->notice, notice);
}

TYPED_TEST_P(StoreContract, AnOrderThatIsNotThereIsNothing) {
  EXPECT_FALSE(this->load(full_order("o-1").id));
  EXPECT_FALSE(this->load("no id of ours"));
}

TYPED_TEST_P(StoreContract, AnOrderIsFoundByItsNumber) {
  const auto order = full_order("o-1");
  this->write(creation(order));
  const auto find = [&](const std::string& business, const std::string& order_no) {
    return this->template read<std::optional<std::string>>(
        [&](auto done) { this->world.store().find_order(business, order_no, std::move(done)); });
  };
  EXPECT_EQ(find("bakery", "o-1"), order.id);
  EXPECT_EQ(find("bakery", "o-2"), std::nullopt);
  EXPECT_EQ(find("florist", "o-1"), std::nullopt);
}

TYPED_TEST_P(StoreContract, AnOrderNumberIsTakenOnce) {
  const auto order = full_order("o-1"), repeat = full_order("o-1"), other = full_order("o-2");
  ASSERT_EQ(this->write(creation(order)), CommitOutcome::committed) << this->error;
  const auto results = this->write_all({creation(repeat), creation(other)});
  EXPECT_EQ(results[0].outcome, CommitOutcome::order_exists);
  EXPECT_EQ(results[0].existing, order.id);
  EXPECT_EQ(results[1].outcome, CommitOutcome::committed);
  EXPECT_FALSE(this->load(repeat.id));
  EXPECT_TRUE(this->load(other.id));
}

TYPED_TEST_P(StoreContract, AnOrderNumberIsTakenOnceWithinABatch) {
  const auto order = full_order("o-1"), repeat = full_order("o-1"), other = full_order("o-2");
  const auto results = this->write_all({creation(order), creation(repeat), creation(other)});
  EXPECT_EQ(results[0].outcome, CommitOutcome::committed);
  EXPECT_EQ(results[1].outcome, CommitOutcome::order_exists);
  EXPECT_EQ(results[1].existing, order.id);
  EXPECT_EQ(results[2].outcome, CommitOutcome::committed);
}

TYPED_TEST_P(StoreContract, ARefusedOrderDoesNotTakeItsNumber) {
  auto poison = full_order("o-1");
  poison.amount = 0;
  const auto order = full_order("o-1");
  EXPECT_EQ(this->outcomes({creation(poison), creation(order)}),
            (std::vector{CommitOutcome::refused, CommitOutcome::committed}));
}

TYPED_TEST_P(StoreContract, AVersionIsWrittenOnce) {
  auto order = full_order("o-1");
  this->write(creation(order));
  auto rival = order;
  ASSERT_EQ(this->write(change(order)), CommitOutcome::committed) << this->error;
  rival.subject = "never";
  rival.close_tries = 7;
  EXPECT_EQ(this->write(change(rival)), CommitOutcome::conflict);
  const auto record = this->load(order.id);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->order.close_tries, 0);
}

TYPED_TEST_P(StoreContract, AVersionIsWrittenOnceWithinABatch) {
  auto order = full_order("o-1");
  this->write(creation(order));
  auto rival = order;
  EXPECT_EQ(this->outcomes({change(order), change(rival)}),
            (std::vector{CommitOutcome::committed, CommitOutcome::conflict}));
}

TYPED_TEST_P(StoreContract, AnUpdateFindsTheVersionBeforeIt) {
  auto order = full_order("o-1");
  this->write(creation(order));
  order.version = 2;
  EXPECT_EQ(this->write(change(order)), CommitOutcome::conflict);  // 3 after 1
  EXPECT_EQ(this->version_of(order.id), 1);
}

TYPED_TEST_P(StoreContract, AnUpdateOfARowThatIsNotThereIsAConflict) {
  auto order = full_order("o-1");
  EXPECT_EQ(this->write(change(order)), CommitOutcome::conflict);
  order = full_order("o-1");
  this->write(creation(order));
  auto commit = change(order);
  commit.attempts = {{full_attempt(order, 1), false}};
  EXPECT_EQ(this->write(std::move(commit)), CommitOutcome::conflict);
  EXPECT_EQ(this->version_of(order.id), 1);
}

TYPED_TEST_P(StoreContract, ManyStepsOfOneOrderShareABatch) {
  auto order = full_order("o-1");
  std::vector<Commit> batch{creation(order)};
  auto attempt = full_attempt(order, 1);
  batch.push_back(change(order));
  batch.back().attempts = {{attempt, true}};
  attempt.state = AttemptState::pending;
  batch.push_back(change(order));
  batch.back().attempts = {{attempt, false}};
  attempt.state = AttemptState::succeeded;
  order = paid(order);
  batch.push_back(change(order));
  batch.back().attempts = {{attempt, false}};
  auto notice = full_notice(order, 1);
  batch.back().notices = {{notice, true}};
  batch.emplace_back();
  batch.back().shard = order.shard;
  notice.state = NoticeState::delivered;
  notice.version = 2;
  batch.back().notices = {{notice, false}};
  for (const auto& result : this->write_all(std::move(batch)))
    EXPECT_EQ(result.outcome, CommitOutcome::committed) << result.error;

  const auto record = this->load(order.id);
  ASSERT_TRUE(record);
  order.attempts = {attempt};
  expect_same(record->order, order);
  EXPECT_EQ(record->notice, notice);
}

TYPED_TEST_P(StoreContract, APoisonMemberFailsAlone) {
  std::vector<Order> orders;
  std::vector<Commit> batch;
  for (int i = 0; i < 9; ++i) {
    orders.push_back(full_order("o-" + std::to_string(i)));
    batch.push_back(creation(orders.back()));
  }
  batch[3].order->row.amount = -1;
  batch[6].journal.front().version = 0;
  const auto results = this->write_all(std::move(batch));
  for (std::size_t i = 0; i < results.size(); ++i) {
    const bool poison = i == 3 || i == 6;
    EXPECT_EQ(results[i].outcome, poison ? CommitOutcome::refused : CommitOutcome::committed) << i;
    EXPECT_EQ(results[i].error.empty(), !poison) << i;
    EXPECT_EQ(this->load(orders[i].id).has_value(), !poison) << i;
  }
}

TYPED_TEST_P(StoreContract, ARefusedMemberLeavesNothing) {
  const auto order = full_order("o-1");
  auto commit = creation(order);
  commit.key = Write<IdempotencyKey>{full_key(order, "key-1"), true};
  commit.entries = {payment_entry(order, "aurora/T-1/payment")};
  commit.entries.front().postings.back().amount -= 1;
  EXPECT_EQ(this->write(std::move(commit)), CommitOutcome::refused);
  EXPECT_FALSE(this->load(order.id));
  EXPECT_FALSE(this->key("key-1"));
  EXPECT_TRUE(this->timers().empty());
  EXPECT_TRUE(this->postings().empty());
}

TYPED_TEST_P(StoreContract, AnIdempotencyKeyIsTakenOnce) {
  const auto order = full_order("o-1"), rival = full_order("o-2"), twin = full_order("o-3");
  const auto with_key = [&](const Order& o) {
    auto commit = creation(o);
    commit.key = Write<IdempotencyKey>{full_key(o, "key-1"), true};
    return commit;
  };
  EXPECT_EQ(this->outcomes({with_key(order), with_key(twin)}),
            (std::vector{CommitOutcome::committed, CommitOutcome::key_exists}));
  EXPECT_EQ(this->write(with_key(rival)), CommitOutcome::key_exists);
  EXPECT_FALSE(this->load(rival.id));
  const auto found = this->key("key-1");
  ASSERT_TRUE(found);
  EXPECT_EQ(std::tie(found->order_id, found->body_hash, found->status, found->answer, found->at, found->shard),
            std::make_tuple(order.id, "hash of a body", 201, R"({"id":"1"})", morning, order.shard));
}

TYPED_TEST_P(StoreContract, AKeyOfAnOrderThatLostIsNotTaken) {
  this->write(creation(full_order("o-1")));
  auto repeat = creation(full_order("o-1"));
  repeat.key = Write<IdempotencyKey>{full_key(repeat.order->row, "key-1"), true};
  EXPECT_EQ(this->write(std::move(repeat)), CommitOutcome::order_exists);
  EXPECT_FALSE(this->key("key-1"));
}

TYPED_TEST_P(StoreContract, AKeyIsTakenAndAnsweredInOneBatch) {
  const auto order = full_order("o-1");
  auto row = full_key(order, "key-1");
  row.status = 0;
  row.answer = "";
  auto first = creation(order);
  first.key = Write<IdempotencyKey>{row, true};
  Commit second;
  second.shard = order.shard;
  second.key = Write<IdempotencyKey>{full_key(order, "key-1"), false};
  EXPECT_EQ(this->outcomes({first, second}), (std::vector{CommitOutcome::committed, CommitOutcome::committed}));
  const auto found = this->key("key-1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->status, 201);
}

TYPED_TEST_P(StoreContract, TimersAreLoadedByDueTime) {
  Commit commit;
  commit.shard = 3;
  const Timer late{3, TimerKind::order_close, "c", morning + 9s}, soon{5, TimerKind::notice_try, "b", morning + 1s},
      middle{3, TimerKind::refund_try, "a", morning + 1001ms};
  commit.timers_set = {late, soon, middle};
  ASSERT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;
  EXPECT_EQ(this->timers(), (std::vector{soon, middle, late}));
}

TYPED_TEST_P(StoreContract, AStruckTimerIsGone) {
  const Timer first{3, TimerKind::attempt_inquiry, "a", morning + 1s},
      second{3, TimerKind::attempt_inquiry, "a", morning + 2s};
  Commit set, strike, both;
  set.shard = strike.shard = both.shard = 3;
  set.timers_set = {first};
  strike.timers_struck = {first};
  both.timers_struck = {first};
  both.timers_set = {second};
  EXPECT_EQ(this->outcomes({set, strike}), (std::vector(2, CommitOutcome::committed)));
  EXPECT_TRUE(this->timers().empty());
  EXPECT_EQ(this->outcomes({set, both}), (std::vector(2, CommitOutcome::committed)));
  EXPECT_EQ(this->timers(), std::vector{second});
  // Striking and setting once more changes nothing.
  EXPECT_EQ(this->outcomes({both}), (std::vector(1, CommitOutcome::committed)));
  EXPECT_EQ(this->timers(), std::vector{second});
}

TYPED_TEST_P(StoreContract, InterruptedOrdersAreThoseWithACallOut) {
  std::vector<std::string> expected;
  const auto add = [&](const std::string& no, OrderState state, std::optional<AttemptState> attempt,
                       std::optional<RefundState> refund, bool interrupted) {
    auto order = full_order(no);
    order.state = state;
    if (state == OrderState::paid) order.paid_amount = order.amount;
    auto commit = creation(order);
    if (attempt) {
      commit.attempts.push_back({full_attempt(order, 1), true});
      commit.attempts.back().row.state = *attempt;
    }
    if (refund) {
      commit.refunds.push_back({full_refund(order, 1, 5), true});
      commit.refunds.back().row.state = *refund;
    }
    ASSERT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;
    if (interrupted) expected.push_back(order.id);
  };
  // clang-format off
  add("o-1", OrderState::created, {},                      {},                     false);
  add("o-2", OrderState::paying,  AttemptState::sent,      {},                     true);
  add("o-3", OrderState::paying,  AttemptState::pending,   {},                     false);
  add("o-4", OrderState::closing, AttemptState::pending,   {},                     true);
  add("o-5", OrderState::paid,    AttemptState::succeeded, RefundState::requested, true);
  add("o-6", OrderState::paid,    AttemptState::succeeded, RefundState::sent,      true);
  add("o-7", OrderState::paid,    AttemptState::succeeded, RefundState::in_doubt,  false);
  add("o-8", OrderState::paid,    AttemptState::sent,      RefundState::sent,      true);
  // clang-format on
  auto found = this->template read<std::vector<std::string>>(
      [&](auto done) { this->world.store().load_interrupted(std::move(done)); });
  std::ranges::sort(found);
  std::ranges::sort(expected);
  EXPECT_EQ(found, expected);
}

TYPED_TEST_P(StoreContract, NoticesDueAreLoadedByTheirNextTry) {
  const auto order = full_order("o-1");
  auto late = full_notice(order, 1), soon = full_notice(order, 2), delivered = full_notice(order, 3);
  late.next_at = morning + 9s;
  delivered.state = NoticeState::delivered;
  auto commit = creation(order);
  commit.notices = {{late, true}, {soon, true}, {delivered, true}};
  ASSERT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;
  EXPECT_EQ(
      this->template read<std::vector<Notice>>([&](auto done) { this->world.store().load_notices(std::move(done)); }),
      (std::vector{soon, late}));
}

TYPED_TEST_P(StoreContract, ANoticeChangesFromTheVersionBeforeIt) {
  const auto order = full_order("o-1");
  auto notice = full_notice(order, 1);
  auto commit = creation(order);
  commit.notices = {{notice, true}};
  this->write(std::move(commit));
  notice.version = 3;
  Commit skips;
  skips.shard = order.shard;
  skips.notices = {{notice, false}};
  EXPECT_EQ(this->write(skips), CommitOutcome::conflict);
  skips.notices.front().row.version = 2;
  EXPECT_EQ(this->write(skips), CommitOutcome::committed) << this->error;
}

TYPED_TEST_P(StoreContract, PostingsAreOnTheirWayUntilApplied) {
  const auto order = full_order("o-1");
  auto commit = creation(order);
  const auto entry = payment_entry(order, "aurora/T-1/payment");
  commit.entries = {entry};
  ASSERT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;
  const auto due = this->postings();
  ASSERT_EQ(due.size(), 2U);  // The fee's account keeps no running balance.
  EXPECT_EQ(std::tie(due[0].entry, due[0].account, due[0].amount, due[0].shard),
            std::make_tuple(entry.id, "channel_receivable:aurora", order.amount, order.shard));
  EXPECT_EQ(due[1].account, "business_payable:bakery");

  AccountRow account{7, due[0].account, "channel_receivable", cny, due[0].amount, 1, morning + 4s};
  Commit apply;
  apply.shard = account.shard;
  apply.journal = {{.shard = account.shard,
                    .entity = account.id,
                    .version = 1,
                    .kind = "postings_applied",
                    .body = {},
                    .cause = "test",
                    .context = {},
                    .at = account.at}};
  apply.account = Write<AccountRow>{account, true};
  apply.postings_applied = {due[0]};
  EXPECT_EQ(this->write(apply), CommitOutcome::committed) << this->error;
  ASSERT_EQ(this->postings().size(), 1U);
  EXPECT_EQ(this->postings().front().account, "business_payable:bakery");

  auto& again = apply.account->row;
  again.version = 2;
  apply.account->insert = false;
  apply.journal.front().version = 2;
  EXPECT_EQ(this->write(apply), CommitOutcome::conflict);  // Applied already.
  const auto loaded = this->template read<std::optional<AccountRow>>(
      [&](auto done) { this->world.store().load_account(account.id, std::move(done)); });
  ASSERT_TRUE(loaded);
  EXPECT_EQ(std::tie(loaded->shard, loaded->kind, loaded->currency, loaded->balance, loaded->version, loaded->at),
            std::tie(account.shard, account.kind, account.currency, account.balance, account.version, account.at));
}

TYPED_TEST_P(StoreContract, AnEntryHasACauseThatNoOtherHas) {
  auto order = full_order("o-1");
  auto commit = creation(order);
  commit.entries = {payment_entry(order, "aurora/T-1/payment")};
  ASSERT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;
  auto again = change(order);
  again.entries = {payment_entry(order, "aurora/T-1/payment")};
  again.entries.front().id += "2";
  EXPECT_EQ(this->write(std::move(again)), CommitOutcome::refused);
  EXPECT_EQ(this->version_of(order.id), 1);
}

TYPED_TEST_P(StoreContract, AnUnbalancedEntryIsRefused) {
  const auto order = full_order("o-1"), neighbour = full_order("o-2");
  auto unbalanced = creation(order), balanced = creation(neighbour);
  unbalanced.entries = {payment_entry(order, "aurora/T-1/payment")};
  unbalanced.entries.front().postings.front().amount += 1;
  balanced.entries = {payment_entry(neighbour, "aurora/T-2/payment")};
  EXPECT_EQ(this->outcomes({unbalanced, balanced}), (std::vector{CommitOutcome::refused, CommitOutcome::committed}));
}

TYPED_TEST_P(StoreContract, AnEntryBalancesPerCurrency) {
  const auto order = full_order("o-1");
  auto commit = creation(order);
  commit.entries = {payment_entry(order, "aurora/T-1/payment")};
  commit.entries.front().postings.front().currency = Currency::of("USD");
  EXPECT_EQ(this->write(std::move(commit)), CommitOutcome::refused);
}

TYPED_TEST_P(StoreContract, RefundsBeyondWhatWasPaidAreRefused) {
  auto order = paid(full_order("o-1"));
  ASSERT_EQ(this->write(creation(order)), CommitOutcome::committed) << this->error;
  order.refunded_amount = 2000;
  order.refunding_amount = 500;
  ASSERT_EQ(this->write(change(order)), CommitOutcome::committed) << this->error;
  auto beyond = order;
  beyond.refunding_amount = 501;
  EXPECT_EQ(this->write(change(beyond)), CommitOutcome::refused);
  EXPECT_EQ(this->version_of(order.id), 2);
}

TYPED_TEST_P(StoreContract, BreakersComeBackAndCountWithoutGap) {
  Commit commit;
  commit.shard = 9;
  const BreakerRow opened{"aurora/qr/alder", "on",          "open",    1,      morning + 5s,
                          "closed",          "consecutive", "breaker", morning};
  commit.breaker = Write<BreakerRow>{opened, true};
  ASSERT_EQ(this->write(commit), CommitOutcome::committed) << this->error;
  auto& row = commit.breaker->row;
  row.seq = 3;
  commit.breaker->insert = false;
  EXPECT_EQ(this->write(commit), CommitOutcome::conflict);
  row.seq = 2;
  row.from = "open";
  row.state = "half_open";
  row.until = {};
  EXPECT_EQ(this->write(commit), CommitOutcome::committed) << this->error;
  const auto breakers = this->template read<std::vector<BreakerRow>>(
      [&](auto done) { this->world.store().load_breakers(std::move(done)); });
  ASSERT_EQ(breakers.size(), 1U);
  const auto& b = breakers.front();
  EXPECT_EQ(
      std::tie(b.path, b.static_switch, b.state, b.seq, b.until, b.from, b.cause, b.actor, b.at),
      std::tie(row.path, row.static_switch, row.state, row.seq, row.until, row.from, row.cause, row.actor, row.at));
}

TYPED_TEST_P(StoreContract, ExchangesAndAlertsAreTaken) {
  const auto order = full_order("o-1");
  auto commit = creation(order);
  commit.exchanges = {{.shard = order.shard,
                       .order_id = order.id,
                       .number = attempt_number(order.id, 1),
                       .channel = "aurora",
                       .direction = "out",
                       .op = "pay",
                       .request = "POST /pay",
                       .response = "200",
                       .outcome = "pending",
                       .status = 200,
                       .started_at = morning,
                       .took_ms = 12}};
  commit.alerts = {{.shard = order.shard,
                    .kind = "notice_parked",
                    .ref = "msg",
                    .severity = Severity::warning,
                    .message = "Nobody listens.",
                    .context = order.context,
                    .at = morning}};
  EXPECT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;
}

TYPED_TEST_P(StoreContract, AStoreThatLostItsShardsWritesNothing) {
  auto order = full_order("o-1");
  this->write(creation(order));
  this->world.lose_ownership();
  EXPECT_EQ(this->outcomes({change(order), creation(full_order("o-2"))}), (std::vector(2, CommitOutcome::fenced)));
  EXPECT_EQ(this->version_of(order.id), 1);
}

TYPED_TEST_P(StoreContract, WhatWasAnsweredSurvives) {
  auto order = full_order("o-1");
  ASSERT_EQ(this->write(creation(order)), CommitOutcome::committed) << this->error;
  this->world.reopen();
  const auto record = this->load(order.id);
  ASSERT_TRUE(record);
  expect_same(record->order, order);
  EXPECT_EQ(this->write(change(order)), CommitOutcome::committed) << this->error;
}

TYPED_TEST_P(StoreContract, AnEmptyBatchIsAnswered) { EXPECT_TRUE(this->write_all({}).empty()); }

REGISTER_TYPED_TEST_SUITE_P(StoreContract, AnOrderComesBackWithEveryField, AttemptsRefundsAndNoticesChange,
                            AnOrderThatIsNotThereIsNothing, AnOrderIsFoundByItsNumber, AnOrderNumberIsTakenOnce,
                            AnOrderNumberIsTakenOnceWithinABatch, ARefusedOrderDoesNotTakeItsNumber,
                            AVersionIsWrittenOnce, AVersionIsWrittenOnceWithinABatch, AnUpdateFindsTheVersionBeforeIt,
                            AnUpdateOfARowThatIsNotThereIsAConflict, ManyStepsOfOneOrderShareABatch,
                            APoisonMemberFailsAlone, ARefusedMemberLeavesNothing, AnIdempotencyKeyIsTakenOnce,
                            AKeyOfAnOrderThatLostIsNotTaken, AKeyIsTakenAndAnsweredInOneBatch, TimersAreLoadedByDueTime,
                            AStruckTimerIsGone, InterruptedOrdersAreThoseWithACallOut,
                            NoticesDueAreLoadedByTheirNextTry, ANoticeChangesFromTheVersionBeforeIt,
                            PostingsAreOnTheirWayUntilApplied, AnEntryHasACauseThatNoOtherHas,
                            AnUnbalancedEntryIsRefused, AnEntryBalancesPerCurrency, RefundsBeyondWhatWasPaidAreRefused,
                            BreakersComeBackAndCountWithoutGap, ExchangesAndAlertsAreTaken,
                            AStoreThatLostItsShardsWritesNothing, WhatWasAnsweredSurvives, AnEmptyBatchIsAnswered);

}  // namespace tael::testing
