#include "adapters/channels/alipay/alipay_bill_text.hpp"
#include "adapters/channels/alipay/alipay_signature.hpp"
#include "adapters/encoding/percent.hpp"
#include "tests/adapters/channels/alipay_twin.hpp"
#include "tests/adapters/channels/channel_contract.hpp"
#include "tests/adapters/channels/golden.hpp"
#include "tests/adapters/channels/says_anything.hpp"
#include "tests/support/test_keys.hpp"

namespace tael::testing {

INSTANTIATE_TEST_SUITE_P(Alipay, ChannelContract, ::testing::Values(&make_alipay_twin));

namespace {

constexpr auto number = "01JD0000000000000000000000A01";

ChannelAnswer call(AlipayTwin& twin, const ChannelRequest& request) {
  ChannelAnswer answer;
  twin.channel().call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  return answer;
}

// --- signatures --------------------------------------------------------------------------------------

TEST(AlipaySignature, OfARequestIsTheGoldenValue) {
  const AlipayParameters parameters{
      {"app_id", "2021000000000001"},
      {"biz_content", R"({"out_trade_no":"A1","total_amount":"88.80","subject":"水 a&b=c %41"})"},
      {"charset", "utf-8"},
      {"empty", ""},
      {"format", "JSON"},
      {"method", "alipay.trade.precreate"},
      {"notify_url", "https://m.example/n"},
      {"sign", "not this"},
      {"sign_type", "RSA2"},
      {"timestamp", "2026-01-02 03:04:05"},
      {"version", "1.0"}};
  EXPECT_EQ(alipay_sign_text(parameters), golden("alipay_request", "sign_text"));
  const auto key = PrivateKey::from_pem(boost::json::value_to<std::string>(golden().at("rsa_private_pem")));
  EXPECT_EQ(key->sign(alipay_sign_text(parameters)), golden("alipay_request", "sign"));
}

HttpAnswer signed_answer(const std::string& inner, const PrivateKey& key, const std::string& more = "") {
  return {Transport::answered,
          200,
          {},
          R"({"alipay_trade_query_response":)" + inner + more + R"(,"sign":")" + key.sign(inner) + "\"}",
          "",
          5ms};
}

TEST(AlipaySignature, IsOverTheExactBytesOfTheInnerObject) {
  AlipayTwin twin;
  const AlipayVerifier verifier{twin.options().alipay_keys};
  const std::string inner = R"({ "code":"10000" , "msg":"a\/b", "x":"\"sign\":\"no\"}" })";
  auto answer = signed_answer(inner, AlipayTwin::alipay_key());
  EXPECT_EQ(verifier.refuses(answer, twin.now()), "");
  replace(answer.body, "a\\/b", "a/b");
  EXPECT_EQ(verifier.refuses(answer, twin.now()), "bad_signature") << "the same text, other bytes";
}

TEST(AlipaySignature, TwoKeysAreGoodDuringARotationAndAStrangersIsNot) {
  AlipayTwin twin;
  const AlipayVerifier verifier{twin.options().alipay_keys};
  EXPECT_EQ(verifier.refuses(signed_answer("{}", AlipayTwin::next_key()), twin.now()), "");
  EXPECT_EQ(verifier.refuses(signed_answer("{}", PrivateKey{test::make_rsa()}), twin.now()), "bad_signature");
  twin.institution.rotate_key();
  EXPECT_EQ(call(twin, twin.payment(number, Fate::paid)).ending, Ending::pending);
}

TEST(AlipaySignature, InCertificateModeOnlyTheNamedKeyCounts) {
  AlipayTwin twin;
  const AlipayVerifier verifier{twin.options().alipay_keys};
  EXPECT_EQ(verifier.refuses(signed_answer("{}", AlipayTwin::alipay_key(), R"(,"alipay_cert_sn":"now")"), twin.now()),
            "");
  EXPECT_EQ(verifier.refuses(signed_answer("{}", AlipayTwin::alipay_key(), R"(,"alipay_cert_sn":"next")"), twin.now()),
            "bad_signature");
  EXPECT_EQ(verifier.refuses(signed_answer("{}", AlipayTwin::alipay_key(), R"(,"alipay_cert_sn":"who")"), twin.now()),
            "unknown_key");
}

TEST(AlipayCertificates, AreNamedByIssuerAndSerial) {
  const auto key = test::make_rsa();
  const auto chain = read_certificates(test::make_certificate(key.get()));
  ASSERT_TRUE(chain);
  // printf 'CN=Tael test,OU=Tests,O=Tael,C=CN1364717726' | md5sum
  EXPECT_EQ(alipay_certificate_sn(chain->front()), "50ef6c0d16a46aa89043b896fc3f6da7");
  EXPECT_EQ(alipay_root_sn({chain->front(), chain->front()}),
            alipay_certificate_sn(chain->front()) + "_" + alipay_certificate_sn(chain->front()));
}

// --- operations --------------------------------------------------------------------------------------

