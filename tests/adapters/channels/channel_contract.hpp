// What every channel promises, whatever protocol it speaks (actors/ports/channel.hpp). A channel's test
// gives a factory of twins, a channel and its institution in one process, and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(HttpJson, ChannelContract, testing::Values(&make_http_json_twin));
//
// Include it in exactly one source of a test program.
// Length: one suite is one promise; in two files a channel could pass half of it.
#pragma once

#include "tests/adapters/channels/channel_twin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace tael::testing {

/// Says why instead of passing in silence.
#define SKIP_UNLESS(trait) \
  if (!twin->has(Trait::trait)) GTEST_SKIP() << "this protocol does not know: " #trait

class ChannelContract : public ::testing::TestWithParam<MakeTwin> {
 protected:
  ChannelAnswer call(const ChannelRequest& request, Duration deadline = 8s) {
    ChannelAnswer answer;
    int times = 0;
    twin->channel().call(request, deadline, [&](ChannelAnswer given) {
      answer = std::move(given);
      ++times;
    });
    EXPECT_EQ(times, 1) << "done is called exactly once";
    expect_written_down(answer, request);
    return answer;
  }

  ChannelAnswer ask(ChannelOp op, ChannelRequest about) {
    about.op = op;
    return call(about);
  }

  /// The exchange belongs to the request, says how it ended and holds no secret.
  void expect_written_down(const ChannelAnswer& answer, const ChannelRequest& request) {
    EXPECT_EQ(answer.exchange.number, request.number);
    EXPECT_EQ(answer.exchange.order_id, request.order_id);
    EXPECT_EQ(answer.exchange.direction, "out");
    EXPECT_EQ(answer.exchange.op, name_of(request.op));
    EXPECT_EQ(answer.exchange.outcome, name_of(answer.ending));
    expect_no_secret(answer.exchange);
  }

