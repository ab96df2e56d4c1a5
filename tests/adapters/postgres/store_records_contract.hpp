// What every store keeps beside orders: keys, timers, notices, money, breakers.
#pragma once

#include "tests/adapters/postgres/store_suite.hpp"

namespace tael::testing {

template <class World>
class StoreRecordsContract : public StoreSuite<World> {};
TYPED_TEST_SUITE_P(StoreRecordsContract);

TYPED_TEST_P(StoreRecordsContract, AnIdempotencyKeyIsTakenOnce) {
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

TYPED_TEST_P(StoreRecordsContract, AKeyOfAnOrderThatLostIsNotTaken) {
  this->write(creation(full_order("o-1")));
  auto repeat = creation(full_order("o-1"));
  repeat.key = Write<IdempotencyKey>{full_key(repeat.order->row, "key-1"), true};
  EXPECT_EQ(this->write(std::move(repeat)), CommitOutcome::order_exists);
  EXPECT_FALSE(this->key("key-1"));
}

TYPED_TEST_P(StoreRecordsContract, AKeyIsTakenAndAnsweredInOneBatch) {
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

TYPED_TEST_P(StoreRecordsContract, TimersAreLoadedByDueTime) {
  Commit commit;
  commit.shard = 3;
  const Timer late{3, TimerKind::order_close, "c", morning + 9s}, soon{5, TimerKind::notice_try, "b", morning + 1s},
      middle{3, TimerKind::refund_try, "a", morning + 1001ms};
  commit.timers_set = {late, soon, middle};
  ASSERT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;
  EXPECT_EQ(this->timers(), (std::vector{soon, middle, late}));
}

TYPED_TEST_P(StoreRecordsContract, AStruckTimerIsGone) {
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

TYPED_TEST_P(StoreRecordsContract, InterruptedOrdersAreThoseWithACallOut) {
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

TYPED_TEST_P(StoreRecordsContract, NoticesDueAreLoadedByTheirNextTry) {
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

TYPED_TEST_P(StoreRecordsContract, ParkedNoticesAreLoadedByTheirOrderOldestFirst) {
  const auto order = full_order("o-1"), other = full_order("o-2");
  auto second = full_notice(order, 10), first = full_notice(order, 9), due = full_notice(order, 3);
  auto of_another = full_notice(other, 1);
  for (auto* notice : {&second, &first, &of_another}) notice->state = NoticeState::parked;
  auto commit = creation(order);
  commit.notices = {{second, true}, {first, true}, {due, true}};
  ASSERT_EQ(this->write(std::move(commit)), CommitOutcome::committed) << this->error;
  auto another = creation(other);
  another.notices = {{of_another, true}};
  ASSERT_EQ(this->write(std::move(another)), CommitOutcome::committed) << this->error;
  const auto parked = [&](const std::string& id) {
    return this->template read<std::vector<Notice>>(
        [&](auto done) { this->world.store().load_parked_notices(id, std::move(done)); });
  };
  EXPECT_EQ(parked(order.id), (std::vector{first, second}));
  EXPECT_TRUE(parked("01M74T1Q2800G000000000009Z").empty());
}

TYPED_TEST_P(StoreRecordsContract, ANoticeChangesFromTheVersionBeforeIt) {
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

TYPED_TEST_P(StoreRecordsContract, PostingsAreOnTheirWayUntilApplied) {
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

TYPED_TEST_P(StoreRecordsContract, APostingIsNotAppliedTwiceInOneCommit) {
  auto order = paid(full_order("o-1"));
  auto first = creation(order);
  first.entries = {payment_entry(order, "aurora/T-1/payment")};
  ASSERT_EQ(this->write(std::move(first)), CommitOutcome::committed) << this->error;
  const auto posting = this->postings().at(0);
  Commit apply;
  apply.shard = posting.shard;
  apply.postings_applied = {posting, posting};
  EXPECT_EQ(this->write(std::move(apply)), CommitOutcome::conflict);
  EXPECT_FALSE(this->postings().empty());
}

/// Money of `order`'s attempt or refund that moved under `transaction`.
inline Commit moving(Order& order, NumberKind kind, const std::string& transaction,
                     const std::string& channel = "aurora") {
  auto commit = change(order);
  const auto number = kind == NumberKind::refund ? refund_number(order.id, 1) : attempt_number(order.id, 1);
  commit.transactions = {{order.shard, channel, kind, transaction, number}};
  return commit;
}

TYPED_TEST_P(StoreRecordsContract, ATransactionOfAChannelMovesTheMoneyOfOneOrderInWhicheverShards) {
  auto first = full_order("o-1"), second = full_order("o-2");
  ASSERT_NE(first.shard, second.shard);
  ASSERT_EQ(this->outcomes({creation(first), creation(second)}), (std::vector(2, CommitOutcome::committed)));
  ASSERT_EQ(this->write(moving(first, NumberKind::payment, "T-1")), CommitOutcome::committed) << this->error;
  const auto results = this->write_all({moving(second, NumberKind::payment, "T-1")});
  EXPECT_EQ(results[0].outcome, CommitOutcome::transaction_taken);
  EXPECT_EQ(results[0].existing, attempt_number(first.id, 1));
  EXPECT_EQ(this->version_of(second.id), 1) << "nothing of it was written";
}

TYPED_TEST_P(StoreRecordsContract, ATransactionIsTakenOnceWithinABatchAndItsNeighboursAreWritten) {
  auto first = full_order("o-1"), second = full_order("o-2"), third = full_order("o-3");
  this->outcomes({creation(first), creation(second), creation(third)});
  const auto results =
      this->write_all({moving(first, NumberKind::payment, "T-1"), moving(second, NumberKind::payment, "T-1"),
                       moving(third, NumberKind::payment, "T-3")});
  EXPECT_EQ(results[0].outcome, CommitOutcome::committed) << results[0].error;
  EXPECT_EQ(results[1].outcome, CommitOutcome::transaction_taken);
  EXPECT_EQ(results[1].existing, attempt_number(first.id, 1));
  EXPECT_EQ(results[2].outcome, CommitOutcome::committed) << results[2].error;
}

TYPED_TEST_P(StoreRecordsContract, ATransactionIsAChannelsAndAKindsOwn) {
  auto order = full_order("o-1"), second = full_order("o-2");
  this->outcomes({creation(order), creation(second)});
  EXPECT_EQ(this->outcomes({moving(order, NumberKind::payment, "T-1"), moving(order, NumberKind::refund, "T-1"),
                            moving(second, NumberKind::payment, "T-1", "borealis")}),
            (std::vector(3, CommitOutcome::committed)));
  const auto results = this->write_all({moving(second, NumberKind::refund, "T-1")});
  EXPECT_EQ(results[0].outcome, CommitOutcome::transaction_taken);
  EXPECT_EQ(results[0].existing, refund_number(order.id, 1));
}

TYPED_TEST_P(StoreRecordsContract, AStepThatARivalTookIsAConflictAlsoWhenItsTransactionIsThere) {
  auto order = full_order("o-1");
  this->write(creation(order));
  const auto step = moving(order, NumberKind::payment, "T-1");
  ASSERT_EQ(this->write(step), CommitOutcome::committed) << this->error;
  EXPECT_EQ(this->write(step), CommitOutcome::conflict);
}

TYPED_TEST_P(StoreRecordsContract, AnEntryHasACauseThatNoOtherHas) {
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

TYPED_TEST_P(StoreRecordsContract, AStepThatARivalTookIsAConflictAlsoWhenItsEntryIsThere) {
  auto order = full_order("o-1");
  auto first = creation(order);
  ASSERT_EQ(this->write(std::move(first)), CommitOutcome::committed) << this->error;
  auto taken = change(order);
  taken.entries = {payment_entry(order, "aurora/T-1/payment")};
  auto again = taken;
  ASSERT_EQ(this->write(std::move(taken)), CommitOutcome::committed) << this->error;
  EXPECT_EQ(this->write(std::move(again)), CommitOutcome::conflict);
}

TYPED_TEST_P(StoreRecordsContract, AnUnbalancedEntryIsRefused) {
  const auto order = full_order("o-1"), neighbour = full_order("o-2");
  auto unbalanced = creation(order), balanced = creation(neighbour);
  unbalanced.entries = {payment_entry(order, "aurora/T-1/payment")};
  unbalanced.entries.front().postings.front().amount += 1;
  balanced.entries = {payment_entry(neighbour, "aurora/T-2/payment")};
  EXPECT_EQ(this->outcomes({unbalanced, balanced}), (std::vector{CommitOutcome::refused, CommitOutcome::committed}));
}

TYPED_TEST_P(StoreRecordsContract, AnEntryBalancesPerCurrency) {
  const auto order = full_order("o-1");
  auto commit = creation(order);
  commit.entries = {payment_entry(order, "aurora/T-1/payment")};
  commit.entries.front().postings.front().currency = Currency::of("USD");
  EXPECT_EQ(this->write(std::move(commit)), CommitOutcome::refused);
}

TYPED_TEST_P(StoreRecordsContract, RefundsBeyondWhatWasPaidAreRefused) {
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

TYPED_TEST_P(StoreRecordsContract, BreakersComeBackAndCountWithoutGap) {
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

TYPED_TEST_P(StoreRecordsContract, ExchangesAndAlertsAreTaken) {
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

REGISTER_TYPED_TEST_SUITE_P(StoreRecordsContract, AnIdempotencyKeyIsTakenOnce, AKeyOfAnOrderThatLostIsNotTaken,
                            AKeyIsTakenAndAnsweredInOneBatch, TimersAreLoadedByDueTime, AStruckTimerIsGone,
                            InterruptedOrdersAreThoseWithACallOut, NoticesDueAreLoadedByTheirNextTry,
                            ParkedNoticesAreLoadedByTheirOrderOldestFirst, ANoticeChangesFromTheVersionBeforeIt,
                            PostingsAreOnTheirWayUntilApplied, APostingIsNotAppliedTwiceInOneCommit,
                            AnEntryHasACauseThatNoOtherHas, AStepThatARivalTookIsAConflictAlsoWhenItsEntryIsThere,
                            AnUnbalancedEntryIsRefused, AnEntryBalancesPerCurrency, RefundsBeyondWhatWasPaidAreRefused,
                            ATransactionOfAChannelMovesTheMoneyOfOneOrderInWhicheverShards,
                            ATransactionIsTakenOnceWithinABatchAndItsNeighboursAreWritten,
                            ATransactionIsAChannelsAndAKindsOwn,
                            AStepThatARivalTookIsAConflictAlsoWhenItsTransactionIsThere,
                            BreakersComeBackAndCountWithoutGap, ExchangesAndAlertsAreTaken);

}  // namespace tael::testing