TEST(AlipayPage, CallsNobodyAndSendsTheBrowserWithASignedAddress) {
  AlipayTwin twin{"page"};
  const auto request = twin.payment(number, Fate::paid);
  const auto answer = call(twin, request);
  EXPECT_EQ(answer.ending, Ending::pending);
  EXPECT_EQ(answer.transport, Transport::not_sent);
  ASSERT_EQ(answer.voucher->kind, "redirect");
  EXPECT_EQ(twin.institution.book().find_payment(number), nullptr) << "the payer has not gone there yet";

  const auto& address = answer.voucher->value;
  EXPECT_NE(address.find("%2Fcashier%2F" + request.order_id), std::string::npos)
      << "the payer comes back to the order's page: " << address;
  const auto reply = twin.institution.handle({"GET", address.substr(address.find("/gateway.do")), {}, ""}, twin.now());
  EXPECT_EQ(reply.status, 302);
  ASSERT_NE(twin.institution.book().find_payment(number), nullptr);
  twin.turn(1h);
  ASSERT_EQ(twin.callbacks().size(), 1u);
  auto inquiry = request;
  inquiry.op = ChannelOp::inquire;
  EXPECT_EQ(call(twin, inquiry).ending, Ending::approved);
}

TEST(AlipayOrder, InAnotherCurrencyIsNotSentAsTheSameNumberOfYuan) {
  AlipayTwin twin{"qr"};
  auto request = twin.payment(number, Fate::paid);
  request.amount.currency = Currency::of("JPY");
  const auto answer = call(twin, request);
  EXPECT_EQ(answer.code, "currency_not_taken");
  EXPECT_EQ(answer.transport, Transport::not_sent);
}

TEST(AlipayCode, IsCancelledWhereAnOrderWouldBeClosed) {
  AlipayTwin twin{"code"};
  SaysAnything client{[](const HttpCall&) { return HttpAnswer{}; }};
  const auto channel = make_alipay_channel(twin.options(), client, twin.clock);
  auto request = twin.payment(number, Fate::paid);
  request.op = ChannelOp::close;
  channel->call(request, 8s, [](const ChannelAnswer&) {});
  EXPECT_NE(client.sent.url.find("method=alipay.trade.cancel"), std::string::npos);
  request.method = "qr";
  channel->call(request, 8s, [](const ChannelAnswer&) {});
  EXPECT_NE(client.sent.url.find("method=alipay.trade.close"), std::string::npos);
}

TEST(AlipayTransfer, IsDealtWithThenPaidOut) {
  AlipayTwin twin;
  auto request = twin.payment("01JD0000000000000000000000P01", Fate::paid);
  request.op = ChannelOp::transfer;
  EXPECT_EQ(call(twin, request).ending, Ending::pending);
  twin.turn(1h);
  twin.callbacks();
  request.op = ChannelOp::inquire_transfer;
  const auto answer = call(twin, request);
  EXPECT_EQ(answer.ending, Ending::approved);
  EXPECT_EQ(answer.amount, request.amount);
}

TEST(AlipayAcknowledgement, IsSevenBytes) {
  AlipayTwin twin;
  EXPECT_EQ(twin.channel().acknowledge(Reception::taken).body, "success");
  EXPECT_NE(twin.channel().acknowledge(Reception::again).body, "success");
}

TEST(AlipayCallback, AboutARefundTellsASumAndDecidesNothing) {
  AlipayTwin twin;
  auto options = twin.options();
  AlipayParameters form{{"app_id", options.app},
                        {"seller_id", options.merchant},
                        {"trade_status", "TRADE_SUCCESS"},
                        {"out_trade_no", number},
                        {"out_biz_no", "01JD0000000000000000000000R01"},
                        {"refund_fee", "200.00"},
                        {"gmt_refund", "2026-11-21 10:00:00"},
                        {"trade_no", "T1"}};
  form["sign"] = AlipayTwin::alipay_key().sign(alipay_sign_text(form));
  std::string body;
  for (const auto& [name, value] : form) body += (body.empty() ? "" : "&") + name + "=" + percent_encoded(value);
  const auto callback = twin.channel().hear({"/c", {}, body, twin.now()});
  EXPECT_EQ(callback.refusal, "");
  EXPECT_EQ(callback.op, ChannelOp::inquire_refund);
  EXPECT_EQ(callback.number, "01JD0000000000000000000000R01");
  EXPECT_EQ(callback.answer.ending, Ending::pending);
}

// --- bills -------------------------------------------------------------------------------------------

