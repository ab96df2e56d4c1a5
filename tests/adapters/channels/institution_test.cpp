// The institution's own manners, seen through its channel: what each magic amount does, what its book
// says, and that its control API does what an operator asks.
#include "tests/adapters/channels/http_json_twin.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace tael::testing {
namespace {

constexpr auto number = "01JD0000000000000000000000A01";
constexpr auto refund_number_1 = "01JD0000000000000000000000R01";

class InstitutionTest : public ::testing::Test {
 protected:
  ChannelRequest request_of(std::int64_t amount, std::string method = "wallet") {
    auto request = twin.payment(number, Fate::paid);
    request.amount = {amount, cny};
    request.method = std::move(method);
    return request;
  }
  ChannelAnswer call(ChannelRequest request, ChannelOp op = ChannelOp::pay) {
    request.op = op;
    ChannelAnswer answer;
    twin.channel().call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
    return answer;
  }
  /// Turns the clock in small steps for `time` and hears every callback on arrival; nobody acknowledges
  /// unless `acknowledge`.
  std::vector<Callback> hear(Duration time, bool acknowledge = true) {
    std::vector<Callback> heard;
    for (const auto until = twin.now() + time; twin.now() < until; twin.turn(100ms))
      for (const auto& callback : twin.institution.tick(twin.now())) {
        heard.push_back(twin.channel().hear(arrived(callback, twin.now())));
        twin.institution.callback_answered(callback.id, acknowledge, twin.now());
      }
    return heard;
  }
  InstitutionReply control(const std::string& method, const std::string& target, const std::string& body = "") {
    return twin.institution.handle({method, target, {}, body}, twin.now());
  }
  InstitutionTotal total() { return twin.institution.book().totals().at(cny); }

