// Whole payments on the production actors, crashes included, in virtual time.
//
// Length: one page per promise of an order's life; together they are read as its specification.
#include "tests/support/house.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::House;
using testing::id_of;
using testing::says;
using testing::word;

Refusal refusal_of(const OrderReply& reply) {
  const auto* refused = std::get_if<Refused>(&reply);
  return refused ? refused->refusal : Refusal::key_in_use;
}

OrderReply view(House& house, const std::string& id) {
  return *house.world.ask<OrderReply>(house.actors->orders, ViewOrder{"bakery", id});
}

TEST(Orders, TravelTheWholeRoadFromCreatedToDelivered) {
  House house;
  const auto id = id_of(house.create());
  const auto paying = std::get<OrderView>(house.pay(id));
  EXPECT_EQ(paying.order.attempts.at(0).voucher, (Voucher{"qr", "qr-text"}));
  EXPECT_EQ(house.hear(word(ChannelOp::inquire, paying.number, Ending::approved, 2500)), Reception::taken);
  house.world.settle();
  EXPECT_EQ(house.order(id).state, OrderState::paid);
  ASSERT_EQ(house.business.heard.size(), 1u);
  EXPECT_EQ(house.business.heard[0].body, "order.paid o-1");
  EXPECT_EQ(house.disk.accounts.at("business_payable:bakery:CNY").balance, -2485);
  EXPECT_EQ(house.disk.accounts.at("channel_receivable:aurora:CNY").balance, 2500);
  EXPECT_TRUE(house.disk.postings.empty());
  EXPECT_TRUE(house.disk.timers.empty());
}