TEST(AlipayBills, AddUpToWhatHappened) {
  AlipayTwin twin;
  const auto request = twin.payment(number, Fate::paid);
  call(twin, request);
  twin.turn(2s);
  twin.callbacks();
  call(twin, twin.refund("01JD0000000000000000000000R01", request, Fate::paid));
  const auto bills = make_alipay_bills(twin.options(), twin.client, twin.clock);
  Bill bill;
  bills->fetch({to_rfc3339(twin.now() + 8h).substr(0, 10), "trade"}, 8s, [&](Bill got) { bill = std::move(got); });
  ASSERT_EQ(bill.refusal, "") << bill.message;
  ASSERT_EQ(bill.lines.size(), 2u) << bill.raw;
  EXPECT_EQ(bill.lines[0].number, number);
  EXPECT_EQ(bill.lines[0].amount, (Money{50'000, cny}));
  EXPECT_EQ(bill.lines[0].fee, 300);
  EXPECT_TRUE(bill.lines[1].is_refund);
  EXPECT_EQ(bill.lines[1].number, "01JD0000000000000000000000R01");
  EXPECT_EQ(bill.lines[1].attempt, number);
  EXPECT_EQ(bill.rows.at(1).at(3), "面包, \"新鲜\"") << "a comma or a quotation mark in what was sold shifts no column";
}

TEST(AlipayBills, ThatAreDamagedAreRefused) {
  EXPECT_EQ(read_alipay_bill("").refusal, "malformed");
  EXPECT_EQ(read_alipay_bill("PK\5\6" + std::string(18, '\xff')).refusal, "malformed");
  EXPECT_EQ(read_alipay_bill("PK\5\6" + std::string(18, '\0')).refusal, "malformed");
}

// --- words -------------------------------------------------------------------------------------------

struct Saying {
  const char* name;
  ChannelOp op;
  const char* inner;
  Ending ending;
  bool alert = false;
};

class AlipaySaying : public ::testing::TestWithParam<Saying> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, AlipaySaying, ::testing::Values(
    Saying{"paid",               ChannelOp::inquire, R"({"code":"10000","out_trade_no":"A1","trade_status":"TRADE_SUCCESS","total_amount":"88.8"})", Ending::approved},
    Saying{"paid_not_in_cents",  ChannelOp::inquire, R"({"code":"10000","out_trade_no":"A1","trade_status":"TRADE_SUCCESS","total_amount":"88.805"})", Ending::silent},
    Saying{"finished",           ChannelOp::inquire, R"({"code":"10000","out_trade_no":"A1","trade_status":"TRADE_FINISHED","total_amount":"88.80"})", Ending::approved},
    Saying{"closed",             ChannelOp::inquire, R"({"code":"10000","out_trade_no":"A1","trade_status":"TRADE_CLOSED"})", Ending::declined},
    Saying{"paid_then_refunded", ChannelOp::inquire, R"({"code":"10000","out_trade_no":"A1","trade_status":"TRADE_CLOSED","send_pay_date":"2026-11-21 10:00:00","total_amount":"88.80"})", Ending::approved},
    Saying{"other_number",       ChannelOp::inquire, R"({"code":"10000","out_trade_no":"A2","trade_status":"TRADE_SUCCESS","total_amount":"88.80"})", Ending::silent},
    Saying{"new_status",         ChannelOp::inquire, R"({"code":"10000","out_trade_no":"A1","trade_status":"TRADE_NEW"})", Ending::pending, true},
    Saying{"not_there",          ChannelOp::inquire, R"({"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"})", Ending::silent},
    Saying{"no_permission",      ChannelOp::pay,     R"({"code":"40006","sub_code":"isv.insufficient-isv-permissions"})", Ending::declined, true},
    Saying{"unknown_error",      ChannelOp::pay,     R"({"code":"20000","sub_code":"isp.unknow-error"})", Ending::silent},
    Saying{"rate_limit",         ChannelOp::refund,  R"({"code":"40005","sub_code":"isv.app-call-limited"})", Ending::not_sent},
    Saying{"refund_discordant",  ChannelOp::refund,  R"({"code":"40004","sub_code":"ACQ.DISCORDANT_REPEAT_REQUEST"})", Ending::silent},
    Saying{"refund_moved",       ChannelOp::refund,  R"({"code":"10000","fund_change":"Y","refund_fee":"500.00","trade_no":"T"})", Ending::approved},
    Saying{"refund_did_not",     ChannelOp::refund,  R"({"code":"10000","fund_change":"N","refund_fee":"500.00","trade_no":"T"})", Ending::pending},
    Saying{"refund_sum_too_low", ChannelOp::refund,  R"({"code":"10000","fund_change":"Y","refund_fee":"0.01","trade_no":"T"})", Ending::silent},
    Saying{"refund_not_found",   ChannelOp::inquire_refund, R"({"code":"10000","msg":"Success"})", Ending::silent},
    Saying{"code_waits",         ChannelOp::pay,     R"({"code":"10003","msg":"order success pay inprocess"})", Ending::pending}),
    [](const auto& saying) { return saying.param.name; });
// clang-format on

TEST_P(AlipaySaying, EndsAsTheTableSays) {
  AlipayTwin twin;
  SaysAnything client{[](const HttpCall&) { return signed_answer(GetParam().inner, AlipayTwin::alipay_key()); }};
  const auto channel = make_alipay_channel(twin.options(), client, twin.clock);
  auto request = twin.payment("A1", Fate::paid);
  request.op = GetParam().op;
  channel->call(request, 8s, [&](const ChannelAnswer& answer) {
    EXPECT_EQ(answer.ending, GetParam().ending) << answer.code;
    EXPECT_EQ(!answer.alert.empty(), GetParam().alert) << answer.alert;
  });
}

}  // namespace
}  // namespace tael::testing
