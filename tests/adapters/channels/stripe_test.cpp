#include "adapters/channels/stripe/stripe_steps.hpp"
#include "adapters/channels/stripe/stripe_units.hpp"
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

/// As an order asks whose create was sent and never answered.
ChannelRequest unheard(StripeTwin& twin, const std::string& known_as) {
  auto request = twin.payment(known_as, Fate::paid);
  request.channel_transaction.clear();
  request.sent_at = twin.clock.now();
  request.is_wanted = true;
  return request;
}

HttpCall sent_for(const ChannelRequest& request, HandClock& clock) {
  SaysAnything client{[](const HttpCall&) { return HttpAnswer{}; }};
  make_stripe_channel(StripeTwin::options(), client, clock)->call(request, 8s, [](const ChannelAnswer&) {});
  return client.sent;
}

TEST(StripeIntent, WhoseAnswerWasLostIsAskedForByTheSameBytesUnderTheSameKey) {
  StripeTwin twin{"saved"};
  auto request = unheard(twin, number);
  const auto first = sent_for(request, twin.clock);
  twin.turn(31min);
  request.op = ChannelOp::inquire;
  const auto repeat = sent_for(request, twin.clock);
  EXPECT_EQ(repeat.method, "POST");
  EXPECT_EQ(repeat.url, first.url);
  EXPECT_EQ(repeat.body, first.body);
  EXPECT_EQ(repeat.headers, first.headers);
}

TEST(StripeIntent, ChargedInSilenceIsFoundWhileTheIndexLagsAndIsNotChargedAgain) {
  StripeTwin twin{"saved"};
  auto request = unheard(twin, number);
  twin.ail(Ailment::cut, ChannelOp::pay);
  EXPECT_EQ(call(twin, request).ending, Ending::silent);
  twin.institution.faults().add({Fault::index_lags, "", std::nullopt, -1, std::nullopt});
  request.op = ChannelOp::inquire;
  const auto found = call(twin, request);
  EXPECT_EQ(found.ending, Ending::approved);
  EXPECT_EQ(found.amount, request.amount);
  EXPECT_EQ(found.channel_transaction, "pi_" + std::string{number});
  EXPECT_EQ(twin.institution.book().totals().at(cny).payments, 1);
}

TEST(StripeIntent, TheSearchDoesNotFindIsNoProofThatItWasNotCharged) {
  StripeTwin twin{"saved"};
  auto request = unheard(twin, number);
  request.op = ChannelOp::inquire;
  request.inquiries = 1;
  const auto missing = call(twin, request);
  EXPECT_EQ(missing.ending, Ending::silent);
  EXPECT_FALSE(missing.number_unknown);
}

TEST(StripeIntent, WhoseKeyMayBeForgottenIsNotRepeatedAndChargedASecondTime) {
  StripeTwin twin{"saved"};
  auto request = unheard(twin, number);
  twin.ail(Ailment::cut, ChannelOp::pay);
  call(twin, request);
  twin.turn(25h);
  request.op = ChannelOp::inquire;
  EXPECT_EQ(call(twin, request).ending, Ending::approved) << "the search finds it by now";
  EXPECT_EQ(twin.institution.book().totals().at(cny).payments, 1);
  request.op = ChannelOp::pay;
  call(twin, request);
  EXPECT_EQ(twin.institution.book().totals().at(cny).payments, 2) << "what a repeat would have come to";
}

TEST(StripeIntent, NobodyWaitsForIsSearchedForAndNotCharged) {
  StripeTwin twin{"saved"};
  auto request = unheard(twin, number);
  request.op = ChannelOp::inquire;
  request.is_wanted = false;
  EXPECT_EQ(call(twin, request).ending, Ending::silent);
  EXPECT_TRUE(twin.institution.book().totals().empty());
}

TEST(StripeIntent, WhoseStoredAnswerIsA500IsFoundByItsMetadata) {
  StripeTwin twin{"saved"};
  auto request = unheard(twin, number);
  twin.institution.faults().add({Fault::answer_5xx, "", ChannelOp::pay, -1, std::nullopt});
  EXPECT_EQ(call(twin, request).ending, Ending::silent);
  request.op = ChannelOp::inquire;
  EXPECT_EQ(call(twin, request).ending, Ending::silent);
  request.inquiries = 1;
  EXPECT_EQ(call(twin, request).ending, Ending::approved);
}