TEST(Orders, ManyCreatesWithOneNumberMakeOneOrderAndOneAnswer) {
  House house;
  CreateOrder ask{house.claim(), testing::draft()};
  ask.draft.expires_at = house.world.now() + 30min;
  std::vector<std::shared_ptr<std::optional<OrderReply>>> replies;
  for (int i = 0; i < 50; ++i) replies.push_back(house.world.begin<OrderReply>(house.actors->orders, ask));
  house.world.settle();
  const auto first = id_of(**replies[0]);
  int made = 0;
  for (const auto& reply : replies) {
    EXPECT_EQ(id_of(**reply), first);
    made += std::get<OrderView>(**reply).created;
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(house.disk.orders.size(), 1u);
}

TEST(Orders, AnswerFromMemoryOnceTheirNodeHasProvedThatItOwnsThem) {
  House house;
  const auto id = id_of(house.create());
  house.store->let_lease_end();
  EXPECT_EQ(std::get<OrderView>(view(house, id)).order.id, id);
  EXPECT_TRUE(house.store->holds());
}

TEST(Orders, SayNothingFromMemoryWhileTheirNodeCannotProveThatItOwnsThem) {
  House house;
  const auto id = id_of(house.create());
  const std::vector<std::function<OrderReply()>> questions{
      [&] { return view(house, id); }, [&] { return house.pay(id); }, [&] { return house.create(); },
      [&] { return house.create(2500, "o-1", "hash-2"); }};
  for (const auto& question : questions) {
    house.store->let_lease_end();
    house.store->refuse_reads(1);
    EXPECT_EQ(refusal_of(question()), Refusal::unavailable) << "nothing was begun, and nothing is answered";
  }
  EXPECT_TRUE(house.order(id).attempts.empty());
}

TEST(Orders, OfAnotherNodeByNowAreNotToldOfFromThePast) {
  House house;
  const auto id = id_of(house.create());
  house.store->lose_all_shards();
  EXPECT_EQ(refusal_of(view(house, id)), Refusal::unavailable);
  EXPECT_EQ(refusal_of(house.create()), Refusal::unavailable) << "a repeat is answered from memory as well";
  EXPECT_EQ(house.hear(word(ChannelOp::inquire, "P1", Ending::approved, 2500)), Reception::again);
}

TEST(Orders, ANumberUsedWithAnotherBodyIsRefusedAlsoAfterARestart) {
  House house;
  const auto id = id_of(house.create());
  EXPECT_EQ(refusal_of(house.create(2500, "o-1", "hash-2")), Refusal::order_no_taken);
  house.restart();
  EXPECT_EQ(refusal_of(house.create(2500, "o-1", "hash-2")), Refusal::order_no_taken);
  EXPECT_EQ(id_of(house.create()), id);
}

TEST(Orders, AnotherBusinessSeesNothing) {
  House house;
  const auto id = id_of(house.create());
  EXPECT_EQ(refusal_of(house.reply(ViewOrder{"museum", id})), Refusal::order_not_found);
  EXPECT_EQ(refusal_of(house.reply(ViewOrder{"bakery", "nonsense"})), Refusal::order_not_found);
}

TEST(Orders, CloseByTimeAfterAskingTheChannel) {
  House house;
  const auto id = id_of(house.create());
  house.pay(id);
  house.world.run_for(30min);
  EXPECT_EQ(house.order(id).state, OrderState::closed);
  EXPECT_EQ(house.institution.heard.back().op, ChannelOp::close);
  house.world.settle();
  EXPECT_EQ(house.business.heard.back().body, "order.closed o-1");
}

TEST(Orders, ALostCallbackIsFoundByInquiryUnderOurOwnNumber) {
  House house;
  const auto id = id_of(house.create());
  const auto number = std::get<OrderView>(house.pay(id)).number;
  house.institution.answers[ChannelOp::inquire] = [](const ChannelRequest& r) {
    return says(Ending::approved, r.amount.amount);
  };
  house.world.run_for(9999ms);
  EXPECT_EQ(house.order(id).state, OrderState::paying);
  house.world.run_for(1ms);
  EXPECT_EQ(house.order(id).state, OrderState::paid);
  EXPECT_EQ(house.institution.heard.back().number, number);
}

TEST(Orders, ARestartInMidCallInquiresAndNeverChargesAgain) {
  House house;
  const auto id = id_of(house.create());
  // The process dies after the request left and before its answer is heard.
  house.institution.answers[ChannelOp::pay] = [&](const ChannelRequest&) { return says(Ending::silent); };
  house.crash.at = "call.pay";
  house.crash.die = [&] { house.store->crash(); };
  house.pay(id);
  house.institution.answers[ChannelOp::inquire] = [](const ChannelRequest& r) {
    return says(Ending::approved, r.amount.amount);
  };
  house.restart();
  EXPECT_EQ(house.order(id).attempts.at(0).state, AttemptState::in_doubt);
  house.world.run_for(10s);
  EXPECT_EQ(house.order(id).state, OrderState::paid);
  EXPECT_EQ(std::ranges::count(house.institution.heard, ChannelOp::pay, &ChannelRequest::op), 1);
}

TEST(Orders, TimersSurviveARestartAndNeverFireEarly) {
  House house;
  const auto id = id_of(house.create());
  house.world.run_for(10min);
  house.restart();
  house.world.run_for(20min - 1ms);
  EXPECT_EQ(house.order(id).state, OrderState::created);
  house.world.run_for(1ms);
  EXPECT_EQ(house.order(id).state, OrderState::closed);
}

TEST(Orders, AStoreThatCannotAnswerLeavesNothingBelieved) {
  House house;
  const auto id = id_of(house.create());
  house.store->refuse_writes(1);
  EXPECT_EQ(refusal_of(house.pay(id)), Refusal::unavailable);
  EXPECT_TRUE(house.order(id).attempts.empty());
  EXPECT_TRUE(house.institution.heard.empty()) << "no call leaves before its step is durable";
}

TEST(Orders, AnOrderThatCouldNotBeWrittenIsNotConfirmed) {
  House house;
  house.store->refuse_writes(1);
  EXPECT_EQ(refusal_of(house.create()), Refusal::unavailable);
  EXPECT_TRUE(house.disk.orders.empty());
}

TEST(Orders, ACommitWhoseAnswerWasLostIsReadBackFromTheStore) {
  House house;
  const auto id = id_of(house.create());
  house.store->lose_answers(1);
  EXPECT_EQ(refusal_of(house.pay(id)), Refusal::unavailable);
  house.order(id);
  house.world.settle();
  EXPECT_EQ(house.order(id).attempts.at(0).state, AttemptState::in_doubt);
}

TEST(Orders, AWordAboutANumberNobodyHasIsNotAcknowledged) {
  House house;
  const auto id = id_of(house.create());
  EXPECT_EQ(house.hear(word(ChannelOp::inquire, attempt_number(id, 7), Ending::approved, 2500)), Reception::again);
  const auto stranger = make_id(testing::noon, 3, 99);
  EXPECT_EQ(house.hear(word(ChannelOp::inquire, attempt_number(stranger, 1), Ending::approved, 2500)),
            Reception::again);
}

TEST(Orders, AFencedNodeWritesNothingMore) {
  House house;
  const auto id = id_of(house.create());
  house.store->lose_all_shards();
  EXPECT_EQ(refusal_of(house.pay(id)), Refusal::unavailable) << "nothing was begun";
  EXPECT_TRUE(house.institution.heard.empty());
}

TEST(Orders, TheSameKeyMakesOneAttemptAndAnotherBodyIsRefused) {
  House house;
  const auto id = id_of(house.create());
  house.key = "k-1";
  const auto first = std::get<OrderView>(house.pay(id)).number;
  EXPECT_EQ(refusal_of(house.pay(id)), Refusal::key_taken) << "the edge answers with what is written";
  ASSERT_EQ(house.order(id).attempts.size(), 1u);
  EXPECT_EQ(house.order(id).attempts.front().number, first);
  EXPECT_EQ(house.disk.keys.size(), 1u);
  EXPECT_EQ(house.disk.keys.begin()->second.status, 200);
}

TEST(Orders, TwinsOfOnePaymentAreToldThatTheyAreTwins) {
  House house;
  const auto id = id_of(house.create());
  house.key = "k-1";
  house.institution.answers_held = true;
  std::vector<std::shared_ptr<std::optional<OrderReply>>> twins;
  for (int i = 0; i < 3; ++i)
    twins.push_back(house.world.begin<OrderReply>(house.actors->orders, PayOrder{house.claim(), id, "aurora/qr/cmb"}));
  house.world.settle();
  for (; !house.institution.held.empty(); house.world.settle()) {
    house.institution.held.front()();
    house.institution.held.pop_front();
  }
  int originals = 0;
  for (const auto& twin : twins)
    if (!std::get<OrderView>(**twin).replayed) ++originals;
  EXPECT_EQ(originals, 1);
  EXPECT_EQ(house.order(id).attempts.size(), 1u);
}

TEST(Orders, AKeyWhoseAnswerACrashAteGetsOneAnswerForGood) {
  House house;
  const auto id = id_of(house.create());
  house.key = "k-1";
  house.pay(id);
  const auto row = [&]() -> IdempotencyKey& { return house.disk.keys.at({"bakery", "test", "k-1"}); };
  row().status = 0;  // As the disk is when the process dies between the call and its answer.
  row().answer.clear();
  house.restart();

  auto repeat = PayOrder{house.claim(), id, "aurora/qr/cmb"};
  repeat.claim.unfinished = true;
  const auto number = std::get<OrderView>(house.reply(repeat)).number;
  EXPECT_EQ(row().answer, "test o-1 " + number);
  EXPECT_EQ(refusal_of(house.reply(repeat)), Refusal::key_taken) << "the edge reads the answer that is written now";
}

TEST(Orders, ACloseThatWaitsForItsChannelAnswersItsKeyInTheEnd) {
  House house;
  const auto id = id_of(house.create());
  house.pay(id);
  house.key = "k-1";
  EXPECT_EQ(std::get<OrderView>(house.close(id)).order.state, OrderState::closed);
  EXPECT_EQ((house.disk.keys.at({"bakery", "test", "k-1"}).status), 200);
}

TEST(Orders, ACloseThatACrashInterruptedCanBeRepeatedUnderItsKey) {
  House house;
  const auto id = id_of(house.create());
  house.pay(id);
  house.key = "k-1";
  house.crash.at = "call.close";
  house.crash.die = [&] { house.store->crash(); };
  house.close(id);
  house.restart();
  house.world.run_for(1min);
  auto repeat = CloseOrder{house.claim(), id};
  repeat.claim.unfinished = true;
  EXPECT_EQ(std::get<OrderView>(house.reply(repeat)).order.state, OrderState::closed);
  EXPECT_EQ((house.disk.keys.at({"bakery", "test", "k-1"}).status), 200);
}

TEST(Orders, RefundsRunToTheirEndAndTheLedgerFollows) {
  House house;
  const auto id = id_of(house.create());
  const auto number = std::get<OrderView>(house.pay(id)).number;
  house.hear(word(ChannelOp::inquire, number, Ending::approved, 2500));
  house.refund(id, "r-1", 1000);
  EXPECT_EQ(refusal_of(house.refund(id, "r-2", 1501)), Refusal::refund_exceeds_paid);
  house.world.settle();
  EXPECT_EQ(house.order(id).refunded_amount, 1000);
  EXPECT_EQ(house.disk.accounts.at("channel_receivable:aurora:CNY").balance, 1500);
}

TEST(Orders, AnOpenPathIsRefusedBeforeAnythingIsWritten) {
  House house;
  house.institution.answers[ChannelOp::pay] = [](const ChannelRequest&) { return says(Ending::silent); };
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) {
    ids.push_back(id_of(house.create(2500, "o-" + std::to_string(i))));
    house.pay(ids.back());
  }
  const auto id = id_of(house.create(2500, "o-last"));
  const auto refused = std::get<Refused>(house.pay(id));
  EXPECT_EQ(refused.refusal, Refusal::path_open);
  EXPECT_TRUE(refused.retry_at.has_value());
  EXPECT_TRUE(house.order(id).attempts.empty());
  EXPECT_TRUE(std::holds_alternative<OrderView>(house.pay(id, "borealis/qr/cmb"))) << "its neighbours pay on";
}

