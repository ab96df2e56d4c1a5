#include "adapters/channels/wechat_v3/wechat_v3_bill_text.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_parser.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_signature.hpp"
#include "adapters/crypto/ciphers.hpp"
#include "adapters/encoding/base64.hpp"
#include "tests/adapters/channels/channel_contract.hpp"
#include "tests/adapters/channels/golden.hpp"
#include "tests/adapters/channels/says_anything.hpp"
#include "tests/adapters/channels/wechat_v3_twin.hpp"
#include "tests/support/breakable_clock.hpp"
#include "tests/support/test_keys.hpp"

namespace tael::testing {

INSTANTIATE_TEST_SUITE_P(WechatV3, ChannelContract, ::testing::Values(&make_wechat_v3_twin));

namespace {

constexpr auto number = "01JD0000000000000000000000A01";

template <class Twin>
ChannelAnswer call(Twin& twin, const ChannelRequest& request) {
  ChannelAnswer answer;
  twin.channel().call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  return answer;
}

// --- golden values -----------------------------------------------------------------------------------

TEST(WechatV3Signature, OfARequestIsTheGoldenValue) {
  const auto key = PrivateKey::from_pem(boost::json::value_to<std::string>(golden().at("rsa_private_pem")));
  ASSERT_TRUE(key);
  const std::string body = R"({"amount":{"total":101,"currency":"CNY"}})";
  EXPECT_EQ(wechat_v3_lines({"POST", "/v3/pay/transactions/native", "1700000000", "0123456789abcdef", body}),
            golden("wechat_v3_request", "message"));
  const auto authorization = wechat_v3_authorization({"1900000109", "ABC", *key}, "POST", "/v3/pay/transactions/native",
                                                     {"1700000000", "0123456789abcdef"}, body);
  EXPECT_NE(authorization.find("signature=\"" + golden("wechat_v3_request", "signature") + "\""), std::string::npos);
  EXPECT_TRUE(
      authorization.starts_with("WECHATPAY2-SHA256-RSA2048 mchid=\"1900000109\",nonce_str=\"0123456789abcdef\""));
}

TEST(WechatV3Resource, OpensTheGoldenValueWithAndWithoutAssociatedData) {
  const auto sealed = [](const char* name) { return *from_base64(golden("wechat_v3_aead", name)); };
  const auto key = golden("wechat_v3_aead", "key"), nonce = golden("wechat_v3_aead", "nonce");
  EXPECT_EQ(open_aes_256_gcm({key, nonce, "transaction"}, sealed("ciphertext_base64")),
            golden("wechat_v3_aead", "plaintext"));
  EXPECT_EQ(open_aes_256_gcm({key, nonce, ""}, sealed("same_with_empty_aad")), golden("wechat_v3_aead", "plaintext"));
  EXPECT_EQ(open_aes_256_gcm({key, nonce, ""}, sealed("ciphertext_base64")), std::nullopt);
  EXPECT_EQ(seal_aes_256_gcm({key, nonce, "transaction"}, golden("wechat_v3_aead", "plaintext")),
            sealed("ciphertext_base64"));
}

// --- what the payer is given -------------------------------------------------------------------------

TEST(WechatV3Order, OfEveryKindGivesThePayerWhatItsPlaceNeeds) {
  WechatV3Twin native{"native"}, h5{"h5"}, jsapi{"jsapi"}, app{"app"};
  EXPECT_EQ(call(native, native.payment(number, Fate::paid)).voucher->kind, "qr");
  EXPECT_EQ(call(h5, h5.payment(number, Fate::paid)).voucher->kind, "redirect");

  const auto in_page = call(jsapi, jsapi.payment(number, Fate::paid));
  ASSERT_EQ(in_page.voucher->kind, "params");
  const auto page = boost::json::parse(in_page.voucher->value).as_object();
  const auto text = [](const boost::json::object& from, const char* name) {
    return boost::json::value_to<std::string>(from.at(name));
  };
  EXPECT_TRUE(WechatV3Twin::merchant_key().verifies(text(page, "appId") + "\n" + text(page, "timeStamp") + "\n" +
                                                        text(page, "nonceStr") + "\n" + text(page, "package") + "\n",
                                                    text(page, "paySign")));
  EXPECT_TRUE(text(page, "package").starts_with("prepay_id=wx"));

  const auto in_app = boost::json::parse(call(app, app.payment(number, Fate::paid)).voucher->value).as_object();
  EXPECT_TRUE(WechatV3Twin::merchant_key().verifies(text(in_app, "appid") + "\n" + text(in_app, "timestamp") + "\n" +
                                                        text(in_app, "noncestr") + "\n" + text(in_app, "prepayid") +
                                                        "\n",
                                                    text(in_app, "sign")));
  EXPECT_EQ(text(in_app, "package"), "Sign=WXPay");
}

TEST(WechatV3Order, WithoutItsPayerNothingIsSent) {
  WechatV3Twin jsapi{"jsapi"}, h5{"h5"};
  jsapi.payer = h5.payer = "";
  const auto no_openid = call(jsapi, jsapi.payment(number, Fate::paid));
  EXPECT_EQ(no_openid.ending, Ending::declined);
  EXPECT_EQ(no_openid.code, "payer_openid_missing");
  EXPECT_EQ(no_openid.transport, Transport::not_sent);
  EXPECT_EQ(call(h5, h5.payment(number, Fate::paid)).code, "payer_client_ip_missing");
}

// The simulated institution took an order in yen and charged as many fen.
TEST(WechatV3Order, InACurrencyThatIsNotTheirsIsNotChargedInTheirs) {
  WechatV3Twin twin{"native"};
  auto order = twin.payment(number, Fate::paid);
  order.amount.currency = Currency::of("JPY");
  const auto answer = call(twin, order);
  EXPECT_EQ(answer.ending, Ending::declined);
  EXPECT_EQ(answer.code, "currency_not_taken");
  EXPECT_EQ(answer.transport, Transport::not_sent);
  twin.turn(1min);
  EXPECT_TRUE(twin.institution.book().totals().empty());
}

// --- what may not be believed ------------------------------------------------------------------------

TEST(WechatV3Callback, ASignatureProbeIsRefusedAndNotAcknowledged) {
  WechatV3Twin twin;
  RawCallback probe{"/c", {}, "{}", twin.now()};
  probe.headers =
      twin.signed_headers(probe.body, WechatV3Twin::platform_key(), "PUB_KEY_ID_0114232134912410000000000000");
  header(probe, "wechatpay-signature") = "WECHATPAY/SIGNTEST/" + std::string(325, 'A');
  EXPECT_EQ(twin.channel().hear(probe).refusal, "bad_signature");
  EXPECT_NE(twin.channel().acknowledge(Reception::refused).status / 100, 2);
}

TEST(WechatV3Callback, SealedWithAnotherApiKeyIsNotRead) {
  WechatV3Twin twin;
  call(twin, twin.payment(number, Fate::paid));
  twin.turn(1h);
  const auto heard = twin.callbacks();
  ASSERT_EQ(heard.size(), 1u);
  auto options = twin.options();
  options.api_v3_key = std::string(32, 'x');
  const auto other = make_wechat_v3_channel(options, twin.client, twin.clock, twin.dice);
  EXPECT_EQ(other->hear(heard[0]).refusal, "malformed");
}

TEST(WechatV3Callback, OfAnEventWeDoNotFollowIsTakenAndForgotten) {
  WechatV3Twin twin;
  const auto sealed = to_base64(*seal_aes_256_gcm({wechat_api_v3_key, "0123456789ab", ""}, R"({"id":"1"})"));
  RawCallback callback{"/c", {}, "", twin.now()};
  callback.body =
      R"({"event_type":"PAYSCORE.USER_PAID","resource":{"algorithm":"AEAD_AES_256_GCM","nonce":"0123456789ab","ciphertext":")" +
      sealed + R"("}})";
  callback.headers =
      twin.signed_headers(callback.body, WechatV3Twin::platform_key(), "PUB_KEY_ID_0114232134912410000000000000");
  EXPECT_EQ(twin.channel().hear(callback).refusal, "not_followed");
}

