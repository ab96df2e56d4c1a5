// The simulated institutions are as hard as what they play: what they let pass is found by nobody else.
#include "adapters/channels/wechat_v2/wechat_v2_signature.hpp"
#include "tests/adapters/channels/alipay_twin.hpp"
#include "tests/adapters/channels/stripe_twin.hpp"
#include "tests/adapters/channels/wechat_v2_twin.hpp"
#include "tests/adapters/channels/wechat_v3_twin.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tael::testing {
namespace {

const std::string number = "01JD0000000000000000000000A01", refund_number = "01JD0000000000000000000000R01";

ChannelAnswer ask(InstitutionTwin& twin, ChannelOp op, ChannelRequest request) {
  request.op = op;
  ChannelAnswer answer;
  twin.channel().call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  return answer;
}

/// 500.00 that were paid.
ChannelRequest paid(InstitutionTwin& twin) {
  const auto payment = twin.payment(number, Fate::paid);
  ask(twin, ChannelOp::pay, payment);
  twin.turn(1h);
  twin.callbacks();
  return payment;
}

void expect_says(const ChannelAnswer& answer, std::initializer_list<std::string_view> members) {
  for (const auto member : members)
    EXPECT_NE(answer.exchange.response.find(member), std::string::npos) << member << " in " << answer.exchange.response;
}

template <class Twin>
void refuse_a_refund_of_another_total(Twin twin) {
  auto refund = twin.refund(refund_number, paid(twin), Fate::paid);
  refund.total.amount += 1;
  EXPECT_EQ(ask(twin, ChannelOp::refund, refund).ending, Ending::declined);
  refund.total.amount -= 1;
  EXPECT_NE(ask(twin, ChannelOp::refund, refund).ending, Ending::declined);
}

TEST(SimulatedWechat, RefusesARefundWhoseTotalIsNotTheOrders) {
  refuse_a_refund_of_another_total<WechatV3Twin>(WechatV3Twin{});
  refuse_a_refund_of_another_total<WechatV2Twin>(WechatV2Twin{});
}

TEST(SimulatedWechat, SaysRefundOfAnOrderThatHasOneAndItStillReadsAsPaid) {
  WechatV3Twin v3;
  WechatV2Twin v2;
  for (InstitutionTwin* twin : {static_cast<InstitutionTwin*>(&v3), static_cast<InstitutionTwin*>(&v2)}) {
    const auto payment = paid(*twin);
    ask(*twin, ChannelOp::refund, twin->refund(refund_number, payment, Fate::paid));
    const auto answer = ask(*twin, ChannelOp::inquire, payment);
    EXPECT_EQ(answer.code, "REFUND");
    EXPECT_EQ(answer.ending, Ending::approved);
    EXPECT_EQ(answer.amount, payment.amount);
  }
}

TEST(SimulatedWechat, PutsAllThatIsRequiredIntoARefundsAnswers) {
  WechatV3Twin v3;
  const auto refund = v3.refund(refund_number, paid(v3), Fate::paid);
  for (const auto op : {ChannelOp::refund, ChannelOp::inquire_refund})
    expect_says(ask(v3, op, refund),
                {"refund_id", "transaction_id", "out_trade_no", "user_received_account", "create_time", "payer_total",
                 "settlement_refund", "settlement_total", "discount_refund", "\"total\":50000"});
  WechatV2Twin v2;
  const auto older = v2.refund(refund_number, paid(v2), Fate::paid);
  expect_says(ask(v2, ChannelOp::refund, older), {"transaction_id", "out_trade_no", "<total_fee>", "<cash_fee>"});
  expect_says(ask(v2, ChannelOp::inquire_refund, older),
              {"transaction_id", "out_trade_no", "<total_fee>", "refund_channel_0", "refund_recv_accout_0",
               "refund_success_time_0"});
}

TEST(SimulatedWechat, GivesBackABarCodeThatWasPaidAndIsReversed) {
  WechatV2Twin twin{"code"};
  const auto payment = twin.payment(number, Fate::paid);
  EXPECT_EQ(ask(twin, ChannelOp::pay, payment).ending, Ending::approved);
  EXPECT_EQ(ask(twin, ChannelOp::close, payment).ending, Ending::approved);
  const auto* known = twin.institution.book().find_payment(number);
  EXPECT_EQ(known->returned, known->received);
  const auto after = ask(twin, ChannelOp::inquire, payment);
  EXPECT_EQ(after.code, "REVOKED");
  EXPECT_EQ(after.ending, Ending::declined);
  EXPECT_EQ(ask(twin, ChannelOp::close, payment).ending, Ending::approved) << "a repeat of it changes nothing";
  EXPECT_EQ(twin.institution.book().lines().size(), 2u);
}

TEST(SimulatedAlipay, ClosesATradeOfWhichAllWentBackAndItStillReadsAsPaid) {
  AlipayTwin twin;
  const auto payment = paid(twin);
  auto half = twin.refund(refund_number, payment, Fate::paid);
  half.amount.amount = payment.amount.amount / 2;
  EXPECT_EQ(ask(twin, ChannelOp::refund, half).ending, Ending::approved);
  EXPECT_EQ(ask(twin, ChannelOp::inquire, payment).code, "TRADE_SUCCESS");
  half.number = "01JD0000000000000000000000R02";
  EXPECT_EQ(ask(twin, ChannelOp::refund, half).ending, Ending::approved);
  const auto answer = ask(twin, ChannelOp::inquire, payment);
  expect_says(answer, {"TRADE_CLOSED", "send_pay_date"});
  EXPECT_EQ(answer.ending, Ending::approved);
  EXPECT_EQ(answer.amount, payment.amount);
}

TEST(SimulatedAlipay, SaysOfARepeatedRefundThatItMovedNothing) {
  AlipayTwin twin;
  const auto refund = twin.refund(refund_number, paid(twin), Fate::paid);
  expect_says(ask(twin, ChannelOp::refund, refund), {R"("fund_change":"Y")"});
  const auto repeat = ask(twin, ChannelOp::refund, refund);
  expect_says(repeat, {R"("fund_change":"N")"});
  EXPECT_EQ(repeat.ending, Ending::pending) << "whoever was not told the first time has to ask";
  EXPECT_EQ(ask(twin, ChannelOp::inquire_refund, refund).ending, Ending::approved);
}

TEST(SimulatedAlipay, GivesBackABarCodeThatWasPaidAndIsCancelled) {
  AlipayTwin twin{"code"};
  const auto payment = twin.payment(number, Fate::paid);
  EXPECT_EQ(ask(twin, ChannelOp::pay, payment).ending, Ending::approved);
  const auto cancelled = ask(twin, ChannelOp::close, payment);
  EXPECT_EQ(cancelled.ending, Ending::approved);
  expect_says(cancelled, {R"("action":"refund")"});
  const auto* known = twin.institution.book().find_payment(number);
  EXPECT_EQ(known->returned, known->received);
}

/// What Stripe answers to a form, by its own words.
InstitutionReply post(StripeTwin& twin, const std::string& path, const std::string& form, const std::string& key) {
  return twin.institution.handle(
      {"POST", path, {{"authorization", "Bearer sk_test_judge_0001"}, {"idempotency-key", key}}, form}, twin.now());
}
bool is_replayed(const InstitutionReply& reply) {
  return std::ranges::find(reply.headers, std::pair<std::string, std::string>{"idempotent-replayed", "true"}) !=
         reply.headers.end();
}

TEST(SimulatedStripe, SaysOfARepeatThatItIsOneAndRefusesAKeyForAnotherCall) {
  StripeTwin twin;
  const std::string form = "amount=50000&currency=cny&metadata[number]=" + number;
  EXPECT_FALSE(is_replayed(post(twin, "/v1/payment_intents", form, number)));
  EXPECT_TRUE(is_replayed(post(twin, "/v1/payment_intents", form, number)));
  const auto other = post(twin, "/v1/payment_intents", form + "&description=x", number);
  EXPECT_EQ(other.status, 400);
  EXPECT_NE(other.body.find("idempotency_error"), std::string::npos) << other.body;
}

TEST(SimulatedStripe, RefusesAParameterThatItDoesNotKnow) {
  StripeTwin twin;
  const auto reply = post(twin, "/v1/payment_intents", "amount=50000&currency=cny&decription=x", number);
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("parameter_unknown"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find("decription"), std::string::npos) << reply.body;
}

TEST(SimulatedStripe, KeepsAndMergesMetadata) {
  StripeTwin twin;
  post(twin, "/v1/payment_intents",
       "amount=50000&currency=cny&metadata[number]=" + number + "&metadata[a]=1&metadata[b]=2", number);
  const auto reply = post(twin, "/v1/payment_intents/pi_" + number, "metadata[b]=3&metadata[a]=", "other");
  EXPECT_NE(reply.body.find("\"b\":\"3\""), std::string::npos) << reply.body;
  EXPECT_EQ(reply.body.find("\"a\""), std::string::npos) << reply.body;
}

}  // namespace
}  // namespace tael::testing
