// What is rightly signed is not thrown away for a part that nobody uses, and what is not for us is taken all the same:
// a channel that is refused for ever repeats itself for days and may then tell nothing any more.
#include "actors/ports/not_ours.hpp"
#include "adapters/channels/alipay/alipay_signature.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_signature.hpp"
#include "adapters/crypto/ciphers.hpp"
#include "adapters/crypto/crypto.hpp"
#include "adapters/encoding/base64.hpp"
#include "adapters/encoding/percent.hpp"
#include "adapters/encoding/utf8.hpp"
#include "adapters/simulated/institution_signature.hpp"
#include "tests/adapters/channels/alipay_twin.hpp"
#include "tests/adapters/channels/http_json_twin.hpp"
#include "tests/adapters/channels/says_anything.hpp"
#include "tests/adapters/channels/stripe_twin.hpp"
#include "tests/adapters/channels/wechat_v2_twin.hpp"
#include "tests/adapters/channels/wechat_v3_twin.hpp"

#include <gtest/gtest.h>

namespace tael::testing {
namespace {

const std::string number = "01JD0000000000000000000000A01";
/// Members that nobody reads: of other types, twice, too long, too deep, and in bytes of another character set.
const std::string junk = R"("message":{"a":[1,2]},"message":7,"long":)" + std::string(3'000, '9') + R"(,"deep":)" +
                         std::string(60, '[') + std::string(60, ']') +
                         ",\"gbk\":\"\xb3\xc9\xb9\xa6\",\"one_byte\":\"\xb3\",\"lone\":\"\\ud800\",\"nul\":\"\\u0000\"";

ChannelAnswer inquire(Channel& channel, ChannelRequest request) {
  request.op = ChannelOp::inquire;
  ChannelAnswer answer;
  channel.call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  return answer;
}

/// PostgreSQL takes UTF-8 without NUL.
void expect_storable(const ChannelAnswer& answer) {
  for (const auto* text :
       {&answer.message, &answer.code, &answer.alert, &answer.exchange.request, &answer.exchange.response}) {
    EXPECT_TRUE(is_utf8(*text)) << *text;
    EXPECT_EQ(text->find('\0'), std::string::npos);
  }
}

// --- Alipay ------------------------------------------------------------------------------------------

HttpAnswer alipay_says(const std::string& inner) {
  const auto sign = AlipayTwin::alipay_key().sign(inner);
  return {Transport::answered,
          200,
          {},
          R"({"alipay_trade_query_response":)" + inner + R"(,"sign":")" + sign + "\"}",
          "",
          5ms};
}

ChannelAnswer ask_alipay(const std::string& more) {
  AlipayTwin twin;
  SaysAnything client{[&](const HttpCall&) {
    return alipay_says(R"({"code":"10000","out_trade_no":")" + number +
                       R"(","trade_no":"T1","total_amount":"500.00",)" + more + "}");
  }};
  const auto channel = make_alipay_channel(twin.options(), client, twin.clock);
  return inquire(*channel, twin.payment(number, Fate::paid));
}