TEST(WechatV3Keys, BothAreGoodWhileTheChannelRotatesAndAnUnknownOneIsNot) {
  WechatV3Twin twin;
  call(twin, twin.payment(number, Fate::paid));
  twin.institution.rotate_key();
  twin.turn(1h);
  const auto heard = twin.callbacks();
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(twin.channel().hear(heard[0]).refusal, "") << "signed with the next key";
  auto request = twin.payment(number, Fate::paid);
  request.op = ChannelOp::inquire;
  EXPECT_EQ(call(twin, request).ending, Ending::approved);
}

TEST(WechatV3Keys, CertificateModeFetchesBeforeTheFirstCall) {
  WechatV3Twin twin{"native", true};
  EXPECT_FALSE(twin.platform_keys->newest(twin.now()));
  EXPECT_EQ(call(twin, twin.payment(number, Fate::paid)).ending, Ending::pending);
  const auto newest = twin.platform_keys->newest(twin.now());
  ASSERT_TRUE(newest && newest->not_after);
  EXPECT_EQ(newest->id, "5157F09E");
  EXPECT_GT(*newest->not_after, twin.now() + 30 * 24h);
}

TEST(WechatV3Keys, AFetchThatGoesWrongDoesNotThrowAtTheClient) {
  WechatV3Twin twin{"native", true};
  BreakableClock clock{twin.clock};
  bool breaks = true;
  SaysAnything client{[&](const HttpCall&) {
    if (std::exchange(breaks, false)) clock.looks = 0;
    return HttpAnswer{Transport::answered, 200, {}, "{}", "", 5ms};
  }};
  auto options = twin.options();
  options.download_certificates = true;
  const auto channel = make_wechat_v3_channel(options, client, clock, twin.dice);
  std::vector<ChannelAnswer> answers;
  channel->call(twin.payment(number, Fate::paid), 8s,
                [&](ChannelAnswer given) { answers.push_back(std::move(given)); });
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].ending, Ending::silent);
  EXPECT_TRUE(answers[0].crash);
}

