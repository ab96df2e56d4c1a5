// Every invariant holds on orders that have met everything, and every one of them can fail: each row of `plants`
// breaks one behind the schema's back and must be called by its name.
#include "runtime/ledger/ledger_check.hpp"

#include "adapters/postgres/connection.hpp"
#include "runtime/ledger/trial_balance.hpp"
#include "tests/runtime/operators/story.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <thread>

namespace tael {
namespace {

using testing::Story;
using testing::TestDatabase;

constexpr Duration within{60'000};

LedgerReport check(const TestDatabase& database, const std::vector<std::string>& kinds = {}) {
  postgres::Snapshot snapshot{database.url()};
  return check_ledger(snapshot, kinds);
}

std::string text_of(const LedgerReport& report) {
  std::ostringstream out;
  print_text(report, out);
  return out.str();
}

std::int64_t violations(const LedgerReport& report, std::string_view name) {
  for (const auto& verdict : report.verdicts)
    if (verdict.invariant.name == name) return verdict.violations;
  ADD_FAILURE() << "there is no invariant " << name;
  return -1;
}

TEST(LedgerCheck, HoldsOnAnEmptyStore) {
  TestDatabase database;
  const auto report = check(database);
  EXPECT_TRUE(report.holds()) << text_of(report);
  EXPECT_TRUE(report.conservation.empty());
}

TEST(LedgerCheck, HoldsOnOrdersThatHaveMetEverything) {
  TestDatabase database;
  Story{database.url()}.play_everything();
  const auto report = check(database);
  EXPECT_TRUE(report.holds()) << text_of(report);
}

TEST(LedgerCheck, HoldsAfterEveryStepOfAPayment) {
  TestDatabase database;
  Story story{database.url()};
  const auto holds = [&](const char* step) {
    const auto report = check(database, {"business_payable"});
    EXPECT_TRUE(report.holds()) << "after " << step << "\n" << text_of(report);
  };
  auto order = story.create("o-1");
  holds("create");
  story.pay(order);
  holds("pay");
  story.hear(order, ChannelOp::inquire, attempt_number(order.id, 1), Ending::approved, 2500);
  holds("paid, postings on their way");
  story.apply_postings();
  holds("postings applied");
  story.deliver_notices();
  holds("notice delivered");
  story.refund(order, "r-1", 2500);
  holds("refund under way");
  story.hear(order, ChannelOp::refund, refund_number(order.id, 1), Ending::silent);
  holds("refund in doubt");
  story.hear(order, ChannelOp::inquire_refund, refund_number(order.id, 1), Ending::approved);
  holds("refunded");
}

TEST(LedgerCheck, HoldsWhilePaymentsRun) {
  TestDatabase database;
  Story story{database.url()};
  std::atomic<bool> playing = true;
  std::thread player{[&] {
    for (int i = 0; i < 40; ++i) {
      auto order = story.paid("o-" + std::to_string(i));
      story.refund(order, "r-1", 1000);
      story.hear(order, ChannelOp::refund, refund_number(order.id, 1), Ending::approved);
      if (i % 4 == 0) story.apply_postings();
      if (i % 8 == 0) story.deliver_notices();
    }
    playing = false;
  }};
  int checks = 0;
  for (; playing || checks < 2; ++checks) {
    const auto report = check(database);
    EXPECT_TRUE(report.holds()) << text_of(report);
  }
  player.join();
  EXPECT_EQ(check(database).conservation.at(0).received, 40 * 2500);
}

TEST(LedgerCheck, WhatOperatorsDidIsNoViolation) {
  TestDatabase database;
  Story story{database.url()};
  Commit asked;
  asked.journal = {{.entity = "operator:1",
                    .version = 1,
                    .kind = "operator_asked",
                    .body = {},
                    .cause = {},
                    .context = {},
                    .at = story.now()}};
  asked.alerts = {{.kind = "k", .ref = "r", .message = "m", .context = {}, .at = story.now()}};
  story.write(std::move(asked));
  const auto id = database.ask("select id from tael.alerts");
  story.handle_alert({std::stoll(id), false, "ada", "mine"});
  EXPECT_EQ(violations(check(database), "versions_match_rows"), 1) << "acknowledged, and the journal does not say so";
  Commit deed;
  deed.journal = {{.entity = "alert:0:" + id,
                   .version = 1,
                   .kind = "alert_acknowledged",
                   .body = {},
                   .cause = {},
                   .context = {},
                   .at = story.now()}};
  story.write(std::move(deed));
  EXPECT_TRUE(check(database).holds()) << text_of(check(database));
}

TEST(LedgerCheck, AnEndedSwitchLetsAttemptsThrough) {
  TestDatabase database;
  Story story{database.url()};
  story.move_breaker({.path = "aurora/qr/alder",
                      .static_switch = "off",
                      .state = "open",
                      .seq = 1,
                      .until = story.now() + 1min,
                      .from = "closed",
                      .cause = "override_off",
                      .actor = "ada",
                      .at = story.now()});
  story.wait(2min);
  story.paid("after its end");
  EXPECT_TRUE(check(database).holds()) << text_of(check(database));
  story.move_breaker({.path = "aurora/qr/alder",
                      .static_switch = "off",
                      .state = "open",
                      .seq = 2,
                      .until = {},
                      .from = "open",
                      .cause = "override_off",
                      .actor = "ada",
                      .at = story.now()});
  story.wait(2min);
  story.paid("while it is off");
  EXPECT_EQ(violations(check(database), "off_means_off"), 1);
}

TEST(LedgerCheck, SaysWhereTheMoneyOfEachChannelIs) {
  TestDatabase database;
  Story{database.url()}.play_everything();
  const auto report = check(database);
  ASSERT_EQ(report.conservation.size(), 2U);
  const auto& aurora = report.conservation[0];
  EXPECT_EQ(aurora.channel, "aurora");
  EXPECT_EQ(aurora.received, 4 * 2500);  // Refunded, twice (its first attempt), late, on its way.
  EXPECT_EQ(aurora.refunded, 1000 + 2500);
  EXPECT_EQ(aurora.suspense, 2500);
  EXPECT_EQ(aurora.booked, 2 * 2500 - 1000);
  EXPECT_TRUE(aurora.holds);
  const auto& borealis = report.conservation[1];
  EXPECT_EQ(borealis.channel, "borealis");
  EXPECT_EQ(borealis.received, 2500);
  EXPECT_EQ(borealis.booked, 2500);
  EXPECT_TRUE(borealis.holds);
}

struct Plant {
  const char* invariant;
  const char* sql;
};
void PrintTo(const Plant& plant, std::ostream* out) { *out << plant.invariant; }

// clang-format off
const Plant plants[] = {
  {"entries_balance", "update tael.postings set amount = amount + 1 where amount > 0 and entry like '%payment'"},
  {"entries_are_whole", "delete from tael.postings where entry = (select min(id) from tael.entries)"},
  {"trial_balance_is_zero", "update tael.postings set amount = amount - 7 where amount < 0 and entry = (select min(entry) from tael.postings)"},
  {"balances_are_entries", "update tael.accounts set balance = balance + 1 where kind = 'suspense'"},
  {"nothing_leaves_before_it_came", "delete from tael.entries where rule = 'payment'"},
  {"orders_are_paid_once", "update tael.attempts set state = 'succeeded' where state = 'surplus'"},
  {"surplus_goes_back_once", "insert into tael.refunds select shard, order_id, no + 1, id || '9', business, order_type, scene, institution, refund_no || 'again', attempt, path, amount, currency, reason, cause, created_at, state, code, channel_transaction, tries, next_at, finished_at from tael.refunds where cause = 'duplicate'"},
  {"refunds_stay_within_payments", "alter table tael.orders drop constraint orders_refunds; update tael.orders set refunded_amount = paid_amount + 1 where order_no = 'refunded'"},
  {"attempts_return_what_they_brought", "update tael.refunds set amount = 2600 where refund_no = 'r-1'"},
  {"channel_money_is_booked_once", "insert into tael.entries select shard, id || '-again', cause || '-again', rule, order_id, business, order_type, scene, institution, at from tael.entries where rule = 'refund'"},
  {"channel_transactions_are_unique", "update tael.attempts set channel_transaction = 'T-1' where state = 'succeeded'"},
  {"channel_transactions_are_registered", "update tael.channel_transactions set number = number || '9' where kind = 'payment'"},
  {"channel_money_is_accounted_for", "update tael.attempts set received_amount = received_amount + 1 where state = 'surplus'"},
  {"terminal_states_never_change", "insert into tael.journal select shard, entity, version + 100, 'order_closed', body, cause, business, order_type, scene, institution, at, epoch from tael.journal where kind = 'order_paid'"},
  {"rows_follow_the_journal", "update tael.orders set state = 'closed' where order_no = 'open'"},
  {"versions_have_no_gap", "delete from tael.journal where kind = 'attempt_sent'"},
  {"versions_match_rows", "update tael.orders set version = version + 1 where order_no = 'open'"},
  {"answers_are_kept", "insert into tael.idempotency_keys values ('bakery', 'POST /v1/orders', 'k', 1, 'hash', 'an order that is gone', 201, '{}', '2026-11-11')"},
  {"requests_have_one_effect", "update tael.attempts set request_key = 'same'"},
  {"everything_open_has_a_way_out", "update tael.orders set close_at = null where order_no = 'open'; delete from tael.timers where kind = 'order_close'"},
  {"finished_orders_are_told", "delete from tael.notices where type = 'order.paid'"},
  {"notices_come_to_an_end", "delete from tael.alerts where kind = 'notice_parked'"},
  {"breakers_move_lawfully", "update tael.breaker_events set state = 'closed' where seq = 1"},
  {"probes_are_bounded", "update tael.breaker_events set from_state = 'half_open', probes_admitted = 6, probes_allowed = 5, probes_asked = 6, probes_percent = 100"},
  {"off_means_off", "update tael.breaker_events set static_switch = 'off', state = 'open', until = null, at = '2026-11-11'; delete from tael.breaker_events where seq = 2"},
  {"owners_follow_each_other", "update tael.journal set epoch = 0 where version = 2"},
  {"timers_follow_from_state", "delete from tael.timers where kind = 'refund_try'"},
  {"nothing_due_stays_unheard", "update tael.shard_lease set granted_at = '2026-01-01'; update tael.timers set due_at = '2026-01-01'"},
};
// clang-format on

class LedgerPlant : public ::testing::TestWithParam<Plant> {};

TEST_P(LedgerPlant, IsFoundAndNamed) {
  TestDatabase database;
  Story{database.url()}.play_everything();
  postgres::Connection connection{database.url(), within};
  connection.execute(std::string{"set session_replication_role = replica; "} + GetParam().sql, within);
  const auto report = check(database);
  EXPECT_FALSE(report.holds());
  EXPECT_GT(violations(report, GetParam().invariant), 0) << text_of(report);
  EXPECT_NE(text_of(report).find(GetParam().invariant), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Each, LedgerPlant, ::testing::ValuesIn(plants),
                         [](const auto& plant) { return plant.param.invariant; });

TEST(LedgerCheck, HasAPlantForEveryInvariant) {
  std::set<std::string_view> planted, known;
  for (const auto& plant : plants) planted.insert(plant.invariant);
  for (const auto& invariant : invariants()) known.insert(invariant.name);
  EXPECT_EQ(planted, known);
  EXPECT_EQ(known.size(), invariants().size()) << "names are unique";
}

TEST(LedgerCheck, NoticesAKindThatShouldKeepABalanceAndNeverDid) {
  TestDatabase database;
  Story{database.url()}.paid("o-1");
  postgres::Connection connection{database.url(), within};
  connection.execute("set session_replication_role = replica; delete from tael.postings_due", within);
  EXPECT_TRUE(check(database).holds()) << "the rows alone cannot tell it from a kind that is internal";
  EXPECT_GT(violations(check(database, {"business_payable"}), "balances_are_entries"), 0);
}

TEST(TrialBalance, IsZeroAndShowsEachKind) {
  TestDatabase database;
  Story{database.url()}.paid("o-1");
  postgres::Snapshot snapshot{database.url()};
  const auto balance = trial_balance(snapshot);
  EXPECT_TRUE(balance.is_zero());
  ASSERT_EQ(balance.lines.size(), 3U);
  EXPECT_EQ(balance.lines[0].kind, "business_payable");
  EXPECT_EQ(balance.lines[0].balance(), -2485);
  EXPECT_EQ(balance.lines[1].kind, "channel_receivable");
  EXPECT_EQ(balance.lines[1].debit, 2500);
  ASSERT_EQ(balance.totals.size(), 1U);
  EXPECT_EQ(balance.totals[0].debit, balance.totals[0].credit);
}

}  // namespace
}  // namespace tael
