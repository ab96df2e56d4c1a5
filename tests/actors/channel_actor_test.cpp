#include "tests/actors/way_fakes.hpp"

#include <gtest/gtest.h>

#include <typeinfo>

namespace tael {
namespace {

using testing::Script;
using Manner = testing::Script::Manner;

CallChannel pay(const std::string& number) {
  CallChannel call{"aurora/wallet/none", {}};
  call.request.number = number;
  call.request.order_id = "order of " + number;
  return call;
}

struct ChannelsTest : ::testing::Test {
  testing::FakeStore store;
  testing::FakeLog log;
  Script script;
  std::vector<SwitchChannel> told;
  testing::World world;
  ChannelPolicy policy;
  std::shared_ptr<Quarantine> quarantine = std::make_shared<Quarantine>();
  ChannelRef channels;

  void SetUp() override {
    policy.channel = "aurora";
    policy.in_flight_max = 2;
    policy.queue_max = 0;
    const auto breakers = world.own(world.system().spawn([this]() -> ChannelBreakersRef::behavior_type {
      return {[this](const SwitchChannel& order) { told.push_back(order); }};
    }));
    const SupervisorPeers peers{
        breakers, testing::spawn_store(world, store), world.timers, world, world.dice, log, nullptr, quarantine};
    channels = world.spawn<ChannelsActor>(std::vector<ChannelSpec>{{policy, testing::make_fake(script)}}, peers);
    world.settle();
  }
  std::shared_ptr<std::optional<ChannelAnswered>> begin(const std::string& number) {
    auto answer = world.begin<ChannelAnswered>(channels, pay(number));
    world.settle();
    return answer;
  }
  ChannelAnswer call(const std::string& number = "n") { return begin(number)->value().answer; }
  /// Crashes the adapter once and waits until it is back.
  void crash() {
    script.manner = Manner::throw_on_call;
    call("n" + std::to_string(++crashes));
    script.manner = Manner::answer;
  }
  int crashes = 0;
  void crash_out_of_budget() {
    for (int i = 0; i < policy.restart.restarts_max; ++i) {
      crash();
      world.run_for(7s);
    }
    crash();
  }
};

TEST_F(ChannelsTest, PassACallOnAndItsAnswerBack) {
  EXPECT_EQ(call("a1").ending, Ending::approved);
  ASSERT_EQ(script.heard.size(), 1u);
  EXPECT_EQ(script.heard[0].number, "a1");
  EXPECT_TRUE(world.timers.empty());
}

TEST_F(ChannelsTest, DoNotKnowAChannelNobodyConfigured) {
  const auto answer = world.ask<ChannelAnswered>(channels, CallChannel{"typo/wallet/none", {}}).value().answer;
  EXPECT_EQ(answer.ending, Ending::not_sent);
  EXPECT_EQ(answer.code, "channel_unknown");
}

TEST_F(ChannelsTest, RefuseWhatExceedsTheCallsInFlight) {
  script.manner = Manner::hold;
  const auto first = begin("1"), second = begin("2"), third = begin("3");
  EXPECT_FALSE(*first || *second);
  EXPECT_EQ((*third)->answer.ending, Ending::not_sent);
  EXPECT_EQ((*third)->answer.code, "busy");
  script.held[0](script.answer);
  world.settle();
  EXPECT_TRUE(*first);
  EXPECT_FALSE(*begin("4"));
}

TEST_F(ChannelsTest, LetARefundThroughWhilePaymentsFillTheirPlaces) {
  script.manner = Manner::hold;
  const auto one = begin("n1"), two = begin("n2");
  EXPECT_EQ(call("n3").code, "busy");
  auto refund = pay("r1");
  refund.request.op = ChannelOp::refund;
  const auto answer = world.begin<ChannelAnswered>(channels, refund);
  world.settle();
  EXPECT_EQ(script.heard.back().op, ChannelOp::refund);
  EXPECT_EQ(script.heard.size(), 3u);
}

TEST_F(ChannelsTest, KeepAMessageFromAnAdapterThatDiedOfItThreeTimes) {
  script.manner = Manner::throw_on_call;
  for (int i = 0; i < crashes_of_one_message_max; ++i) {
    EXPECT_EQ(call("poison").code, "adapter_crashed");
    world.run_for(1min);
  }
  const auto heard = script.heard.size();
  EXPECT_EQ(call("poison").code, "quarantined");
  EXPECT_EQ(script.heard.size(), heard);
  ASSERT_EQ(store.alerts.size(), 1u);
  EXPECT_EQ(store.alerts.front().kind, "message_quarantined");
  script.manner = Manner::answer;
  EXPECT_EQ(call("good").ending, Ending::approved);
}

TEST_F(ChannelsTest, WriteDownWhatIsKnownOfAMessageThatKills) {
  const auto begun = world.now();
  script.manner = Manner::throw_on_call;
  for (int i = 0; i < crashes_of_one_message_max; ++i) {
    EXPECT_TRUE(store.quarantined.empty());
    call("poison");
    world.run_for(1min);
  }
  ASSERT_EQ(store.quarantined.size(), 1u);
  const auto& held = store.quarantined.front();
  EXPECT_EQ(ref_of(held), store.alerts.front().ref);
  EXPECT_EQ(held.order_id, "order of poison");
  EXPECT_EQ(held.error, "off by one");
  EXPECT_EQ(held.error_hash, crash_hash(std::string{typeid(std::runtime_error).name()} + ": " + held.error));
  EXPECT_EQ(std::tie(held.crashes, held.first_at, held.last_at), std::make_tuple(3, begun, begun + 2min));
}

TEST_F(ChannelsTest, TryAgainWhatAPersonLetGo) {
  script.manner = Manner::throw_on_call;
  const auto die_three_times = [&] {
    for (int i = 0; i < crashes_of_one_message_max; ++i) {
      EXPECT_EQ(call("poison").code, "adapter_crashed");
      world.run_for(1min);
    }
    EXPECT_EQ(call("poison").code, "quarantined");
  };
  die_three_times();
  quarantine->release(store.alerts.front().ref);
  die_three_times();
  EXPECT_EQ(store.quarantined.size(), 2u) << "and it is held anew";
  quarantine->release(store.alerts.front().ref);
  script.manner = Manner::answer;
  EXPECT_EQ(call("poison").ending, Ending::approved);
}

TEST_F(ChannelsTest, KeepItFromTheAdapterInTheNextLifeOfTheNodeToo) {
  script.manner = Manner::throw_on_call;
  for (int i = 0; i < crashes_of_one_message_max; ++i) {
    call("poison");
    world.run_for(1min);
  }
  caf::anon_send_exit(channels, caf::exit_reason::user_shutdown);
  world.settle();
  // As a node does at its start: what the alerts say, and nothing from memory.
  ASSERT_EQ(store.alerts.size(), 1u);
  EXPECT_EQ(store.alerts[0].kind, quarantined_kind);
  quarantine = std::make_shared<Quarantine>(std::vector{store.alerts[0].ref});
  SetUp();
  const auto heard = script.heard.size();
  EXPECT_EQ(call("poison").code, "quarantined");
  EXPECT_EQ(call("poison").ending, Ending::silent);
  EXPECT_EQ(script.heard.size(), heard);
  EXPECT_EQ(store.alerts.size(), 1u);
  script.manner = Manner::answer;
  EXPECT_EQ(call("good").ending, Ending::approved);
}

/// What an adapter says that read its answer on a thread of its own, and died of it.
ChannelAnswer died_reading() {
  auto answer = crashed_answer({"off by one", "a logic error"});
  answer.ending = Ending::approved;  // It may say what it likes.
  answer.number_unknown = true;
  answer.exchange.response = "200 the answer that kills";
  return answer;
}

TEST_F(ChannelsTest, DoNotCarryOnAfterAnAnswerThatTheAdapterDiedOf) {
  script.manner = Manner::hold;
  const auto fatal = begin("1"), beside = begin("2");
  script.held[0](died_reading());
  world.settle();
  ASSERT_TRUE(*fatal && *beside) << "nobody is left waiting";
  for (const auto& answer : {fatal, beside}) {
    EXPECT_EQ((*answer)->answer.ending, Ending::silent);
    EXPECT_EQ((*answer)->answer.code, "adapter_crashed");
    EXPECT_FALSE((*answer)->answer.number_unknown);
  }
  EXPECT_EQ((*fatal)->answer.exchange.response, "200 the answer that kills") << "it is evidence";
  EXPECT_EQ((*fatal)->answer.exchange.number, "1");
  EXPECT_EQ(log.events, std::vector<std::string>{"channel_crashed"});
  EXPECT_EQ(call("3").code, "restarting");
  script.manner = Manner::answer;
  world.run_for(policy.restart.backoff_min);
  EXPECT_EQ(call("4").ending, Ending::approved);
  EXPECT_EQ(script.made, 2);
}

TEST_F(ChannelsTest, DoNotAskForEverWhatTheAnswerToKillsTheAdapter) {
  script.manner = Manner::hold;
  for (int i = 0; i < crashes_of_one_message_max; ++i) {
    const auto answer = begin("poison");
    script.held.back()(died_reading());
    world.settle();
    EXPECT_EQ((*answer)->answer.code, "adapter_crashed");
    world.run_for(1min);
  }
  EXPECT_EQ(call("poison").code, "quarantined");
  ASSERT_EQ(store.quarantined.size(), 1u);
  EXPECT_EQ(store.quarantined[0].message, "pay poison");
  EXPECT_EQ(store.quarantined[0].order_id, "order of poison");
  EXPECT_EQ(store.quarantined[0].error, "off by one");
  EXPECT_EQ(store.quarantined[0].error_hash, crash_hash("a logic error: off by one"));
}

TEST_F(ChannelsTest, DoNotMissADeathBecauseItsCallWasAnsweredForLongAgo) {
  script.manner = Manner::hold;
  const auto answer = begin("1");
  world.run_for(policy.deadline + adapter_grace);
  EXPECT_EQ((*answer)->answer.code, "adapter_overdue");
  script.held[0](died_reading());
  world.settle();
  EXPECT_EQ(call("2").code, "restarting");
}

TEST_F(ChannelsTest, DoNotForgetAHeldCallbackWhenTheNodeIsBuiltAnew) {
  RawCallback raw;
  raw.body = "A1";
  const auto hear = [&] { return world.ask<CallbackRead>(channels, ReadCallback{"aurora", raw}); };
  script.manner = Manner::throw_on_callback;
  for (int i = 0; i < crashes_of_one_message_max; ++i) {
    EXPECT_FALSE(hear());
    world.run_for(1min);
  }
  script.manner = Manner::answer;
  EXPECT_FALSE(hear()) << "it is held";
  ASSERT_EQ(store.alerts.size(), 1u);
  EXPECT_EQ(store.alerts[0].ref, "aurora callback 09089307b5a13d87") << "the name that every build gives it";
}

TEST_F(ChannelsTest, HearSilenceWhenAnAdapterForgetsItsDeadline) {
  script.manner = Manner::never_answer;
  const auto answer = begin("1");
  world.run_for(policy.deadline + adapter_grace - 1ms);
  EXPECT_FALSE(*answer);
  world.run_for(1ms);
  EXPECT_EQ((*answer)->answer.ending, Ending::silent);
  EXPECT_EQ((*answer)->answer.took, policy.deadline + adapter_grace);
  EXPECT_EQ((*answer)->answer.exchange.number, "1");
}

TEST_F(ChannelsTest, IgnoreAnAnswerAfterTheirOwn) {
  script.manner = Manner::hold;
  const auto answer = begin("1");
  world.run_for(policy.deadline + adapter_grace);
  script.held[0](script.answer);
  world.settle();
  EXPECT_EQ((*answer)->answer.ending, Ending::silent);
}

TEST_F(ChannelsTest, AnswerEveryWaitingCallerWithSilenceWhenTheAdapterCrashes) {
  script.manner = Manner::hold;
  const auto first = begin("1");
  script.manner = Manner::throw_on_call;
  const auto second = begin("2");
  for (const auto& answer : {first, second}) {
    ASSERT_TRUE(*answer);
    EXPECT_EQ((*answer)->answer.ending, Ending::silent);
    EXPECT_EQ((*answer)->answer.code, "adapter_crashed");
  }
  script.held[0](script.answer);  // The thread of a dead adapter comes back.
  world.settle();
}

TEST_F(ChannelsTest, RestartACrashedAdapterAndSendNothingMeanwhile) {
  crash();
  EXPECT_EQ(call().code, "restarting");
  EXPECT_EQ(call().ending, Ending::not_sent);
  EXPECT_EQ(call().transport, Transport::unknown);
  world.run_for(policy.restart.backoff_min);
  EXPECT_EQ(call().ending, Ending::approved);
  EXPECT_EQ(script.made, 2);
}

TEST_F(ChannelsTest, TurnNoSwitchForACrashWithinTheBudget) {
  crash();
  world.run_for(1min);
  for (const auto& order : told) EXPECT_EQ(order.order.to, StaticSwitch::on);
  EXPECT_TRUE(store.alerts.empty());
}

TEST_F(ChannelsTest, CloseForBusinessWhenTheBudgetIsSpent) {
  crash_out_of_budget();
  EXPECT_EQ(call().code, "parked");
  ASSERT_FALSE(told.empty());
  const auto& order = told.back();
  EXPECT_EQ(order.channel, "aurora");
  EXPECT_EQ(order.order.to, StaticSwitch::forced_open);
  EXPECT_EQ(order.order.actor, supervisor_actor);
  EXPECT_EQ(order.order.until, world.now() + policy.restart.parked_for);
  ASSERT_EQ(store.alerts.size(), 1u);
  EXPECT_EQ(store.alerts[0].kind, "channel_closed");
  EXPECT_EQ(store.alerts[0].ref, "aurora");
}

TEST_F(ChannelsTest, StartOnceMoreAfterTheParkAndParkTwiceAsLongIfItCrashes) {
  crash_out_of_budget();
  world.run_for(policy.restart.parked_for);
  crash();
  EXPECT_EQ(told.back().order.until, world.now() + 2 * policy.restart.parked_for);
  world.run_for(2 * policy.restart.parked_for);
  EXPECT_EQ(call().ending, Ending::approved);
}

TEST_F(ChannelsTest, AnAdapterThatCannotBeMadeIsACrashToo) {
  crash();
  script.throw_on_make = true;
  world.run_for(5min);
  EXPECT_EQ(call().code, "parked");
  EXPECT_EQ(script.made, 1 + policy.restart.restarts_max);
}

TEST_F(ChannelsTest, TellTheAlertToAStoreThatComesBack) {
  store.outcome = CommitOutcome::unavailable;
  crash_out_of_budget();
  EXPECT_TRUE(store.alerts.empty());
  store.outcome = CommitOutcome::committed;
  world.run_for(1s);
  EXPECT_EQ(store.alerts.size(), 1u);
}

TEST_F(ChannelsTest, ReadACallbackWithAllItsAcknowledgements) {
  RawCallback raw;
  raw.body = "A1";
  const auto read = world.ask<CallbackRead>(channels, ReadCallback{"aurora", raw}).value();
  EXPECT_EQ(read.callback.number, "A1");
  EXPECT_EQ(read.taken.status, 200);
  EXPECT_EQ(read.refused.status, 401);
  EXPECT_EQ(read.again.status, 503);
}

TEST_F(ChannelsTest, EndWithTheirOwnersAndAnswerWhoWaits) {
  script.manner = Manner::hold;
  const auto answer = begin("1");
  caf::anon_send_exit(channels, caf::exit_reason::user_shutdown);
  world.settle();
  EXPECT_EQ((*answer)->answer.ending, Ending::silent);
  EXPECT_TRUE(world.timers.empty());
}

// The two halves together: what the supervisor says is what an order hears when it asks for a permit.
TEST(ParkedChannel, IsRefusedUntilItsNextStartAndThenProbed) {
  testing::FakeStore store;
  testing::FakeLog log;
  Script script;
  testing::World world;
  ChannelPolicy policy;
  policy.channel = "aurora";
  policy.breaker.probe_stages = {{100, 5}};
  const auto memory = testing::spawn_store(world, store);
  const std::vector<BreakerPath> paths{{"aurora/wallet/none", "aurora bank", policy.breaker}};
  const BreakersRef breakers = world.spawn<BreakersActor>(
      paths, BreakersPeers{{memory, {}, world.timers, world, world.dice, store.crash}, store, log});
  script.throw_on_make = true;
  world.spawn<ChannelsActor>(std::vector<ChannelSpec>{{policy, testing::make_fake(script)}},
                             SupervisorPeers{breakers, memory, world.timers, world, world.dice, log});
  const auto ask = [&] {
    return world.ask<PermitReply>(breakers, AskPermit{"aurora/wallet/none", OpClass::pay}).value();
  };
  while (store.alerts.empty()) world.run_for(1s);
  EXPECT_EQ(std::get<PermitRefused>(ask()).reason, "forced_open");
  EXPECT_EQ(store.breakers.at("aurora").cause, "supervisor");
  script.throw_on_make = false;
  world.run_for(policy.restart.parked_for);
  for (int i = 0; i < 5; ++i)
    caf::anon_send(breakers,
                   ReportCall{std::get<Permit>(ask()), false, Ending::approved, Transport::answered, true, 200, 1ms});
  world.settle();
  EXPECT_EQ(store.breakers.at("aurora").state, "closed");
}

}  // namespace
}  // namespace tael