TEST(AlipayAnswer, WithBytesOfAnotherCharacterSetIsBelieved) {
  for (const std::string bytes : {"\xb3", "\xb3\xc9\xb9\xa6", "\x97\\", "\\u0000", "\\ud800"}) {
    const auto answer = ask_alipay("\"trade_status\":\"TRADE_SUCCESS\",\"sub_msg\":\"" + bytes + "\"");
    EXPECT_EQ(answer.ending, Ending::approved) << answer.code;
    EXPECT_EQ(answer.amount, (Money{50'000, cny}));
    expect_storable(answer);
  }
}

TEST(AlipayAnswer, IsBelievedWhateverStandsInMembersThatNobodyReads) {
  const auto answer =
      ask_alipay("\"trade_status\":\"TRADE_SUCCESS\",\"send_pay_date\":\"some day\",\"sub_code\":[]," + junk);
  EXPECT_EQ(answer.ending, Ending::approved) << answer.code;
  expect_storable(answer);
}

TEST(AlipayAnswer, OfAClosedTradeWhosePayDateCannotBeReadWasPaid) {
  EXPECT_EQ(ask_alipay(R"("trade_status":"TRADE_CLOSED","send_pay_date":"some day")").ending, Ending::approved);
  EXPECT_EQ(ask_alipay(R"("trade_status":"TRADE_CLOSED")").ending, Ending::declined);
}

TEST(AlipayAnswer, WhoseStatusStandsThereTwiceIsSilent) {
  EXPECT_EQ(ask_alipay(R"("trade_status":"TRADE_CLOSED","trade_status":"TRADE_SUCCESS")").ending, Ending::silent);
  EXPECT_EQ(ask_alipay(R"("trade_status":"TRADE_SUCCESS","total_amount":"1.00")").ending, Ending::silent);
}

RawCallback alipay_tells(AlipayParameters form, TimePoint at) {
  auto to_sign = form;
  to_sign.erase("sign_type");
  form["sign"] = AlipayTwin::alipay_key().sign(alipay_sign_text(to_sign));
  std::string body;
  for (const auto& [name, value] : form) body += (body.empty() ? "" : "&") + name + "=" + percent_encoded(value);
  return {"/c", {}, body, at};
}

AlipayParameters alipay_notice(const AlipayOptions& options) {
  return {{"app_id", options.app},
          {"seller_id", options.merchant},
          {"trade_status", "TRADE_SUCCESS"},
          {"out_trade_no", number},
          {"trade_no", "T1"},
          {"total_amount", "500.00"},
          {"gmt_payment", "2026-11-21 10:00:00"},
          {"sign_type", "RSA2"}};
}

TEST(AlipayCallback, InGbkIsBelieved) {
  AlipayTwin twin;
  auto form = alipay_notice(twin.options());
  form["charset"] = "GBK";
  form["subject"] = "\xb3\xc9\xb9\xa6\x97\\";
  form["gmt_payment"] = "some day";
  const auto callback = twin.channel().hear(alipay_tells(form, twin.now()));
  EXPECT_EQ(callback.refusal, "");
  EXPECT_EQ(callback.answer.ending, Ending::approved);
  EXPECT_EQ(callback.number, number);
  EXPECT_TRUE(is_utf8(callback.exchange.request));
}

TEST(AlipayCallback, AboutWhatIsNotOursIsNotRefused) {
  AlipayTwin twin;
  const auto heard = [&](const std::string& name, const std::string& value) {
    auto form = alipay_notice(twin.options());
    form[name] = value;
    const auto callback = twin.channel().hear(alipay_tells(form, twin.now()));
    EXPECT_TRUE(is_not_ours(callback)) << callback.refusal;
    EXPECT_EQ(callback.number, "");
    EXPECT_EQ(callback.answer.ending, Ending::silent);
    return callback.refusal;
  };
  EXPECT_EQ(heard("out_trade_no", "shop-2026-1"), "foreign_number");
  EXPECT_EQ(heard("out_trade_no", "\xb3\xc9"), "foreign_number");
  EXPECT_EQ(heard("app_id", "2021000000000002"), "wrong_merchant");
  EXPECT_EQ(heard("seller_id", "2088000000000000"), "wrong_merchant");
}

// --- WeChat v3 ---------------------------------------------------------------------------------------

constexpr auto platform = "PUB_KEY_ID_0114232134912410000000000000";

ChannelAnswer ask_wechat_v3(const std::string& more) {
  WechatV3Twin twin;
  SaysAnything client{[&](const HttpCall&) {
    const auto body = R"({"out_trade_no":")" + number + R"(","transaction_id":"T1",)" + more + "}";
    return HttpAnswer{
        Transport::answered, 200, twin.signed_headers(body, WechatV3Twin::platform_key(), platform), body, "", 5ms};
  }};
  const auto channel = make_wechat_v3_channel(twin.options(), client, twin.clock, twin.dice);
  return inquire(*channel, twin.payment(number, Fate::paid));
}

TEST(WechatV3Answer, IsBelievedWhateverStandsInMembersThatNobodyReads) {
  const auto paid = ask_wechat_v3(
      R"("trade_state":"SUCCESS","amount":{"total":50000,"payer_total":"x"},"success_time":3,"trade_state_desc":[],)" +
      junk);
  EXPECT_EQ(paid.ending, Ending::approved) << paid.code;
  expect_storable(paid);
  EXPECT_EQ(ask_wechat_v3(R"("trade_state":"CLOSED","amount":{"total":0,"currency":"?"})").ending, Ending::declined)
      << "what was never paid needs no amount";
  EXPECT_EQ(ask_wechat_v3(R"("trade_state":"SUCCESS","amount":{"total":50000,"currency":"?"})").ending, Ending::silent);
}

RawCallback wechat_v3_tells(const WechatV3Twin& twin, const std::string& event, const std::string& inside,
                            const std::string& more = {}) {
  const auto sealed = to_base64(*seal_aes_256_gcm({wechat_api_v3_key, "0123456789ab", ""}, inside));
  RawCallback callback{"/c", {}, "", twin.clock.now()};
  callback.body = R"({"event_type":")" + event +
                  R"(","resource":{"algorithm":"AEAD_AES_256_GCM","nonce":"0123456789ab","ciphertext":")" + sealed +
                  "\"}" + more + "}";
  callback.headers = twin.signed_headers(callback.body, WechatV3Twin::platform_key(), platform);
  return callback;
}

std::string wechat_v3_paid(const std::string& app, const std::string& merchant, const std::string& about) {
  return R"({"appid":")" + app + R"(","mchid":")" + merchant + R"(","out_trade_no":")" + about +
         R"(","transaction_id":"T1","trade_state":"SUCCESS","amount":{"total":50000,"currency":"CNY"},)" + junk + "}";
}