/// Breaks the clock whenever certificates come, once it is armed.
class BreaksFetches final : public HttpClient {
 public:
  BreaksFetches(HttpClient& behind, BreakableClock& clock) : behind_(behind), clock_(clock) {}
  void send(HttpCall call, std::function<void(HttpAnswer)> done) override {
    const bool breaks = is_armed && call.url.ends_with("/v3/certificates");
    behind_.send(std::move(call), [this, breaks, done = std::move(done)](HttpAnswer answer) {
      if (breaks) clock_.looks = 0;
      done(std::move(answer));
      if (breaks) clock_.looks = 1'000;
    });
  }
  bool is_armed = false;

 private:
  HttpClient& behind_;
  BreakableClock& clock_;
};

TEST(WechatV3Keys, ALaterFetchThatGoesWrongStopsNoCallAndIsNotKeptQuiet) {
  WechatV3Twin twin{"native", true};
  BreakableClock clock{twin.clock};
  BreaksFetches client{twin.client, clock};
  auto options = twin.options();
  options.download_certificates = true;
  const auto channel = make_wechat_v3_channel(options, client, clock, twin.dice);
  const auto pay = [&](const std::string& as) {
    ChannelAnswer answer;
    channel->call(twin.payment(as, Fate::paid), 8s, [&](ChannelAnswer given) { answer = std::move(given); });
    EXPECT_EQ(answer.ending, Ending::pending) << answer.code;
    return answer.alert;
  };
  EXPECT_EQ(pay("01JD0000000000000000000000A01"), "");
  client.is_armed = true;
  twin.turn(13h);
  EXPECT_NE(pay("01JD0000000000000000000000A02").find("certificates cannot be read: off by one"), std::string::npos);
  EXPECT_EQ(pay("01JD0000000000000000000000A03"), "");
}

TEST(WechatV3Keys, CertificatesThatNobodyWeKnowSignedAreNotKept) {
  WechatV3Twin twin{"native", true};
  twin.institution.rotate_key();  // Now it signs with a key whose certificate it does not hand out.
  EXPECT_EQ(call(twin, twin.payment(number, Fate::paid)).ending, Ending::silent);
  EXPECT_FALSE(twin.platform_keys->newest(twin.now()));
}

// --- transfers ---------------------------------------------------------------------------------------

TEST(WechatV3Transfer, WaitsForThePayeeThenIsPaidOut) {
  WechatV3Twin twin;
  auto request = twin.payment("01JD0000000000000000000000P01", Fate::paid);
  request.op = ChannelOp::transfer;
  request.subject = "prize";
  EXPECT_EQ(call(twin, request).ending, Ending::pending);
  EXPECT_EQ(call(twin, request).ending, Ending::pending) << "the same number is the same transfer";
  twin.turn(1h);
  const auto heard = twin.callbacks();
  ASSERT_EQ(heard.size(), 1u);
  const auto callback = twin.channel().hear(heard[0]);
  EXPECT_EQ(callback.op, ChannelOp::inquire_transfer);
  EXPECT_EQ(callback.answer.ending, Ending::approved);
  EXPECT_EQ(callback.answer.amount, request.amount);
  request.op = ChannelOp::inquire_transfer;
  const auto asked = call(twin, request);
  EXPECT_EQ(asked.ending, Ending::approved);
  EXPECT_EQ(asked.channel_transaction, callback.answer.channel_transaction);
}

