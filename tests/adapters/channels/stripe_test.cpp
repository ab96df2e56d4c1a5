#include "adapters/channels/stripe/stripe_steps.hpp"
#include "tests/adapters/channels/channel_contract.hpp"
#include "tests/adapters/channels/golden.hpp"
#include "tests/adapters/channels/says_anything.hpp"
#include "tests/adapters/channels/stripe_twin.hpp"

namespace tael::testing {

INSTANTIATE_TEST_SUITE_P(Stripe, ChannelContract, ::testing::Values(&make_stripe_twin));

namespace {

constexpr auto number = "01JD0000000000000000000000A01";

ChannelAnswer call(StripeTwin& twin, const ChannelRequest& request) {
  ChannelAnswer answer;
  twin.channel().call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  return answer;
}

TEST(StripeWebhook, VerifiesTheGoldenValueAndEitherSecretOfARoll) {
  const StripeVerifier verifier{{golden("stripe_webhook", "secret")}};
  const RawCallback callback{"/c",
                             {{"stripe-signature", golden("stripe_webhook", "header")}},
                             golden("stripe_webhook", "body"),
                             from_unix_ms(1'700'000'000'000)};
  EXPECT_EQ(verifier.refuses(callback), "");
  auto rolled = callback;
  rolled.headers[0].second =
      "t=1700000000,v1=" + std::string(64, '0') + "," + golden("stripe_webhook", "header").substr(13) + ",v0=x";
  EXPECT_EQ(verifier.refuses(rolled), "") << "any v1 that matches";
  rolled.headers.push_back(rolled.headers[0]);
  EXPECT_EQ(verifier.refuses(rolled), "bad_signature") << "twice in the headers is no signature";
  const StripeVerifier next{{"whsec_other"}};
  EXPECT_EQ(next.refuses(callback), "bad_signature");
}

TEST(StripeIntent, CarriesOurNumberAsIdempotencyKeyAndMetadata) {
  SaysAnything client{[](const HttpCall&) { return HttpAnswer{}; }};
  HandClock clock;
  const auto channel = make_stripe_channel(StripeTwin::options(), client, clock);
  StripeTwin twin;
  const auto request = twin.payment(number, Fate::paid);
  channel->call(request, 8s, [](const ChannelAnswer&) {});
  const auto has = [&](const char* name, const std::string& value) {
    return std::ranges::find(client.sent.headers, std::pair<std::string, std::string>{name, value}) !=
           client.sent.headers.end();
  };
  EXPECT_TRUE(has("Idempotency-Key", number));
  EXPECT_TRUE(has("Stripe-Version", stripe_version));
  EXPECT_NE(client.sent.body.find("metadata%5Bnumber%5D=" + std::string{number}), std::string::npos);
  EXPECT_NE(client.sent.body.find("amount=50000&currency=cny"), std::string::npos);
}

TEST(StripeIntent, WhoseAnswerWasLostIsFoundByItsMetadata) {
  StripeTwin twin;
  auto request = twin.payment(number, Fate::paid);
  request.channel_transaction.clear();
  twin.ail(Ailment::cut, ChannelOp::pay);
  EXPECT_EQ(call(twin, request).ending, Ending::silent);
  request.op = ChannelOp::inquire;
  const auto found = call(twin, request);
  EXPECT_EQ(found.ending, Ending::pending);
  EXPECT_EQ(found.channel_transaction, "pi_" + std::string{number});
  auto other = twin.payment("01JD0000000000000000000000A02", Fate::paid);
  other.channel_transaction.clear();
  other.op = ChannelOp::inquire;
  EXPECT_TRUE(call(twin, other).number_unknown);
}

TEST(StripeIntent, OfASavedCardIsDeclinedAtOnce) {
  StripeTwin twin{"saved"};
  const auto answer = call(twin, twin.payment(number, Fate::refused));
  EXPECT_EQ(answer.ending, Ending::declined);
  EXPECT_EQ(answer.code, "card_declined");
}

TEST(StripeRefunds, OfOnePaymentAreToldApart) {
  StripeTwin twin;
  const auto payment = twin.payment(number, Fate::paid);
  call(twin, payment);
  twin.turn(1h);
  twin.callbacks();
  auto first = twin.refund("01JD0000000000000000000000R01", payment, Fate::paid);
  auto second = twin.refund("01JD0000000000000000000000R02", payment, Fate::paid);
  call(twin, first), call(twin, second);
  first.op = ChannelOp::inquire_refund;
  EXPECT_EQ(call(twin, first).channel_transaction, "re_01JD0000000000000000000000R01");
}

TEST(StripeWebhook, AboutWhatIsNotOursIsTakenAndForgotten) {
  StripeTwin twin;
  call(twin, twin.payment(number, Fate::paid));
  twin.turn(1h);
  auto callback = twin.callbacks().at(0);
  const StripeParser parser{"acct_1"};
  replace(callback.body, "\"metadata\":{\"number\":\"" + std::string{number} + "\"}", "\"metadata\":{}");
  EXPECT_TRUE(parser.parse(callback).ignorable);
}

}  // namespace
}  // namespace tael::testing