TEST(WechatV3Callback, IsBelievedWhateverStandsInMembersThatNobodyReads) {
  WechatV3Twin twin;
  const auto [app, merchant] = std::pair{twin.options().app, twin.options().merchant};
  const auto heard = twin.channel().hear(
      wechat_v3_tells(twin, "TRANSACTION.SUCCESS", wechat_v3_paid(app, merchant, number), "," + junk));
  EXPECT_EQ(heard.refusal, "");
  EXPECT_EQ(heard.answer.ending, Ending::approved);
}

TEST(WechatV3Callback, AboutWhatIsNotOursIsNotRefused) {
  WechatV3Twin twin;
  const auto [app, merchant] = std::pair{twin.options().app, twin.options().merchant};
  const auto heard = [&](const std::string& event, const std::string& inside) {
    return twin.channel().hear(wechat_v3_tells(twin, event, inside)).refusal;
  };
  EXPECT_EQ(heard("TRANSACTION.SUCCESS", wechat_v3_paid(app, merchant, "shop-1")), "foreign_number");
  EXPECT_EQ(heard("TRANSACTION.SUCCESS", wechat_v3_paid(app, "1900000110", number)), "wrong_merchant");
  EXPECT_EQ(heard("TRANSACTION.SUCCESS", wechat_v3_paid("wx0000", merchant, number)), "wrong_merchant");
  EXPECT_EQ(
      heard("REFUND.SUCCESS", R"({"mchid":")" + merchant + R"(","out_refund_no":"by hand","refund_status":"SUCCESS"})"),
      "foreign_number");
  EXPECT_EQ(heard("COUPON.USE", "no JSON"), "not_followed");
  EXPECT_EQ(heard("TRANSACTION.SUCCESS", "no JSON"), "malformed");
}

// --- WeChat v2 ---------------------------------------------------------------------------------------

WechatV2Members wechat_v2_paid() {
  const auto options = WechatV2Twin::options();
  return {{"return_code", "SUCCESS"},   {"result_code", "SUCCESS"}, {"appid", options.app},
          {"mch_id", options.merchant}, {"out_trade_no", number},   {"transaction_id", "T1"},
          {"total_fee", "50000"},       {"trade_state", "SUCCESS"}, {"time_end", "some day"},
          {"attach", "\xb3"},           {"err_code_des", "\xb3"},   {"a:b", "1"}};
}
std::string signed_wechat_v2(WechatV2Members members) {
  members["sign"] = sign_wechat_v2(members, WechatV2Twin::options().key, false);
  return write_wechat_v2(members);
}

TEST(WechatV2Answer, IsBelievedWhateverStandsInMembersThatNobodyReads) {
  WechatV2Twin twin;
  auto members = wechat_v2_paid();
  members["nested"] = "12";
  auto body = signed_wechat_v2(members);
  replace(body, "<nested><![CDATA[12]]></nested>", "<nested x='1'><p>1</p><!-- - --><q>2</q></nested>");
  SaysAnything client{[&](const HttpCall&) { return HttpAnswer{Transport::answered, 200, {}, body, "", 5ms}; }};
  const auto channel = make_wechat_v2_channel(WechatV2Twin::options(), client, twin.clock, twin.dice);
  const auto answer = inquire(*channel, twin.payment(number, Fate::paid));
  EXPECT_EQ(answer.ending, Ending::approved) << answer.code;
  expect_storable(answer);
}