  void expect_no_secret(const Exchange& exchange) {
    EXPECT_LE(exchange.request.size(), 8'192u);
    EXPECT_LE(exchange.response.size(), 8'192u);
    for (const auto& secret : twin->secrets()) {
      EXPECT_EQ(exchange.request.find(secret), std::string::npos) << exchange.request;
      EXPECT_EQ(exchange.response.find(secret), std::string::npos) << exchange.response;
    }
  }

  /// A payment that the payer has made, so that its inquiry is approved and it can be refunded.
  ChannelRequest paid(const std::string& number, Fate fate = Fate::paid) {
    auto request = twin->payment(number, fate);
    call(request);
    twin->turn(1h);
    heard = twin->callbacks();
    return request;
  }

  /// A request that would end well for each op, so that only the ailment decides.
  ChannelRequest healthy(ChannelOp op) {
    const auto payment = op == ChannelOp::pay     ? twin->payment(next_number(), Fate::paid)
                         : op == ChannelOp::close ? twin->payment(next_number(), Fate::unpaid)
                                                  : paid(next_number());
    if (op == ChannelOp::close) call(payment);
    auto request = payment;
    if (op == ChannelOp::refund || op == ChannelOp::inquire_refund)
      request = twin->refund(next_number(), payment, Fate::paid);
    if (op == ChannelOp::inquire_refund) call(request);
    request.op = op;
    return request;
  }

  static std::string next_number() {
    static int number = 0;
    return "01JD0000000000000000000000A" + std::to_string(10 + number++);
  }

  std::unique_ptr<ChannelTwin> twin = GetParam()();
  std::vector<RawCallback> heard;
};

inline constexpr ChannelOp every_op[] = {ChannelOp::pay, ChannelOp::inquire, ChannelOp::close, ChannelOp::refund,
                                         ChannelOp::inquire_refund};

// --- pay ---------------------------------------------------------------------------------------------

TEST_P(ChannelContract, PayIsPendingWithAVoucherUntilThePayerPays) {
  SKIP_UNLESS(shows_vouchers);
  const auto answer = call(twin->payment("01JD0000000000000000000000A01", Fate::paid));
  EXPECT_EQ(answer.ending, Ending::pending);
  EXPECT_TRUE(answer.authentic);
  EXPECT_FALSE(answer.amount.has_value());
  ASSERT_TRUE(answer.voucher.has_value());
  EXPECT_FALSE(answer.voucher->value.empty());
}

TEST_P(ChannelContract, PayIsApprovedWithAmountAndTransactionWhenDecidedAtOnce) {
  SKIP_UNLESS(decides_at_once);
  const auto request = twin->payment("01JD0000000000000000000000A01", Fate::paid_at_once);
  const auto answer = call(request);
  EXPECT_EQ(answer.ending, Ending::approved);
  EXPECT_EQ(answer.amount, request.amount);
  EXPECT_FALSE(answer.channel_transaction.empty());
  EXPECT_EQ(answer.at.has_value(), twin->has(Trait::dates_payments));
}

TEST_P(ChannelContract, PayIsDeclinedWithTheChannelsCode) {
  const auto answer = call(twin->payment("01JD0000000000000000000000A01", Fate::refused));
  EXPECT_EQ(answer.ending, Ending::declined);
  EXPECT_TRUE(answer.authentic);
  EXPECT_FALSE(answer.code.empty());
}

TEST_P(ChannelContract, PayRepeatedUnderItsNumberIsOnePayment) {
  SKIP_UNLESS(decides_at_once);
  SKIP_UNLESS(repeats_when_paid);
  const auto request = twin->payment("01JD0000000000000000000000A01", Fate::paid_at_once);
  const auto first = call(request), second = call(request);
  EXPECT_EQ(second.ending, Ending::approved);
  EXPECT_EQ(first.channel_transaction, second.channel_transaction);
}

TEST_P(ChannelContract, PayOfAUsedNumberWithOtherParametersIsSilent) {
  SKIP_UNLESS(refuses_reuse);
  auto request = twin->payment("01JD0000000000000000000000A01", Fate::paid);
  call(request);
  request.amount.amount += 10'000;
  EXPECT_EQ(call(request).ending, Ending::silent);
}

// --- inquire -----------------------------------------------------------------------------------------

TEST_P(ChannelContract, InquireIsApprovedWithWhatWasReceived) {
  const auto request = paid("01JD0000000000000000000000A01");
  const auto answer = ask(ChannelOp::inquire, request);
  EXPECT_EQ(answer.ending, Ending::approved);
  EXPECT_EQ(answer.amount, request.amount);
  EXPECT_FALSE(answer.channel_transaction.empty());
}

TEST_P(ChannelContract, AnOrderOfTwentySecondsOrOfThirtyDaysIsNotRefusedForItsTime) {
  auto brief = twin->payment("01JD0000000000000000000000A01", Fate::unpaid);
  brief.expires_at = twin->now() + 20s;
  EXPECT_EQ(call(brief).ending, Ending::pending);
  auto lasting = twin->payment("01JD0000000000000000000000A02", Fate::unpaid);
  lasting.expires_at = twin->now() + 30 * 24h;
  EXPECT_EQ(call(lasting).ending, Ending::pending);
}

TEST_P(ChannelContract, InquireIsPendingWhileUnpaid) {
  const auto request = twin->payment("01JD0000000000000000000000A01", Fate::unpaid);
  call(request);
  EXPECT_EQ(ask(ChannelOp::inquire, request).ending, Ending::pending);
}

TEST_P(ChannelContract, InquireIsDeclinedWhenThePaymentFailedOrIsClosed) {
  const auto failed = paid("01JD0000000000000000000000A01", Fate::fails);
  EXPECT_EQ(ask(ChannelOp::inquire, failed).ending, Ending::declined);
  const auto closed = twin->payment("01JD0000000000000000000000A02", Fate::unpaid);
  call(closed);
  ask(ChannelOp::close, closed);
  EXPECT_EQ(ask(ChannelOp::inquire, closed).ending, Ending::declined);
}

TEST_P(ChannelContract, InquireAboutANumberNeverSentSaysSoAndDecidesNothing) {
  const auto answer = ask(ChannelOp::inquire, twin->payment("01JD0000000000000000000000A01", Fate::paid));
  EXPECT_EQ(answer.number_unknown, twin->has(Trait::knows_its_numbers));
  EXPECT_TRUE(answer.authentic);
  EXPECT_EQ(answer.ending, Ending::silent);
}

TEST_P(ChannelContract, InquireFindsWhatWasExecutedInSilence) {
  const auto request = twin->payment("01JD0000000000000000000000A01", Fate::paid);
  twin->ail(Ailment::cut, ChannelOp::pay);
  EXPECT_EQ(call(request).ending, Ending::silent);
  twin->turn(1h);
  twin->callbacks();
  EXPECT_EQ(ask(ChannelOp::inquire, request).ending, Ending::approved);
}

// --- close -------------------------------------------------------------------------------------------

TEST_P(ChannelContract, CloseIsApprovedForUnpaidForClosedAndForNumbersNeverSent) {
  const auto request = twin->payment("01JD0000000000000000000000A01", Fate::unpaid);
  call(request);
  EXPECT_EQ(ask(ChannelOp::close, request).ending, Ending::approved);
  EXPECT_EQ(ask(ChannelOp::close, request).ending, Ending::approved);
  if (twin->has(Trait::closes_unknown)) {
    const auto never_sent = twin->payment("01JD0000000000000000000000A02", Fate::paid);
    EXPECT_EQ(ask(ChannelOp::close, never_sent).ending, Ending::approved);
  }
}

TEST_P(ChannelContract, ClosedBeforeItArrivedIsNeverPaid) {
  SKIP_UNLESS(remembers_closed);
  const auto request = twin->payment("01JD0000000000000000000000A01", Fate::paid_at_once);
  ask(ChannelOp::close, request);
  EXPECT_EQ(call(request).ending, Ending::declined);
}

TEST_P(ChannelContract, CloseIsDeclinedAsAlreadyPaidWhenThePayerWasFaster) {
  const auto answer = ask(ChannelOp::close, paid("01JD0000000000000000000000A01"));
  EXPECT_EQ(answer.ending, Ending::declined);
  EXPECT_FALSE(answer.code.empty());
}

TEST_P(ChannelContract, ASuccessAfterACloseIsHeardAsASuccess) {
  SKIP_UNLESS(calls_back);
  const auto request = twin->payment("01JD0000000000000000000000A01", Fate::paid_after_close);
  call(request);
  EXPECT_EQ(ask(ChannelOp::close, request).ending, Ending::approved);
  twin->turn(1h);
  const auto late = twin->callbacks();
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(twin->channel().hear(late[0]).answer.ending, Ending::approved);
}

// --- refund ------------------------------------------------------------------------------------------

TEST_P(ChannelContract, RefundIsApprovedWithWhatWentBack) {
  const auto payment = paid("01JD0000000000000000000000A01");
  const auto request = twin->refund("01JD0000000000000000000000R01", payment, Fate::paid);
  const auto answer = call(request);
  if (twin->has(Trait::refunds_at_once)) {
    EXPECT_EQ(answer.ending, Ending::approved);
    EXPECT_EQ(answer.amount, request.amount);
  } else {
    EXPECT_EQ(answer.ending, Ending::pending);
  }
  EXPECT_EQ(answer.channel_transaction.empty(), !twin->has(Trait::names_refunds));
  const auto found = ask(ChannelOp::inquire_refund, request);
  EXPECT_EQ(found.ending, Ending::approved);
  EXPECT_EQ(found.amount, request.amount);
}

/// What names a payment's transaction for each of them would look like one refund made twice.
TEST_P(ChannelContract, TwoRefundsOfOnePaymentDoNotShareATransaction) {
  const auto payment = paid("01JD0000000000000000000000A01");
  std::vector<std::string> named;
  for (const auto* number : {"01JD0000000000000000000000R01", "01JD0000000000000000000000R02"}) {
    auto request = twin->refund(number, payment, Fate::paid);
    request.amount.amount /= 4;
    call(request);
    const auto found = ask(ChannelOp::inquire_refund, request);
    ASSERT_EQ(found.ending, Ending::approved);
    if (!found.channel_transaction.empty()) named.push_back(found.channel_transaction);
  }
  EXPECT_TRUE(named.empty() || named[0] != named[1]) << named[0];
}

TEST_P(ChannelContract, RefundRepeatedUnderItsNumberIsOneRefund) {
  const auto payment = paid("01JD0000000000000000000000A01");
  const auto request = twin->refund("01JD0000000000000000000000R01", payment, Fate::paid);
  EXPECT_EQ(call(request).channel_transaction, call(request).channel_transaction);
}

TEST_P(ChannelContract, RefundIsPendingThenFoundApproved) {
  const auto payment = paid("01JD0000000000000000000000A01");
  const auto request = twin->refund("01JD0000000000000000000000R01", payment, Fate::refund_pending);
  EXPECT_EQ(call(request).ending, Ending::pending);
  EXPECT_EQ(ask(ChannelOp::inquire_refund, request).ending, Ending::pending);
  twin->turn(1h);
  twin->callbacks();
  EXPECT_EQ(ask(ChannelOp::inquire_refund, request).ending, Ending::approved);
}

TEST_P(ChannelContract, RefundIsDeclinedWithACodeWhenRejected) {
  const auto payment = paid("01JD0000000000000000000000A01");
  const auto request = twin->refund("01JD0000000000000000000000R01", payment, Fate::refund_rejected);
  const auto answer = call(request);
  EXPECT_EQ(answer.ending, Ending::declined);
  EXPECT_FALSE(answer.code.empty());
  if (twin->has(Trait::remembers_rejections)) {
    EXPECT_EQ(ask(ChannelOp::inquire_refund, request).ending, Ending::declined);
  }
}

TEST_P(ChannelContract, RefundIsDeclinedBeyondWhatWasReceivedAndBeforeAnythingWas) {
  const auto payment = paid("01JD0000000000000000000000A01");
  auto too_much = twin->refund("01JD0000000000000000000000R01", payment, Fate::paid);
  too_much.amount.amount = payment.amount.amount + 100;
  EXPECT_EQ(call(too_much).ending, Ending::declined);
  const auto unpaid = twin->payment("01JD0000000000000000000000A02", Fate::unpaid);
  call(unpaid);
  EXPECT_EQ(call(twin->refund("01JD0000000000000000000000R02", unpaid, Fate::paid)).ending, Ending::declined);
}

TEST_P(ChannelContract, InquireAboutARefundNeverSentSaysSo) {
  const auto payment = paid("01JD0000000000000000000000A01");
  const auto answer =
      ask(ChannelOp::inquire_refund, twin->refund("01JD0000000000000000000000R01", payment, Fate::paid));
  EXPECT_TRUE(answer.number_unknown);
  EXPECT_EQ(answer.ending, Ending::silent);
}

// --- every op: what cannot be believed is silence ----------------------------------------------------

TEST_P(ChannelContract, EveryOpIsNotSentWhenRefusedOrBusy) {
  for (const auto op : every_op) {
    const auto request = healthy(op);
    twin->ail(Ailment::refuse, op);
    const auto refused = call(request);
    EXPECT_EQ(refused.ending, Ending::not_sent) << name_of(op);
    EXPECT_EQ(refused.transport, Transport::not_sent) << name_of(op);
    EXPECT_EQ(refused.scope, FaultScope::local) << name_of(op);
    twin->ail(Ailment::busy, op);
    const auto busy = call(request);
    EXPECT_EQ(busy.ending, Ending::not_sent) << name_of(op);
    EXPECT_EQ(busy.transport, Transport::answered) << name_of(op);
  }
}

TEST_P(ChannelContract, EveryOpIsSilentWithoutAnAnswer) {
  for (const auto op : every_op)
    for (const auto ailment : {Ailment::hang, Ailment::cut, Ailment::late}) {
      if (!twin->can_ail(ailment, op)) continue;
      const auto request = healthy(op);
      twin->ail(ailment, op);
      const auto answer = call(request);
      EXPECT_EQ(answer.ending, Ending::silent) << name_of(op) << static_cast<int>(ailment);
      EXPECT_EQ(answer.transport, Transport::unknown);
      EXPECT_FALSE(answer.authentic);
    }
}

TEST_P(ChannelContract, EveryOpIsSilentWhenTheAnswerCannotBeBelieved) {
  for (const auto op : every_op)
    for (const auto ailment : {Ailment::server_error, Ailment::executed_5xx, Ailment::forged, Ailment::not_signed,
                               Ailment::unknown_key, Ailment::stale, Ailment::broken, Ailment::other_number}) {
      if (!twin->can_ail(ailment, op)) continue;
      const auto request = healthy(op);
      twin->ail(ailment, op);
      const auto answer = call(request);
      EXPECT_EQ(answer.ending, Ending::silent) << name_of(op) << static_cast<int>(ailment);
      EXPECT_EQ(answer.transport, Transport::answered);
      EXPECT_FALSE(answer.amount.has_value());
      EXPECT_FALSE(answer.number_unknown);
    }
}

TEST_P(ChannelContract, ASuccessThatDoesNotSayHowMuchIsSilent) {
  for (const auto op : {ChannelOp::inquire, ChannelOp::refund, ChannelOp::inquire_refund}) {
    if (!twin->can_ail(Ailment::amount_missing, op)) continue;
    const auto request = healthy(op);
    twin->ail(Ailment::amount_missing, op);
    EXPECT_EQ(call(request).ending, Ending::silent) << name_of(op);
  }
}

TEST_P(ChannelContract, WithoutTimeLeftNothingIsSent) {
  const auto request = twin->payment("01JD0000000000000000000000A01", Fate::paid);
  EXPECT_EQ(call(request, 0ms).ending, Ending::not_sent);
  EXPECT_EQ(ask(ChannelOp::inquire, request).number_unknown, twin->has(Trait::knows_its_numbers));
}

// --- callbacks ---------------------------------------------------------------------------------------

TEST_P(ChannelContract, ACallbackReadsAsAnInquiryWould) {
  SKIP_UNLESS(calls_back);
  const auto request = paid("01JD0000000000000000000000A01");
  ASSERT_EQ(heard.size(), 1u);
  const auto callback = twin->channel().hear(heard[0]);
  EXPECT_EQ(callback.refusal, "");
  EXPECT_EQ(callback.op, ChannelOp::inquire);
  EXPECT_EQ(callback.number, request.number);
  EXPECT_EQ(callback.answer.ending, Ending::approved);
  EXPECT_EQ(callback.answer.amount, request.amount);
  EXPECT_EQ(callback.answer.channel_transaction, ask(ChannelOp::inquire, request).channel_transaction);
  EXPECT_EQ(callback.exchange.direction, "in");
  EXPECT_EQ(callback.exchange.number, request.number);
  expect_no_secret(callback.exchange);
}

TEST_P(ChannelContract, ACallbackAboutARefundReadsAsItsInquiryWould) {
  SKIP_UNLESS(calls_back);
  SKIP_UNLESS(tells_of_refunds);
  const auto payment = paid("01JD0000000000000000000000A01");
  const auto request = twin->refund("01JD0000000000000000000000R01", payment, Fate::refund_pending);
  call(request);
  twin->turn(1h);
  const auto due = twin->callbacks();
  ASSERT_EQ(due.size(), 1u);
  const auto callback = twin->channel().hear(due[0]);
  EXPECT_EQ(callback.op, ChannelOp::inquire_refund);
  EXPECT_EQ(callback.number, request.number);
  EXPECT_EQ(callback.answer.ending, Ending::approved);
  EXPECT_EQ(callback.answer.amount, request.amount);
}

TEST_P(ChannelContract, ACallbackAboutAFailureIsADecline) {
  SKIP_UNLESS(calls_back);
  SKIP_UNLESS(tells_of_failures);
  paid("01JD0000000000000000000000A01", Fate::fails);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(twin->channel().hear(heard[0]).answer.ending, Ending::declined);
}

TEST_P(ChannelContract, ACallbackHeardTwiceIsReadTwiceAlike) {
  SKIP_UNLESS(calls_back);
  paid("01JD0000000000000000000000A01");
  ASSERT_EQ(heard.size(), 1u);
  const auto first = twin->channel().hear(heard[0]), second = twin->channel().hear(heard[0]);
  EXPECT_EQ(second.refusal, "");
  EXPECT_EQ(first.answer.channel_transaction, second.answer.channel_transaction);
}

TEST_P(ChannelContract, ACallbackThatWasTamperedWithIsRefused) {
  SKIP_UNLESS(calls_back);
  paid("01JD0000000000000000000000A01");
  ASSERT_EQ(heard.size(), 1u);
  const struct {
    Tampering tampering;
    const char* refusal;
  } expected[] = {
      {Tampering::other_key, "bad_signature"},
      {Tampering::unknown_key, "unknown_key"},
      {Tampering::stale, "stale"},
      {Tampering::truncated, "bad_signature"},
      {Tampering::amount_changed, "bad_signature"},
      {Tampering::not_signed, "bad_signature"},
      {Tampering::other_merchant, "wrong_merchant"},
      {Tampering::not_protocol, "malformed"},
  };
  for (const auto& [tampering, refusal] : expected) {
    if (!twin->can_tamper(tampering)) continue;
    const auto callback = twin->channel().hear(twin->tamper(heard[0], tampering));
    EXPECT_EQ(callback.refusal, refusal);
    EXPECT_EQ(callback.number, "") << "nothing of it may be believed";
    EXPECT_EQ(callback.answer.ending, Ending::silent);
    EXPECT_EQ(callback.exchange.outcome, refusal);
    expect_no_secret(callback.exchange);
  }
}

TEST_P(ChannelContract, OnlyATakenCallbackIsAcknowledgedWith2xx) {
  SKIP_UNLESS(calls_back);
  EXPECT_EQ(twin->channel().acknowledge(Reception::taken).status / 100, 2);
  EXPECT_NE(twin->channel().acknowledge(Reception::refused).status / 100, 2);
  EXPECT_NE(twin->channel().acknowledge(Reception::again).status / 100, 2);
}

// --- masking -----------------------------------------------------------------------------------------

TEST_P(ChannelContract, NoCardNumberIsWrittenDown) {
  auto request = twin->payment("01JD0000000000000000000000A01", Fate::paid);
  request.subject = "card 4111 1111 1111 1111\r\nand 5555555555554444";
  const auto answer = call(request);
  EXPECT_EQ(answer.exchange.request.find("4111 1111 1111 1111"), std::string::npos);
  EXPECT_EQ(answer.exchange.request.find("5555555555554444"), std::string::npos);
  EXPECT_NE(answer.exchange.request.find("411111******1111"), std::string::npos);
  EXPECT_NE(answer.exchange.request.find("555555******4444"), std::string::npos);
}

}  // namespace tael::testing