TEST(Orders, ManyCreatesThatWaitForOneCommitAreNotTurnedAway) {
  House house;
  CreateOrder ask{house.claim(), testing::draft()};
  ask.draft.expires_at = house.world.now() + 30min;
  std::vector<std::shared_ptr<std::optional<OrderReply>>> replies;
  house.store_held = true;
  for (int i = 0; i < 300; ++i) replies.push_back(house.world.begin<OrderReply>(house.actors->orders, ask));
  house.world.settle();
  house.release_store();
  const auto id = house.disk.orders.begin()->first;
  for (const auto& reply : replies) ASSERT_EQ(id_of(**reply), id);
}

TEST(Orders, AChannelsAnswerIsHeardHoweverManyCommandsWait) {
  House house;
  const auto id = id_of(house.create());
  house.institution.answers_held = true;
  house.institution.answers[ChannelOp::pay] = [](const ChannelRequest& r) {
    return says(Ending::approved, r.amount.amount);
  };
  const auto paid = house.world.begin<OrderReply>(house.actors->orders, PayOrder{house.claim(), id, "aurora/qr/cmb"});
  house.world.settle();
  house.store_held = true;
  for (int i = 0; i < 100; ++i) house.world.begin<OrderReply>(house.actors->orders, CloseOrder{house.claim(), id});
  house.world.settle();
  house.institution.held.front()();
  house.world.settle();
  house.release_store();
  EXPECT_EQ(house.order(id).state, OrderState::paid);
  EXPECT_EQ(std::get<OrderView>(**paid).order.state, OrderState::paid);
}