TEST(WechatV3Transfer, APayeesNameTravelsSealed) {
  WechatV3Twin twin;
  SaysAnything client{[](const HttpCall&) { return HttpAnswer{}; }};
  const auto channel = make_wechat_v3_channel(twin.options(), client, twin.clock, twin.dice);
  auto request = twin.payment("01JD0000000000000000000000P01", Fate::paid);
  request.op = ChannelOp::transfer;
  request.payer = R"({"openid":"o1","name":"张三"})";
  channel->call(request, 8s, [](const ChannelAnswer& answer) {
    EXPECT_EQ(answer.exchange.request.find("张三"), std::string::npos);
  });
  const auto body = boost::json::parse(client.sent.body).as_object();
  EXPECT_EQ(WechatV3Twin::platform_key().decrypt_oaep(boost::json::value_to<std::string>(body.at("user_name"))),
            "张三");
}

// --- bills -------------------------------------------------------------------------------------------

TEST(WechatV3Bills, AddUpToWhatHappened) {
  WechatV3Twin twin;
  const auto request = twin.payment(number, Fate::paid);
  call(twin, request);
  twin.turn(2s);
  twin.callbacks();
  call(twin, twin.refund("01JD0000000000000000000000R01", request, Fate::paid));
  const auto bills = make_wechat_v3_bills(twin.options(), twin.client, twin.clock, twin.dice);
  const auto date = to_rfc3339(twin.now() + 8h).substr(0, 10);
  Bill bill;
  bills->fetch({date, "trade"}, 8s, [&](Bill got) { bill = std::move(got); });
  ASSERT_EQ(bill.refusal, "") << bill.message << bill.raw;
  ASSERT_EQ(bill.lines.size(), 2u);
  EXPECT_EQ(bill.lines[0].number, number);
  EXPECT_EQ(bill.lines[0].amount, (Money{50'000, cny}));
  EXPECT_EQ(bill.lines[0].fee, 300);
  EXPECT_TRUE(bill.lines[1].is_refund);
  EXPECT_EQ(bill.lines[1].attempt, number);
  EXPECT_EQ(bill.lines[1].amount, (Money{10'000, cny}));

  bills->fetch({date, "fund_flow"}, 8s, [&](Bill got) { bill = std::move(got); });
  EXPECT_EQ(bill.refusal, "");
  EXPECT_EQ(bill.rows.size(), 5u);
  bills->fetch({"2001-01-01", "trade"}, 8s, [&](Bill got) { bill = std::move(got); });
  EXPECT_EQ(bill.refusal, "no_bill");
}

TEST(WechatV3Bills, AFileThatLostALineOrAByteIsRefused) {
  const std::string good =
      "\xEF\xBB\xBF交易状态,商户订单号,微信订单号,货币种类,订单金额,手续费,交易时间\r\n"
      "`SUCCESS,`A1,`T1,`CNY,`5.00,`0.03000,`2026-11-21 10:00:00\r\n"
      "`SUCCESS,`A2,`T2,`CNY,`6.00,`0.03600,`2026-11-21 10:00:00\r\n"
      "总交易单数,订单总金额\r\n`2,`11.00\r\n";
  EXPECT_EQ(read_wechat_bill(good, "trade").refusal, "");
  EXPECT_EQ(read_wechat_bill(good, "trade").lines[1].fee, 4) << "half up";
  auto lost = good;
  lost.erase(lost.find("`SUCCESS,`A2"), lost.find("总") - lost.find("`SUCCESS,`A2"));
  EXPECT_EQ(read_wechat_bill(lost, "trade").refusal, "malformed");
  auto changed = good;
  replace(changed, "`6.00", "`6.001");
  EXPECT_EQ(read_wechat_bill(changed, "trade").refusal, "malformed");
}

// --- words -------------------------------------------------------------------------------------------

struct Saying {
  const char* name;
  ChannelOp op;
  int status;
  const char* body;
  Ending ending;
  bool alert = false;
};

class WechatV3Saying : public ::testing::TestWithParam<Saying> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, WechatV3Saying, ::testing::Values(
    Saying{"success",            ChannelOp::inquire, 200, R"({"out_trade_no":"A1","trade_state":"SUCCESS","amount":{"total":1,"currency":"CNY"}})", Ending::approved},
    Saying{"refunded_is_paid",   ChannelOp::inquire, 200, R"({"out_trade_no":"A1","trade_state":"REFUND","amount":{"total":1,"currency":"CNY"}})", Ending::approved},
    Saying{"no_amount",          ChannelOp::inquire, 200, R"({"out_trade_no":"A1","trade_state":"SUCCESS"})", Ending::silent},
    Saying{"decimal_amount",     ChannelOp::inquire, 200, R"({"out_trade_no":"A1","trade_state":"SUCCESS","amount":{"total":1.5}})", Ending::silent},
    Saying{"twice_the_state",    ChannelOp::inquire, 200, R"({"out_trade_no":"A1","trade_state":"CLOSED","trade_state":"SUCCESS","amount":{"total":1}})", Ending::silent},
    Saying{"new_word",           ChannelOp::inquire, 200, R"({"out_trade_no":"A1","trade_state":"FROZEN"})", Ending::pending, true},
    Saying{"new_error",          ChannelOp::pay,     400, R"({"code":"BRAND_NEW","message":"?"})", Ending::pending, true},
    Saying{"sign_error",         ChannelOp::pay,     401, R"({"code":"SIGN_ERROR","message":"?"})", Ending::declined, true},
    Saying{"refund_sign_error",  ChannelOp::refund,  401, R"({"code":"SIGN_ERROR","message":"?"})", Ending::not_sent, true},
    Saying{"paid_already",       ChannelOp::pay,     400, R"({"code":"ORDERPAID","message":"?"})", Ending::silent},
    Saying{"system_error",       ChannelOp::pay,     500, R"({"code":"SYSTEM_ERROR","message":"?"})", Ending::silent},
    Saying{"busy",               ChannelOp::pay,     429, R"({"code":"RATELIMIT_EXCEEDED","message":"?"})", Ending::not_sent},
    Saying{"refund_abnormal",    ChannelOp::inquire_refund, 200, R"({"out_refund_no":"A1","status":"ABNORMAL"})", Ending::pending, true},
    Saying{"refund_closed",      ChannelOp::inquire_refund, 200, R"({"out_refund_no":"A1","status":"CLOSED"})", Ending::declined},
    Saying{"transfer_error",     ChannelOp::transfer, 403, R"({"code":"NOT_ENOUGH","message":"?"})", Ending::silent},
    Saying{"transfer_fail",      ChannelOp::inquire_transfer, 200, R"({"out_bill_no":"A1","state":"FAIL"})", Ending::declined},
    Saying{"script_for_a_page",  ChannelOp::pay,     200, R"x({"h5_url":"javascript:alert(1)"})x", Ending::silent},
    Saying{"nothing_for_a_payer",ChannelOp::pay,     200, R"({})", Ending::silent},
    Saying{"close_with_a_body",  ChannelOp::close,   204, R"(x)", Ending::silent}),
    [](const auto& saying) { return saying.param.name; });
// clang-format on

TEST_P(WechatV3Saying, EndsAsTheTableSays) {
  WechatV3Twin twin;
  SaysAnything client{[&](const HttpCall&) {
    const std::string body = GetParam().body;
    return HttpAnswer{
        Transport::answered,
        GetParam().status,
        twin.signed_headers(body, WechatV3Twin::platform_key(), "PUB_KEY_ID_0114232134912410000000000000"),
        body,
        "",
        5ms};
  }};
  const auto channel = make_wechat_v3_channel(twin.options(), client, twin.clock, twin.dice);
  auto request = twin.payment("A1", Fate::paid);
  request.op = GetParam().op;
  channel->call(request, 8s, [&](const ChannelAnswer& answer) {
    EXPECT_EQ(answer.ending, GetParam().ending) << answer.code;
    EXPECT_EQ(!answer.alert.empty(), GetParam().alert) << answer.alert;
  });
}

TEST(WechatV3Codes, AnOperatorsRowGoesBeforeOurs) {
  WechatV3Twin twin;
  const std::string body = R"({"out_trade_no":"A1","trade_state":"FROZEN"})";
  SaysAnything client{[&](const HttpCall&) {
    return HttpAnswer{
        Transport::answered,
        200,
        twin.signed_headers(body, WechatV3Twin::platform_key(), "PUB_KEY_ID_0114232134912410000000000000"),
        body,
        "",
        5ms};
  }};
  auto options = twin.options();
  options.codes = StatusMap::parse("inquire 200 FROZEN declined\n");
  const auto channel = make_wechat_v3_channel(options, client, twin.clock, twin.dice);
  auto request = twin.payment("A1", Fate::paid);
  request.op = ChannelOp::inquire;
  channel->call(request, 8s, [&](const ChannelAnswer& answer) { EXPECT_EQ(answer.ending, Ending::declined); });
}

}  // namespace
}  // namespace tael::testing
