// What every store makes of alerts: one while unresolved, messages until they are delivered.
#pragma once

#include "tests/adapters/postgres/store_suite.hpp"

namespace tael::testing {

template <class World>
class StoreAlertsContract : public StoreSuite<World> {};
TYPED_TEST_SUITE_P(StoreAlertsContract);

inline Commit raising(const std::string& kind, const std::string& ref, TimePoint at, Shard shard = 3,
                      Severity severity = Severity::warning) {
  Commit commit;
  commit.shard = shard;
  commit.alerts = {{.shard = shard,
                    .kind = kind,
                    .ref = ref,
                    .severity = severity,
                    .message = "Said at " + to_rfc3339(at),
                    .context = {"bakery", "goods", "web", "aurora_bank"},
                    .at = at,
                    .channel = "aurora"}};
  return commit;
}
inline Commit resolving(const std::string& kind, const std::string& ref, TimePoint at) {
  Commit commit;
  commit.shard = 3;
  commit.alerts_resolved = {{3, kind, ref, "it is over", at}};
  return commit;
}

TYPED_TEST_P(StoreAlertsContract, AnAlertRaisedAgainIsTheSameWhileUnresolved) {
  EXPECT_EQ(
      this->outcomes({raising("word", "a", morning), raising("word", "b", morning + 1s),
                      raising("word", "a", morning + 2s, 4, Severity::critical), raising("word", "a", morning + 3s)}),
      (std::vector(4, CommitOutcome::committed)));
  this->write(raising("word", "a", morning + 4s, 5));
  const auto due = this->alerts();
  ASSERT_EQ(due.alerts.size(), 2u);
  const auto& a = due.alerts.front();
  EXPECT_EQ(std::tie(a.alert.ref, a.count, a.alert.at, a.last_at, a.next_at),
            std::make_tuple("a", std::int64_t{4}, morning, morning + 4s, morning));
  EXPECT_EQ(a.alert.severity, Severity::critical) << "the worst";
  EXPECT_EQ(a.alert.message, "Said at " + to_rfc3339(morning + 4s)) << "the newest";
  EXPECT_EQ(std::tie(a.alert.channel, a.alert.context.business, a.alert.context.institution),
            std::make_tuple("aurora", "bakery", "aurora_bank"));
  EXPECT_EQ(due.alerts.back().count, 1);
  EXPECT_EQ(due.open,
            (std::vector<std::pair<Severity, std::int64_t>>{{Severity::warning, 1}, {Severity::critical, 1}}));
}

TYPED_TEST_P(StoreAlertsContract, AnAlertRaisedAfterItsEndIsANewOne) {
  // All of it in one batch.
  EXPECT_EQ(this->outcomes({raising("word", "a", morning), resolving("word", "a", morning + 1s),
                            resolving("word", "never raised", morning + 1s), raising("word", "a", morning + 2s)}),
            (std::vector(4, CommitOutcome::committed)));
  const auto due = this->alerts();
  ASSERT_EQ(due.alerts.size(), 1u) << "nobody was told of the first, so nobody is told of its end";
  EXPECT_EQ(due.alerts.front().alert.at, morning + 2s);
  EXPECT_EQ(due.alerts.front().count, 1);
}

TYPED_TEST_P(StoreAlertsContract, AnAlertChangesFromTheVersionBeforeItAndKeepsItsCount) {
  this->write(raising("word", "a", morning));
  auto told = this->alerts().alerts.front();
  this->write(raising("word", "a", morning + 1s));
  told.owner = "ops@example.com", told.told = 1, told.told_at = morning + 1s, told.next_at = morning + 9s;
  told.version = 2;
  Commit change;
  change.shard = told.alert.shard;
  change.alerts_changed = {told};
  EXPECT_EQ(this->write(change), CommitOutcome::committed) << this->error;
  EXPECT_EQ(this->write(change), CommitOutcome::conflict) << "somebody else changed it";
  const auto found = this->alert(told.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(std::tie(found->owner, found->told, found->told_at, found->next_at, found->version, found->count),
            std::make_tuple("ops@example.com", 1, morning + 1s, morning + 9s, std::int64_t{2}, std::int64_t{2}));
  // Its end is news to whoever was told, and the next one knows when that was.
  this->outcomes({resolving("word", "a", morning + 5s), raising("word", "a", morning + 6s)});
  const auto ended = this->alert(told.id);
  EXPECT_EQ(std::tie(ended->resolved_by, ended->resolved_note, ended->resolved_at, ended->next_at),
            std::make_tuple("tael", "it is over", morning + 5s, morning + 5s));
  ASSERT_EQ(this->alerts().alerts.size(), 2u);
  EXPECT_EQ(this->alerts().alerts.back().told_before, morning + 1s);
  EXPECT_FALSE(this->alert(999));
  // Its end without a word, and what is open of a kind.
  auto silently = resolving("word", "a", morning + 7s);
  silently.alerts_resolved.front().is_news = false;
  auto second = this->alerts().alerts.back();
  second.told = 1, second.version += 1;
  change.alerts_changed = {second};
  EXPECT_EQ(this->outcomes({change, raising("other", "b", morning), silently}),
            (std::vector(3, CommitOutcome::committed)));
  EXPECT_EQ(this->alert(second.id)->next_at, TimePoint{});
  EXPECT_TRUE(this->open_alerts("word").empty());
  ASSERT_EQ(this->open_alerts("other").size(), 1u);
  EXPECT_EQ(this->open_alerts("other").front().alert.ref, "b");
}

TYPED_TEST_P(StoreAlertsContract, WhatALinkFellFromOutlivesTheProcess) {
  auto silent = raising("link_silent", "aurora/qr/cmb", morning);
  silent.alerts.front().usual = 900;
  this->write(silent);
  this->world.reopen();
  ASSERT_EQ(this->open_alerts("link_silent").size(), 1u);
  EXPECT_EQ(this->open_alerts("link_silent").front().alert.usual, 900);
  silent.alerts.front().usual = 950;
  auto newest = silent;
  newest.alerts.front().usual = 960;
  this->outcomes({silent, newest});
  EXPECT_EQ(this->open_alerts("link_silent").front().alert.usual, 960) << "the newest, as with its words";
  EXPECT_EQ(this->alert(this->open_alerts("link_silent").front().id)->alert.usual, 960);
}

TYPED_TEST_P(StoreAlertsContract, AMessageOfAnAlertIsDueUntilItIsDelivered) {
  this->write(raising("word", "a", morning));
  const auto raised = this->alerts().alerts.front();
  AlertMessage mail{.shard = raised.alert.shard,
                    .alert = raised.id,
                    .no = 1,
                    .way = "email",
                    .news = AlertNews::reminder,
                    .recipient = "ops@example.com",
                    .subject = "subject",
                    .body = "two\nlines",
                    .at = morning,
                    .next_at = morning + 2s,
                    .last_error = {}};
  auto call = mail;
  call.way = "webhook", call.next_at = morning + 1s;
  Commit commit;
  commit.shard = mail.shard;
  commit.alert_messages = {{mail, true}, {call, true}};
  EXPECT_EQ(this->write(commit), CommitOutcome::committed) << this->error;
  EXPECT_EQ(this->write(commit), CommitOutcome::conflict) << "it is there already";
  EXPECT_EQ(this->alerts().messages, (std::vector{call, mail}));
  call.state = NoticeState::delivered, call.tries = 1, call.next_at = {};
  mail.tries = 1, mail.last_error = "421 come back later", mail.next_at = morning + 30s;
  commit.alert_messages = {{mail, false}, {call, false}};
  EXPECT_EQ(this->write(commit), CommitOutcome::committed) << this->error;
  this->world.reopen();
  EXPECT_EQ(this->alerts().messages, std::vector{mail});
}

TYPED_TEST_P(StoreAlertsContract, AlertsOfAnotherNodesShardsAreNotOurs) {
  this->write(raising("word", "a", morning));
  this->world.lose_ownership();
  EXPECT_TRUE(this->alerts().alerts.empty());
}

REGISTER_TYPED_TEST_SUITE_P(StoreAlertsContract, AnAlertRaisedAgainIsTheSameWhileUnresolved,
                            AnAlertRaisedAfterItsEndIsANewOne, AnAlertChangesFromTheVersionBeforeItAndKeepsItsCount,
                            WhatALinkFellFromOutlivesTheProcess, AMessageOfAnAlertIsDueUntilItIsDelivered,
                            AlertsOfAnotherNodesShardsAreNotOurs);

}  // namespace tael::testing