TEST(Orders, ALookByNumberDuringARepeatedCreateFindsTheOrder) {
  House house;
  const auto id = id_of(house.create());
  house.restart();
  CreateOrder again{house.claim(), testing::draft()};
  again.draft.expires_at = house.world.now() + 30min;
  house.store_held = true;
  const auto made = house.world.begin<OrderReply>(house.actors->orders, again);
  house.world.settle();
  const auto found = house.world.begin<OrderReply>(house.actors->orders, FindOrder{"bakery", "o-1"});
  house.world.settle();
  house.release_store();
  EXPECT_EQ(id_of(**found), id);
  EXPECT_EQ(id_of(**made), id);
}

TEST(Orders, AKeyThatRepeatedACreateIsTakenForGood) {
  House house;
  house.create();
  house.key = "k-2";
  house.create();
  EXPECT_EQ(house.disk.keys.count({"bakery", "test", "k-2"}), 1u);
}

TEST(Orders, APathThatIsNotThereIsUnknownAndNotOutOfService) {
  House house;
  const auto id = id_of(house.create());
  EXPECT_EQ(refusal_of(house.pay(id, "aurora/qr/nobank")), Refusal::path_unknown);
}

TEST(Orders, ARefundNumberThatLooksLikeAnAttemptsDoesNotStopASurplusFromGoingBack) {
  House house;
  const auto id = id_of(house.create());
  const auto first = std::get<OrderView>(house.pay(id)).number, second = std::get<OrderView>(house.pay(id)).number;
  house.institution.answers[ChannelOp::close] = [](const ChannelRequest&) { return says(Ending::declined); };
  house.hear(word(ChannelOp::inquire, first, Ending::approved, 2500));
  house.refund(id, second, 100);
  house.hear(word(ChannelOp::inquire, second, Ending::approved, 2500));
  house.world.settle();
  EXPECT_EQ(house.order(id).attempts.at(1).state, AttemptState::surplus);
  EXPECT_EQ(house.order(id).refunds.at(0).state, RefundState::refunded);
}