  HttpJsonTwin twin;
};

TEST_F(InstitutionTest, PayerPaysAndTheBookSaysSo) {
  EXPECT_EQ(call(request_of(10'000)).ending, Ending::pending);
  const auto heard = hear(5s);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].answer.ending, Ending::approved);
  EXPECT_EQ(total().received, 10'000);
  EXPECT_EQ(total().payments, 1);
}

TEST_F(InstitutionTest, UnacknowledgedCallbacksClimbTheLadderAndStop) {
  call(request_of(10'000));
  EXPECT_EQ(hear(10min, false).size(), 1 + InstitutionDelays{}.callback_ladder.size());
  EXPECT_FALSE(twin.institution.next_due().has_value());
}

TEST_F(InstitutionTest, LostCallbackIsFoundByInquiry) {
  call(request_of(10'004));
  EXPECT_TRUE(hear(10min).empty());
  EXPECT_EQ(call(request_of(10'004), ChannelOp::inquire).ending, Ending::approved);
}

TEST_F(InstitutionTest, RepeatedCallbackComesThreeTimesAlike) {
  call(request_of(10'005));
  const auto heard = hear(10s);
  ASSERT_EQ(heard.size(), 3u);
  for (const auto& callback : heard)
    EXPECT_EQ(callback.answer.channel_transaction, heard[0].answer.channel_transaction);
}

TEST_F(InstitutionTest, EarlyCallbackIsDueBeforeTheAnswerArrives) {
  twin.channel().call(request_of(10'006), 8s, [&](const ChannelAnswer& answer) {
    ASSERT_TRUE(twin.institution.next_due().has_value());
    EXPECT_LT(*twin.institution.next_due(), twin.now() + answer.took);
  });
  EXPECT_EQ(hear(1s).size(), 1u);
}

TEST_F(InstitutionTest, SpoiledCopyComesBeforeTheRightOne) {
  const struct {
    std::int64_t amount;
    const char* refusal;
  } copies[] = {{10'017, "bad_signature"}, {10'023, "bad_signature"}, {10'027, "stale"}};
  for (const auto& [amount, refusal] : copies) {
    auto request = request_of(amount);
    request.number = attempt_number("01JD0000000000000000000000", static_cast<int>(amount));
    call(request);
    const auto heard = hear(10s);
    ASSERT_EQ(heard.size(), 2u) << amount;
    EXPECT_EQ(heard[0].refusal, refusal);
    EXPECT_EQ(heard[1].refusal, "");
  }
}

TEST_F(InstitutionTest, AnotherAmountIsReallyReceived) {
  call(request_of(10'013));
  const auto heard = hear(5s);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].answer.amount, (Money{10'113, cny}));
  EXPECT_EQ(call(request_of(10'013), ChannelOp::inquire).amount, (Money{10'113, cny}));
  EXPECT_EQ(total().received, 10'113);
}

TEST_F(InstitutionTest, SilentRefundIsFoundByInquiryAndNobodyCalls) {
  const auto payment = request_of(20'000, "balance");
  call(payment);
  hear(5s);
  auto refund = twin.refund(refund_number_1, payment, Fate::paid);
  refund.amount.amount = 10'014;
  EXPECT_EQ(call(refund, ChannelOp::refund).ending, Ending::silent);
  EXPECT_TRUE(hear(1min).empty());
  EXPECT_EQ(call(refund, ChannelOp::inquire_refund).ending, Ending::approved);
  EXPECT_EQ(total().refunded, 10'014);
}

TEST_F(InstitutionTest, RejectedRefundGivesItsMoneyBackToTheRest) {
  const auto payment = request_of(10'015, "balance");
  call(payment);
  auto refund = twin.refund(refund_number_1, payment, Fate::paid);
  refund.amount = payment.amount;
  EXPECT_EQ(call(refund, ChannelOp::refund).ending, Ending::declined);
  refund.number += "2";
  refund.amount.amount = 10'000;
  EXPECT_EQ(call(refund, ChannelOp::refund).ending, Ending::approved);
  EXPECT_EQ(total().refunded, 10'000);
}

TEST_F(InstitutionTest, ExpiredPaymentIsClosedAndCannotBePaid) {
  auto request = request_of(10'000);
  request.expires_at = twin.now() + 500ms;
  call(request);
  EXPECT_TRUE(hear(10s).empty());
  EXPECT_EQ(call(request, ChannelOp::inquire).ending, Ending::declined);
  EXPECT_EQ(control("POST", "/control/pay", R"({"number":"01JD0000000000000000000000A01"})").status, 409);
}

TEST_F(InstitutionTest, PayerOfAnOrderThatTimesOutMayStillPayAfterItsClose) {
  auto request = request_of(10'012);
  request.expires_at = twin.now() + 500ms;
  call(request);
  hear(500ms);
  EXPECT_EQ(call(request, ChannelOp::close).ending, Ending::approved);
  EXPECT_EQ(hear(10s).size(), 1u);
  EXPECT_EQ(total().received, 10'012);
}

TEST_F(InstitutionTest, OffersOnlyItsMethodsAndBanks) {
  EXPECT_EQ(call(request_of(10'000, "cheque")).code, "method_not_offered");
  auto request = request_of(10'000, "card");
  request.bank = "unheard_of";
  EXPECT_EQ(call(request).code, "method_not_offered");
  request.bank = "icbc";
  EXPECT_EQ(call(request).voucher->kind, "redirect");
}

TEST_F(InstitutionTest, RefusesAMerchantThatSignsWrong) {
  auto options = aurora_channel_options();
  options.key.secret = "some-other-secret";
  const auto channel = make_http_json_channel(options, twin.client, twin.clock, twin.dice);
  channel->call(request_of(10'000), 8s, [](const ChannelAnswer& answer) {
    EXPECT_EQ(answer.ending, Ending::declined);
    EXPECT_EQ(answer.code, "bad_signature");
  });
}

TEST_F(InstitutionTest, FaultByHandLastsForItsCountInItsScope) {
  control("POST", "/control/faults", R"({"scope":"card/icbc","mode":"hang","count":1})");
  EXPECT_EQ(call(request_of(10'000)).ending, Ending::pending) << "another method";
  auto request = request_of(10'000, "card");
  request.number = "01JD0000000000000000000000A02";
  request.bank = "boc";
  EXPECT_EQ(call(request).ending, Ending::pending) << "another bank";
  request.number = "01JD0000000000000000000000A03";
  request.bank = "icbc";
  EXPECT_EQ(call(request).ending, Ending::silent);
  EXPECT_EQ(call(request).ending, Ending::pending) << "the count is used up";
}

TEST_F(InstitutionTest, AFaultThatCannotBeMeantIsNotTaken) {
  for (const auto* wrong :
       {R"({"mode":"hang","op":"foo"})", R"({"mode":"hang","count":0})", R"({"mode":"hang","count":-1})",
        R"({"mode":"hang","for_ms":1000,"until":"2030-01-01T00:00:00Z"})", R"({"mode":"hang","until":"soon"})",
        R"({"mode":"hang","for_ms":"1s"})", R"({"mode":"hang","scope":7})", R"({"mode":"hang","times":3})"}) {
    const auto told = control("POST", "/control/faults", wrong);
    EXPECT_EQ(told.status, 400) << wrong;
    EXPECT_NE(told.body.find("wrong_fault"), std::string::npos) << told.body;
  }
  EXPECT_EQ(control("GET", "/control/faults").body, R"({"faults":[]})");
}

TEST_F(InstitutionTest, DeadUntilHealedOrUntilItsTime) {
  control("POST", "/control/faults", R"({"mode":"refuse"})");
  EXPECT_TRUE(twin.institution.refuses_connections(twin.now()));
  EXPECT_EQ(call(request_of(10'000)).ending, Ending::not_sent);
  control("POST", "/control/heal");
  EXPECT_FALSE(twin.institution.refuses_connections(twin.now()));

  control("POST", "/control/faults", R"({"mode":"failed_5xx","for_ms":1000})");
  EXPECT_EQ(call(request_of(10'000)).ending, Ending::silent);
  EXPECT_TRUE(call(request_of(10'000), ChannelOp::inquire).code != "not_found");
  twin.turn(1s);
  EXPECT_EQ(call(request_of(10'000)).ending, Ending::pending);
}

TEST_F(InstitutionTest, OperatorPaysChangesSettingsAndReadsTheBook) {
  EXPECT_EQ(control("POST", "/control/settings", R"({"pay_after_ms":60000,"magic_amounts":false})").status, 200);
  EXPECT_EQ(control("POST", "/control/settings", R"({"pay_aftre_ms":1})").status, 400);
  const auto ladder = control("POST", "/control/settings", R"({"callback_ladder_ms":[100,200]})");
  EXPECT_NE(ladder.body.find(R"("callback_ladder_ms":[100,200])"), std::string::npos);
  EXPECT_EQ(control("POST", "/control/settings", R"({"callback_ladder_ms":[-1]})").status, 400);
  for (const auto* wrong :
       {R"({"pay_after_ms":"x"})", R"({"pay_after_ms":-1})", R"({"magic_amounts":1})", R"({"callback_ladder_ms":7})"}) {
    const auto told = control("POST", "/control/settings", wrong);
    EXPECT_EQ(told.status, 400);
    EXPECT_NE(told.body.find("wrong_setting"), std::string::npos) << "it is known, its value is wrong: " << told.body;
  }
  EXPECT_EQ(call(request_of(10'001)).ending, Ending::pending) << "amounts are no magic any more";
  EXPECT_TRUE(hear(5s).empty());
  EXPECT_EQ(control("POST", "/control/pay", R"({"number":"01JD0000000000000000000000A01"})").status, 200);
  EXPECT_EQ(hear(5s).size(), 1u);
  EXPECT_NE(control("GET", "/control/book").body.find(R"("received":10001)"), std::string::npos);
  const auto payment = control("GET", "/control/payments/01JD0000000000000000000000A01").body;
  EXPECT_NE(payment.find(R"("callbacks_acknowledged":1)"), std::string::npos) << payment;
  EXPECT_EQ(control("POST", "/control/faults", R"({"mode":"haunted"})").status, 400);
}

TEST_F(InstitutionTest, PayerPageShowsTheAmountAndTakesConsent) {
  auto request = request_of(10'011);
  request.subject = "<script>alert(1)</script>";
  const auto voucher = call(request).voucher;
  ASSERT_TRUE(voucher.has_value());
  const auto target = voucher->value.substr(std::string_view{"http://aurora.test"}.size());
  const auto page = control("GET", target);
  EXPECT_NE(page.body.find("100.11 CNY"), std::string::npos) << page.body;
  EXPECT_EQ(page.body.find("<script>"), std::string::npos) << page.body;
  control("POST", target);
  EXPECT_EQ(call(request, ChannelOp::inquire).ending, Ending::approved);
}

TEST_F(InstitutionTest, BillHasALinePerMovementAndASummary) {
  const auto payment = request_of(20'000, "balance");
  call(payment);
  call(twin.refund(refund_number_1, payment, Fate::paid), ChannelOp::refund);
  const auto bill = twin.institution.book().bill(to_rfc3339(twin.now()).substr(0, 10));
  const auto transaction = call(payment, ChannelOp::inquire).channel_transaction;
  EXPECT_NE(bill.find(",pay,01JD0000000000000000000000A01," + transaction + ",20000,CNY,120,paid\n"), std::string::npos)
      << bill;
  EXPECT_NE(bill.find(",10000,CNY,0,refunded\nsummary,CNY,1,20000,1,10000,120,\n"), std::string::npos) << bill;
  EXPECT_EQ(twin.institution.book().bill("1999-01-01").find("summary"), std::string::npos);
}

TEST(MagicAmounts, AreTheOnesInTheReadme) {
  std::ifstream file{TAEL_SOURCE_DIR "/adapters/channels/README.md"};
  const std::string readme{std::istreambuf_iterator<char>{file}, {}};
  for (const auto& row : fault_table) {
    const auto digits = row.digits == 0 ? "" : (row.digits < 10 ? "0" : "") + std::to_string(row.digits) + " ";
    EXPECT_NE(readme.find("| " + digits + "| `" + std::string{row.name} + "` |"), std::string::npos) << row.name;
  }
}

TEST_F(InstitutionTest, SameSeedSameStory) {
  const auto story = [this](HttpJsonTwin& other) {
    std::string told;
    other.channel().call(twin.payment(number, Fate::paid_at_once), 8s,
                         [&](const ChannelAnswer& answer) { told = answer.exchange.response; });
    return told;
  };
  HttpJsonTwin first, second;
  EXPECT_EQ(story(first), story(second));
}

}  // namespace
}  // namespace tael::testing
