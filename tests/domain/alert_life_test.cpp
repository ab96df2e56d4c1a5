// When somebody is told of an alert, and when not: a hand-turned clock and a table of looks.
#include "actors/domain/alert_life.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-11T12:00:00.000Z");
AlertPolicy no_reminders() {
  AlertPolicy policy;
  policy.remind_every = 0ms;
  return policy;
}

AlertRecord raised_at(TimePoint at) {
  AlertRecord record;
  record.id = 7;
  record.alert.kind = "channel_word";
  record.alert.ref = "aurora/NEW";
  record.alert.at = record.last_at = record.next_at = at;
  return record;
}

/// What is told, minute by minute, whenever the alert is due.
struct Watched {
  AlertRecord alert;
  AlertPolicy policy{};
  std::vector<std::string> told{};

  void until(TimePoint end) {
    while (alert.next_at != TimePoint{} && alert.next_at <= end) {
      const auto at = alert.next_at;
      auto decision = look_at(alert, policy, true, at);
      EXPECT_GT(decision.after.version, alert.version);
      EXPECT_TRUE(decision.after.next_at == TimePoint{} || decision.after.next_at > at) << "it would be due for ever";
      alert = decision.after;
      if (decision.news)
        told.push_back(std::string{name_of(*decision.news)} + " " +
                       std::to_string(std::chrono::duration_cast<std::chrono::minutes>(at - noon).count()));
    }
  }
};

using Told = std::vector<std::string>;

TEST(AlertLife, ANewAlertIsToldAtOnceAndRemindedOfUntilSomebodyTakesItOn) {
  Watched watched{raised_at(noon)};
  watched.until(noon + 9h);
  EXPECT_EQ(watched.told, (Told{"raised 0", "reminder 240", "reminder 480"}));
  watched.alert = std::get<AlertRecord>(acknowledged(watched.alert, "ada", "calling them", noon + 9h));
  watched.until(noon + 48h);
  EXPECT_EQ(watched.told.size(), 3u);
}

TEST(AlertLife, WithoutRemindersItIsToldOnce) {
  Watched watched{raised_at(noon), no_reminders()};
  watched.alert.count = 50;  // However often it came.
  watched.until(noon + 48h);
  EXPECT_EQ(watched.told, Told{"raised 0"});
}

TEST(AlertLife, NoReminderComesWithinTheQuietTime) {
  Watched watched{raised_at(noon)};
  watched.policy.quiet = 6h;
  watched.until(noon + 13h);
  EXPECT_EQ(watched.told, (Told{"raised 0", "reminder 360", "reminder 720"}));
}

TEST(AlertLife, TroubleThatComesAndGoesIsNotToldTwiceWithinTheQuietTime) {
  Watched watched{raised_at(noon + 10min), no_reminders()};
  watched.alert.told_before = noon;
  watched.until(noon + 48h);
  EXPECT_EQ(watched.told, Told{"raised 30"}) << "at its end, for it is still there";
  Watched over{raised_at(noon + 10min), no_reminders()};
  over.alert.told_before = noon;
  over.until(noon + 20min);
  over.alert = std::get<AlertRecord>(resolved(over.alert, std::string{resolved_by_itself}, "", noon + 20min));
  over.until(noon + 48h);
  EXPECT_EQ(over.told, Told{});
}

TEST(AlertLife, TheEndIsToldToWhoeverWasTold) {
  const auto end = [](int told, std::string by, bool tell_resolved) {
    Watched watched{raised_at(noon)};
    watched.policy.tell_resolved = tell_resolved;
    watched.alert.told = told;
    watched.alert = std::get<AlertRecord>(resolved(watched.alert, std::move(by), "", noon + 5min));
    watched.alert.next_at = noon + 5min;  // As the store does for ends that need no person.
    watched.until(noon + 48h);
    return watched.told;
  };
  EXPECT_EQ(end(1, "tael", true), Told{"resolved 5"});
  EXPECT_EQ(end(0, "tael", true), Told{}) << "nobody knows of its beginning";
  EXPECT_EQ(end(1, "ada", true), Told{}) << "she knows";
  EXPECT_EQ(end(1, "tael", false), Told{});
}

TEST(AlertLife, NobodyIsToldOfWhatIsNotSevereEnoughOrWithoutAWay) {
  auto mild = raised_at(noon);
  mild.alert.severity = Severity::info;
  EXPECT_FALSE(look_at(mild, {}, true, noon).news);
  EXPECT_EQ(look_at(mild, {}, true, noon).after.next_at, TimePoint{});
  EXPECT_FALSE(look_at(raised_at(noon), {}, false, noon).news);
}

TEST(AlertLife, ItIsAcknowledgedAndResolvedOnceEach) {
  const auto taken = std::get<AlertRecord>(acknowledged(raised_at(noon), "ada", "mine", noon));
  EXPECT_EQ(taken.acknowledged_by, "ada");
  EXPECT_EQ(std::get<Refusal>(acknowledged(taken, "bob", "mine", noon)), Refusal::alert_settled);
  const auto over = std::get<AlertRecord>(resolved(taken, "bob", "fixed", noon));
  EXPECT_EQ(over.version, 3);
  EXPECT_EQ(std::get<Refusal>(resolved(over, "ada", "fixed", noon)), Refusal::alert_settled);
  EXPECT_EQ(std::get<Refusal>(acknowledged(over, "ada", "late", noon)), Refusal::alert_settled);
}

TEST(AlertLife, AMessageClimbsItsLadderAndIsParkedAtItsEnd) {
  AlertPolicy policy;
  policy.ladder = {30s, 5min};
  NoticeTry refused, taken, gone;
  refused.error = "connection refused";
  taken.acknowledged = gone.gone = true;
  AlertMessage message;
  message = after_try(message, policy, refused, noon);
  EXPECT_EQ(std::tie(message.state, message.next_at, message.last_error),
            std::make_tuple(NoticeState::due, noon + 30s, "connection refused"));
  refused.retry_after = 10min;
  EXPECT_EQ(after_try(message, policy, refused, noon).next_at, noon + 10min) << "asked to wait longer";
  EXPECT_EQ(after_try(message, policy, gone, noon).state, NoticeState::parked);
  NoticeTry barred;
  barred.barred = true;
  EXPECT_EQ(after_try(message, policy, barred, noon).state, NoticeState::parked)
      << "it may not be called tomorrow either";
  message = after_try(message, policy, refused, noon);
  EXPECT_EQ(after_try(message, policy, refused, noon).state, NoticeState::parked);
  const auto delivered = after_try(message, policy, taken, noon);
  EXPECT_EQ(std::tie(delivered.state, delivered.next_at, delivered.last_error),
            std::make_tuple(NoticeState::delivered, TimePoint{}, ""));
}

}  // namespace
}  // namespace tael