TEST(Orders, ARepeatAfterTheOrdersTimeNamesTheSameOrder) {
  House house;
  const auto id = id_of(house.create());
  const auto ask = [&](const std::string& order_no) {
    auto again = CreateOrder{house.claim(), testing::draft()};
    again.draft.order_no = order_no;
    again.draft.body_hash = "hash-1";
    again.draft.expires_at = testing::noon - 1s;
    return house.reply(std::move(again));
  };
  house.world.run_for(2h);
  EXPECT_EQ(id_of(ask("o-1")), id);
  EXPECT_EQ(refusal_of(ask("o-2")), Refusal::expired);
}

TEST(Orders, AChannelIsNotBelievedAboutWhatWentThroughAnother) {
  House house;
  const auto id = id_of(house.create());
  const auto number = std::get<OrderView>(house.pay(id)).number;
  const auto news = word(ChannelOp::inquire, number, Ending::approved, 2500);
  EXPECT_EQ(house.hear(news, "borealis"), Reception::taken) << "or it would be repeated for days";
  EXPECT_EQ(house.order(id).paid_amount, 0);
  ASSERT_EQ(house.disk.alerts.size(), 1u);
  EXPECT_EQ(house.disk.alerts[0].alert.kind, "callback_of_another_channel");
  EXPECT_EQ(house.disk.alerts[0].alert.ref, "borealis") << "one a channel, however many come";
  EXPECT_EQ(house.disk.exchanges.back().channel, "borealis") << "it is kept as evidence";
  EXPECT_EQ(house.hear(news), Reception::taken);
  EXPECT_EQ(house.order(id).paid_amount, 2500);
}

TEST(Orders, ARefusalDoesNotKeepAFinishedOrderInMemory) {
  House house;
  const auto id = id_of(house.create());
  house.hear(word(ChannelOp::inquire, std::get<OrderView>(house.pay(id)).number, Ending::approved, 2500));
  house.world.run_for(20min);
  const auto resting = house.world.system().registry().running();
  EXPECT_EQ(refusal_of(house.pay(id)), Refusal::not_payable);
  EXPECT_EQ(refusal_of(house.reply(ViewOrder{"another", id})), Refusal::order_not_found);
  auto stranger = CloseOrder{house.claim(), id};
  stranger.claim.business = "another";
  EXPECT_EQ(refusal_of(house.reply(stranger)), Refusal::order_not_found);
  EXPECT_EQ(house.hear(word(ChannelOp::inquire, id + "A77", Ending::approved, 2500), "aurora"), Reception::again);
  house.world.settle();
  EXPECT_EQ(house.world.system().registry().running(), resting);
}

}  // namespace
/// What a commit of unknown fate wrote is nobody's in memory: its timers, its notice, its postings.
TEST(Orders, APaymentOfUnknownFateIsNotForgottenUntilTheNextRestart) {
  House house;
  const auto id = std::get<OrderView>(house.create()).order.id;
  house.pay(id);
  house.store->lose_answers(1);
  house.hear({.op = ChannelOp::inquire,
              .number = attempt_number(id, 1),
              .ending = Ending::approved,
              .unasked = true,
              .code = {},
              .channel_transaction = "T1",
              .amount = Money{2500, cny},
              .voucher = {}});
  house.world.run_for(10s);
  EXPECT_EQ(house.order(id).state, OrderState::paid);
  EXPECT_EQ(house.business.heard.size(), 1u);
  EXPECT_TRUE(house.disk.postings.empty());
}

TEST(Orders, ATimerThatRangInVainDoesNotWaitForItsNextRing) {
  House house;
  const auto id = id_of(house.create());
  house.world.run_for(30min - 1s);
  house.store->refuse_writes(1);
  house.world.run_for(5s);
  EXPECT_EQ(house.order(id).state, OrderState::closed);
}

TEST(Orders, ATimerOfAnOrderThatCannotBeReadNowDoesNotWaitForItsNextRing) {
  House house;
  const auto id = id_of(house.create());
  house.restart();
  house.world.run_for(30min - 1s);
  house.store->refuse_reads(2);
  house.world.run_for(5s);
  EXPECT_EQ(house.order(id).state, OrderState::closed);
}

TEST(Orders, AnAttemptOfUnknownFateIsAskedAfterWithoutARestart) {
  House house;
  const auto id = std::get<OrderView>(house.create()).order.id;
  house.store->lose_answers(1);
  house.pay(id);
  house.world.run_for(40min);
  EXPECT_EQ(house.order(id).state, OrderState::closed);
}

}  // namespace tael