TEST(WechatV2Callback, AboutWhatIsNotOursIsNotRefused) {
  WechatV2Twin twin;
  const auto heard = [&](const std::string& name, const std::string& value) {
    auto members = wechat_v2_paid();
    members[name] = value;
    return twin.channel().hear({"/c", {}, signed_wechat_v2(members), twin.now()}).refusal;
  };
  EXPECT_EQ(heard("attach", ""), "");
  EXPECT_EQ(heard("out_trade_no", "shop-1"), "foreign_number");
  EXPECT_EQ(heard("mch_id", "1"), "wrong_merchant");
  EXPECT_EQ(heard("appid", "wx0000"), "wrong_merchant");
}

// --- Stripe ------------------------------------------------------------------------------------------

RawCallback stripe_tells(const StripeTwin& twin, const std::string& body) {
  const auto timestamp = std::to_string(unix_ms(twin.clock.now()) / 1'000);
  return {
      "/c",
      {{"stripe-signature", "t=" + timestamp + ",v1=" + hmac_sha256_hex("whsec_judge_secret", timestamp + "." + body)}},
      body,
      twin.clock.now()};
}
std::string stripe_event(const std::string& type, const std::string& about, const std::string& more = {}) {
  return R"({"object":"event","type":")" + type +
         R"(","data":{"object":{"object":"payment_intent","id":"pi_1","status":"succeeded","amount_received":50000,"currency":"cny","created":"x","metadata":{"number":")" +
         about + R"("},"client_secret":[],)" + junk + "}}" + more + "}";
}

TEST(StripeWebhook, IsBelievedWhateverStandsInMembersThatNobodyReads) {
  StripeTwin twin;
  const auto heard =
      twin.channel().hear(stripe_tells(twin, stripe_event("payment_intent.succeeded", number, "," + junk)));
  EXPECT_EQ(heard.refusal, "");
  EXPECT_EQ(heard.answer.ending, Ending::approved);
}

TEST(StripeWebhook, AboutWhatIsNotOursIsNotRefused) {
  StripeTwin twin;
  const auto heard = [&](const std::string& body) { return twin.channel().hear(stripe_tells(twin, body)).refusal; };
  EXPECT_EQ(heard(stripe_event("payment_intent.succeeded", "shop-1")), "foreign_number");
  EXPECT_EQ(heard(stripe_event("payment_intent.succeeded", number, R"(,"account":"acct_2")")), "wrong_merchant");
  EXPECT_EQ(heard(stripe_event("payment_intent.succeeded", number, R"(,"livemode":true)")), "wrong_merchant");
  EXPECT_EQ(heard(stripe_event("payment_intent.succeeded", number, R"(,"livemode":false)")), "");
  EXPECT_EQ(heard(stripe_event("charge.succeeded", number)), "not_followed");
  EXPECT_EQ(heard(R"({"object":"v2.core.event","type":"v1.billing.meter.error_report_triggered"})"), "not_followed");
}

// --- the house protocol ------------------------------------------------------------------------------

std::string house_paid(const std::string& about, const std::string& merchant) {
  return R"({"type":"payment","merchant":")" + merchant + R"(","number":")" + about +
         R"(","status":"paid","amount":50000,"currency":"CNY","transaction":"T1","at":"some day","voucher":7,)" + junk +
         "}";
}

TEST(HttpJsonNews, IsBelievedWhateverStandsInMembersThatNobodyReads) {
  HttpJsonTwin twin;
  const auto body = house_paid(number, "m-1");
  const auto headers = institution_headers({"theirs-1", "channel-secret-0001"}, twin.now(), "n", body);
  const auto heard = twin.channel().hear({"/c", headers, body, twin.now()});
  EXPECT_EQ(heard.refusal, "");
  EXPECT_EQ(heard.answer.ending, Ending::approved);
  SaysAnything client{[&](const HttpCall&) { return HttpAnswer{Transport::answered, 200, headers, body, "", 5ms}; }};
  const auto channel = make_http_json_channel(aurora_channel_options(), client, twin.clock, twin.dice);
  const auto answer = inquire(*channel, twin.payment(number, Fate::paid));
  EXPECT_EQ(answer.ending, Ending::approved) << answer.code;
  expect_storable(answer);
}

TEST(HttpJsonNews, AboutWhatIsNotOursIsNotRefused) {
  HttpJsonTwin twin;
  const auto heard = [&](const std::string& body) {
    return twin.channel()
        .hear({"/c", institution_headers({"theirs-1", "channel-secret-0001"}, twin.now(), "n", body), body, twin.now()})
        .refusal;
  };
  EXPECT_EQ(heard(house_paid("shop-1", "m-1")), "foreign_number");
  EXPECT_EQ(heard(house_paid(number, "m-2")), "wrong_merchant");
}

}  // namespace
}  // namespace tael::testing
