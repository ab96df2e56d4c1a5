// Alerts from raised to told, over the twin store with a postman that a test holds, in virtual time.
#include "tests/support/house.hpp"
#include "tests/support/postman.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::House;
using testing::noon;
using testing::Postman;

struct Alerts : ::testing::Test {
  Postman mail{"email"};
  House house;

  void SetUp() override {
    house.alerts.owner_of = [](const Alert& alert) { return alert.channel + "@example.com"; };
    house.alerts.ways = {&mail};
    house.restart();
  }
  void raise(const std::string& ref) {
    Commit commit;
    commit.shard = 3;
    commit.alerts = {{.shard = 3,
                      .kind = "channel_word",
                      .ref = ref,
                      .message = "what is " + ref,
                      .context = {},
                      .at = house.world.now(),
                      .channel = "aurora"}};
    write(std::move(commit));
  }
  void resolve(const std::string& ref) {
    Commit commit;
    commit.shard = 3;
    commit.alerts_resolved = {{3, "channel_word", ref, "mapped", house.world.now()}};
    write(std::move(commit));
  }
  void write(Commit commit) {
    const auto answer = house.world.ask<Remembered>(house.actors->store, Remember{std::move(commit)});
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->result.outcome, CommitOutcome::committed) << answer->result.error;
    house.world.settle();
  }
  AlertReply handle(bool does_resolve, const std::string& who) {
    const auto answer = house.world.ask<AlertReply>(house.actors->alerts, HandleAlert{1, does_resolve, who, "why"});
    return answer ? *answer : AlertReply{Refused{}};
  }
};

using Carried = std::vector<std::string>;