TEST(StripeIntent, ThatWasGivenAnIdAndIsGoneIsNotTakenForNeverCharged) {
  StripeTwin twin{"saved"};
  auto request = unheard(twin, number);
  request.op = ChannelOp::inquire;
  request.channel_transaction = "pi_of_another_account";
  const auto gone = call(twin, request);
  EXPECT_EQ(gone.ending, Ending::silent);
  EXPECT_FALSE(gone.number_unknown);
  EXPECT_FALSE(gone.alert.empty());
}

struct Counted {
  const char* currency;
  std::int64_t amount;  ///< ISO 4217's minor units.
  std::int64_t units;   ///< Stripe's; 0: it has none for this.
};
class StripeUnits : public ::testing::TestWithParam<Counted> {};

TEST_P(StripeUnits, AreNotTheMinorUnitsOfIso4217) {
  const auto& [code, amount, units] = GetParam();
  const Money money{amount, *Currency::parse(code)};
  EXPECT_EQ(to_stripe_units(money), units == 0 ? std::nullopt : std::optional{units});
  if (units != 0) {
    EXPECT_EQ(from_stripe_units(units, money.currency), money);
  }
}

TEST_P(StripeUnits, AreWhatTheInstitutionChargesByItsOwnTable) {
  const auto& [code, amount, units] = GetParam();
  StripeTwin twin{"saved"};
  auto request = unheard(twin, number);
  request.amount = request.total = {amount, *Currency::parse(code)};
  const auto answer = call(twin, request);
  if (units == 0) {
    EXPECT_EQ(answer.ending, Ending::declined);
    EXPECT_EQ(answer.code, "amount_not_exact");
    EXPECT_EQ(answer.transport, Transport::not_sent);
    return;
  }
  EXPECT_EQ(answer.amount, request.amount);
  EXPECT_EQ(twin.institution.book().totals().at(request.amount.currency).received, amount);
  request.channel_transaction = answer.channel_transaction;
  auto refund = twin.refund("01JD0000000000000000000000R01", request, Fate::paid);
  refund.amount = request.amount;
  EXPECT_EQ(call(twin, refund).amount, request.amount);
  EXPECT_EQ(twin.institution.book().totals().at(request.amount.currency).refunded, amount);
  twin.turn(1h);
  const auto heard = twin.callbacks();
  ASSERT_EQ(heard.size(), 2u);
  for (const auto& callback : heard) EXPECT_EQ(twin.channel().hear(callback).answer.amount, request.amount);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Currencies, StripeUnits, ::testing::Values(
    Counted{"ISK", 2'500, 250'000}, Counted{"UGX", 2'500, 250'000}, Counted{"JPY", 2'500, 2'500},
    Counted{"KRW", 2'500, 2'500},   Counted{"CLP", 2'500, 2'500},   Counted{"MGA", 2'500, 25},
    Counted{"MGA", 2'550, 0},       Counted{"KWD", 2'500, 2'500},   Counted{"KWD", 2'505, 0},
    Counted{"BHD", 2'530, 2'530},   Counted{"TND", 2'539, 0},       Counted{"HUF", 2'550, 2'550},
    Counted{"TWD", 2'550, 2'550},   Counted{"EUR", 2'550, 2'550},   Counted{"CLF", 2'500, 0},
    Counted{"IQD", 2'500, 0},       Counted{"UYI", 2'500, 0}),
    [](const auto& tested) { return tested.param.currency + std::to_string(tested.param.amount); });
// clang-format on

TEST(StripeUnits, TheirStepsAreOfMinorUnits) {
  EXPECT_EQ(stripe_step(Currency::of("MGA")), 100);
  EXPECT_EQ(stripe_step(Currency::of("KWD")), 10);
  EXPECT_EQ(stripe_step(Currency::of("ISK")), 1);
  EXPECT_EQ(stripe_step(Currency::of("EUR")), 1);
  EXPECT_EQ(stripe_step(Currency::of("UYW")), std::nullopt);
}

TEST(StripeUnits, ThatAreNoWholeMinorUnitsAreNotRounded) {
  EXPECT_EQ(from_stripe_units(250'050, Currency::of("ISK")), std::nullopt);
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

TEST(StripeRefunds, ThatCannotBeAskedAboutAreNotTakenForRejected) {
  StripeTwin twin;
  auto refund = twin.refund("01JD0000000000000000000000R01", twin.payment(number, Fate::paid), Fate::paid);
  refund.channel_transaction.clear();
  refund.op = ChannelOp::inquire_refund;
  EXPECT_EQ(call(twin, refund).ending, Ending::silent);
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
