// What every store keeps about orders: versions, numbers, neighbours in a batch, ownership.
#pragma once

#include "tests/adapters/postgres/store_suite.hpp"

namespace tael::testing {

template <class World>
class StoreContract : public StoreSuite<World> {};
TYPED_TEST_SUITE_P(StoreContract);

inline void expect_same(const Order& a, const Order& b) {
  const auto rest = [](const Order& o) {
    return std::tie(o.id, o.shard, o.context, o.order_no, o.body_hash, o.amount, o.currency, o.subject, o.notify_url,
                    o.cancel_url, o.payer, o.legs, o.detail, o.state, o.paid_amount, o.refunding_amount,
                    o.refunded_amount, o.fee_bps, o.paid_by, o.close_reason, o.close_tries, o.paid_at, o.heard_at,
                    o.expires_at, o.created_at, o.closed_at, o.close_at, o.poisoned, o.version, o.attempts, o.refunds,
                    o.notices);
  };
  EXPECT_TRUE(rest(a) == rest(b)) << a.id << " differs from what was written";
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
  attempt.paid_at = morning + 8s;
  attempt.finished_at = morning + 9s;
  refund.state = RefundState::refunded;
  refund.code = "OK";
  refund.channel_transaction = "T-2";
  refund.tries = 1;
  refund.next_at = {};
  refund.refunded_at = morning + 8s;
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

TYPED_TEST_P(StoreContract, AStoreThatLostItsShardsWritesNothing) {
  auto order = full_order("o-1");
  this->write(creation(order));
  this->world.lose_ownership();
  EXPECT_EQ(this->outcomes({change(order), creation(full_order("o-2"))}), (std::vector(2, CommitOutcome::fenced)));
  EXPECT_EQ(this->version_of(order.id), 1);
}

TYPED_TEST_P(StoreContract, AnOwnerProvesThatItIsOneAndMayAnswerFromMemory) {
  EXPECT_TRUE(heard<bool>([&](auto done) { this->world.lease().prove(std::move(done)); }));
  this->write(creation(full_order("o-1")));
  EXPECT_TRUE(heard<bool>([&](auto done) { this->world.lease().prove(std::move(done)); }));
}

TYPED_TEST_P(StoreContract, AStoreThatLostItsShardsVouchesForNothingItRemembers) {
  this->write(creation(full_order("o-1")));
  this->world.lose_ownership();
  EXPECT_FALSE(this->world.lease().holds()) << "who took over does not speak before";
  EXPECT_FALSE(heard<bool>([&](auto done) { this->world.lease().prove(std::move(done)); }));
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
                            APoisonMemberFailsAlone, ARefusedMemberLeavesNothing, AStoreThatLostItsShardsWritesNothing,
                            AnOwnerProvesThatItIsOneAndMayAnswerFromMemory,
                            AStoreThatLostItsShardsVouchesForNothingItRemembers, WhatWasAnsweredSurvives,
                            AnEmptyBatchIsAnswered);

}  // namespace tael::testing