TEST_F(Alerts, AWordThatComesAThousandTimesTellsItsOwnerOnce) {
  for (int i = 0; i < 1'000; ++i) raise("aurora/NEW");
  house.world.run_for(1h);
  EXPECT_EQ(mail.carried, Carried{"aurora@example.com raised aurora/NEW"});
  ASSERT_EQ(house.disk.alerts.size(), 1u);
  EXPECT_EQ(house.disk.alerts.front().count, 1'000);
  EXPECT_EQ(house.disk.alerts.front().owner, "aurora@example.com");
}

TEST_F(Alerts, RemindersEndWhenSomebodyTakesItOnAndTheEndIsTold) {
  raise("aurora/NEW");
  house.world.run_for(4h + 1min);
  EXPECT_EQ(mail.carried.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<AlertRecord>(handle(false, "ada")));
  EXPECT_EQ(std::get<Refused>(handle(false, "bob")).refusal, Refusal::alert_settled);
  house.world.run_for(24h);
  EXPECT_EQ(mail.carried.size(), 2u);
  resolve("aurora/NEW");
  EXPECT_EQ(mail.carried.back(), "aurora@example.com resolved aurora/NEW");
  EXPECT_EQ(std::get<Refused>(handle(true, "ada")).refusal, Refusal::alert_settled);
  const auto deeds = std::ranges::count(house.disk.journal, "alert:3:1", &JournalRow::entity);
  EXPECT_EQ(deeds, 1);
}

TEST_F(Alerts, AHandThatMeetsTheTellingOfAnAlertIsNotTurnedAway) {
  house.store_held = true;
  Commit commit;
  commit.shard = 3;
  commit.alerts = {{.shard = 3,
                    .kind = "channel_word",
                    .ref = "aurora/NEW",
                    .message = "m",
                    .context = {},
                    .at = house.world.now()}};
  caf::anon_send(house.actors->store, Remember{commit});
  house.world.settle();
  const auto release_one = [&] {
    ASSERT_FALSE(house.held.empty());
    const auto work = std::move(house.held.front());
    house.held.pop_front();
    work();
    house.world.settle();
  };
  release_one();  // It is raised...
  release_one();
  release_one();  // ...and the actor has read it; its decision waits at the store.
  const auto answer = house.world.begin<AlertReply>(house.actors->alerts, HandleAlert{1, false, "ada", "mine"});
  house.world.settle();
  house.release_store();
  house.world.settle();
  ASSERT_TRUE(*answer);
  EXPECT_TRUE(std::holds_alternative<AlertRecord>(**answer));
  EXPECT_EQ(house.disk.alerts.front().acknowledged_by, "ada");
}

TEST_F(Alerts, WhoResolvesAQuarantineLetsItsMessageThroughAtOnce) {
  house.institution.answers[ChannelOp::pay] = [](const ChannelRequest&) { return testing::says(Ending::pending); };
  house.institution.answers[ChannelOp::inquire] = [](const ChannelRequest&) -> ChannelAnswer {
    throw std::runtime_error("a word nobody knows");
  };
  house.create();
  const auto id = house.disk.orders.begin()->first;
  house.pay(id);
  const auto inquiries = [&] {
    return std::ranges::count(house.institution.heard, ChannelOp::inquire, &ChannelRequest::op);
  };
  house.world.run_for(25min);
  ASSERT_EQ(inquiries(), crashes_of_one_message_max);
  EXPECT_EQ(house.disk.messages_held(), std::vector{"aurora inquire " + attempt_number(id, 1)});
  EXPECT_EQ(house.disk.quarantine.begin()->second.order_id, id);
  EXPECT_FALSE(house.disk.timers.empty()) << "its order is asked about all the same";
  EXPECT_TRUE(std::holds_alternative<AlertRecord>(handle(false, "ada")));
  ASSERT_FALSE(house.disk.messages_held().empty()) << "taken on is not let go";
  EXPECT_TRUE(std::holds_alternative<AlertRecord>(handle(true, "ada")));
  EXPECT_TRUE(house.disk.messages_held().empty());
  house.institution.answers[ChannelOp::inquire] = [](const ChannelRequest&) {
    return testing::says(Ending::approved, 2500);
  };
  house.world.run_for(24h);
  EXPECT_GT(inquiries(), crashes_of_one_message_max);
  EXPECT_TRUE(house.disk.messages_held().empty());
}

TEST_F(Alerts, AMailThatIsRefusedIsTriedOnItsLadder) {
  mail.refuses = 2;
  raise("aurora/NEW");
  house.world.run_for(29s);
  EXPECT_EQ(mail.carried.size(), 1u);
  house.world.run_for(1s + 1min);
  EXPECT_EQ(mail.carried.size(), 3u);
  EXPECT_EQ(house.disk.alert_messages.begin()->second.state, NoticeState::delivered);
  house.world.run_for(1h);
  EXPECT_EQ(mail.carried.size(), 3u);
}

TEST_F(Alerts, ANodeKilledBeforeItToldTellsAfterItsStart) {
  for (const auto* point : {"alert.before_send", "alert.after_send"}) {
    mail.carried.clear();
    house.crash.at = point;
    house.crash.die = [this] { house.store->crash(); };  // Nothing after this instant reaches the disk.
    raise(std::string{"aurora/"} + point);
    house.restart();
    house.world.run_for(1s);
    ASSERT_FALSE(mail.carried.empty()) << point;
    EXPECT_EQ(mail.carried.back(), std::string{"aurora@example.com raised aurora/"} + point);
  }
}

TEST_F(Alerts, AnAlertThatWasCommittedWhileNobodyListenedIsToldAfterTheStart) {
  house.restart([&](simulated::SimulatedStore& store) {
    Commit commit;
    commit.alerts = {{.kind = "channel_word", .ref = "aurora/NEW", .message = "m", .context = {}, .at = noon}};
    store.write({commit}, [](const std::vector<CommitResult>&) {});
  });
  EXPECT_EQ(mail.carried, Carried{"@example.com raised aurora/NEW"});
}

TEST_F(Alerts, AnAlertThatWasRaisedWhileItsServiceWasDownIsTold) {
  caf::anon_send(house.actors->alerts, testing::deadly_ping());
  house.world.settle();
  raise("aurora/NEW");
  EXPECT_EQ(mail.carried, Carried{});
  house.world.run_for(1s);
  EXPECT_EQ(mail.carried, Carried{"aurora@example.com raised aurora/NEW"});
}

TEST_F(Alerts, AStormLeavesAtItsOwnPace) {
  mail.answers_held = true;
  for (int i = 0; i < 100; ++i) raise("aurora/W" + std::to_string(i));
  EXPECT_EQ(mail.carried.size(), 2u) << "in flight at most";
  mail.answers_held = false;
  for (; !mail.held.empty(); house.world.settle()) {
    mail.held.front()();
    mail.held.pop_front();
  }
  EXPECT_EQ(mail.carried.size(), 30u) << "within the first minute";
  house.world.run_for(61s);
  EXPECT_EQ(mail.carried.size(), 60u);
  house.world.run_for(5min);
  EXPECT_EQ(mail.carried.size(), 100u) << "and nothing twice";
}

TEST_F(Alerts, AStoreThatCannotBeReadIsAskedAgain) {
  house.restart([](simulated::SimulatedStore& store) { store.refuse_reads(50); });
  raise("aurora/NEW");
  house.world.run_for(10min);
  EXPECT_EQ(mail.carried.size(), 1u);
}

TEST_F(Alerts, EachWayIsTriedForItself) {
  Postman hook{"webhook"};
  house.alerts.ways = {&mail, &hook};
  house.restart();
  mail.refuses = 1'000;
  house.alerts.policy.remind_every = 0ms;
  raise("aurora/NEW");
  house.world.run_for(72h);
  EXPECT_EQ(std::ranges::count(hook.carried, "aurora@example.com raised aurora/NEW"), 1);
  const auto parked = std::ranges::count_if(house.disk.alert_messages, [](const auto& entry) {
    return entry.second.state == NoticeState::parked && entry.second.way == "email";
  });
  EXPECT_GE(parked, 1) << "given up at the end of its ladder";
}

/// A node whose certificate ends when the test says so.
struct AlertRounds : Alerts {
  std::vector<Alert> wrong;

  void SetUp() override {
    house.alert_rounds = {{"certificate_ends", 6h, [this](TimePoint now) {
                             auto found = wrong;
                             for (auto& alert : found) alert.kind = "certificate_ends", alert.at = now;
                             return found;
                           }}};
    house.alerts.policy.remind_every = 0ms;
    Alerts::SetUp();
  }
  static Alert about(const std::string& ref) {
    Alert alert;
    alert.ref = ref;
    alert.channel = "aurora";
    return alert;
  }
  void switch_off(const std::string& path, std::optional<TimePoint> until, StaticSwitch to = StaticSwitch::off) {
    const auto turned = house.world.ask<BreakerView>(
        house.actors->breakers, SwitchPath{path, {to, until, "ada", "the bank is down"}, std::nullopt});
    ASSERT_TRUE(turned);
    house.world.settle();
  }
};

TEST_F(AlertRounds, EachStepNearerIsToldOnceAndTheEndWhenItIsReplaced) {
  wrong = {about("aurora/our certificate 1/30d")};
  house.world.run_for(30h);
  EXPECT_EQ(mail.carried, Carried{"aurora@example.com raised aurora/our certificate 1/30d"}) << "looked at five times";
  EXPECT_EQ(house.disk.alerts.front().count, 1);
  house.restart();
  house.world.run_for(1h);
  EXPECT_EQ(house.disk.alerts.front().count, 1) << "a restart is no second time";
  wrong = {about("aurora/our certificate 1/14d")};
  house.world.run_for(6h);
  ASSERT_EQ(mail.carried.size(), 2u) << "the step before ends without a word";
  EXPECT_EQ(mail.carried[1], "aurora@example.com raised aurora/our certificate 1/14d");
  EXPECT_TRUE(house.disk.alerts.front().is_resolved());
  wrong.clear();
  house.restart();
  house.world.run_for(1s);
  ASSERT_EQ(mail.carried.size(), 3u);
  EXPECT_EQ(mail.carried[2], "aurora@example.com resolved aurora/our certificate 1/14d");
}

TEST_F(AlertRounds, ASwitchWithoutAnEndIsRemindedOfEveryHalfHourUntilItIsGivenBack) {
  house.world.run_for(1min);
  switch_off("aurora/qr/cmb", std::nullopt);
  switch_off("aurora/qr/icbc", house.world.now() + 2h);
  house.world.run_for(29min);
  EXPECT_EQ(mail.carried, Carried{});
  house.world.run_for(1min);
  EXPECT_EQ(mail.carried, Carried{"aurora@example.com raised aurora/qr/cmb"}) << "the other one has an end";
  house.world.run_for(1h);
  EXPECT_EQ(mail.carried.size(), 3u);
  EXPECT_EQ(mail.carried.back(), "aurora@example.com reminder aurora/qr/cmb");
  house.restart();
  house.world.run_for(1s);
  EXPECT_EQ(house.disk.alerts.size(), 1u) << "a restart is no second time";
  switch_off("aurora/qr/cmb", std::nullopt, StaticSwitch::on);
  house.world.run_for(5s);
  EXPECT_EQ(mail.carried.back(), "aurora@example.com resolved aurora/qr/cmb");
  const auto told = mail.carried.size();
  house.world.run_for(5h);
  EXPECT_EQ(mail.carried.size(), told);
}

TEST_F(AlertRounds, ASwitchThatIsTakenOnIsNotRemindedOf) {
  house.world.run_for(1min);
  switch_off("aurora/qr/cmb", std::nullopt);
  house.world.run_for(31min);
  EXPECT_TRUE(std::holds_alternative<AlertRecord>(handle(false, "ada")));
  house.world.run_for(5h);
  EXPECT_EQ(mail.carried.size(), 1u);
}

TEST_F(AlertRounds, AStoreThatIsAwayIsToldLater) {
  house.world.run_for(1min);
  switch_off("aurora/qr/cmb", std::nullopt);
  house.world.run_for(29min);
  house.store->refuse_reads(3);
  house.store->refuse_writes(3);
  house.world.run_for(10min);
  EXPECT_EQ(mail.carried.size(), 1u);
}

}  // namespace
}  // namespace tael
