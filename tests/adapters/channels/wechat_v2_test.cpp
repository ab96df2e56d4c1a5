#include "adapters/channels/wechat_v2/wechat_v2_signature.hpp"
#include "adapters/crypto/ciphers.hpp"
#include "adapters/encoding/base64.hpp"
#include "tests/adapters/channels/channel_contract.hpp"
#include "tests/adapters/channels/golden.hpp"
#include "tests/adapters/channels/says_anything.hpp"
#include "tests/adapters/channels/wechat_v2_twin.hpp"

namespace tael::testing {

INSTANTIATE_TEST_SUITE_P(WechatV2, ChannelContract, ::testing::Values(&make_wechat_v2_twin));
INSTANTIATE_TEST_SUITE_P(WechatV2Md5, ChannelContract, ::testing::Values(&make_wechat_v2_twin_with_md5));

namespace {

constexpr auto number = "01JD0000000000000000000000A01";

ChannelAnswer call(WechatV2Twin& twin, const ChannelRequest& request) {
  ChannelAnswer answer;
  twin.channel().call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  return answer;
}

TEST(WechatV2Signature, IsThePublishedValue) {
  WechatV2Members members;
  for (const auto& [name, value] : golden().at("wechat_v2_sign").at("params").as_object())
    members[std::string{name}] = boost::json::value_to<std::string>(value);
  members["empty"] = "";
  const auto key = golden("wechat_v2_sign", "key");
  EXPECT_EQ(sign_wechat_v2(members, key, true), golden("wechat_v2_sign", "md5"));
  EXPECT_EQ(sign_wechat_v2(members, key, false), golden("wechat_v2_sign", "hmac_sha256"));
}

TEST(WechatV2Xml, SurvivesWhateverATextHolds) {
  const WechatV2Members members{{"body", "a<b>&\"']]>c"}, {"n", "1"}};
  EXPECT_EQ(read_wechat_v2(write_wechat_v2(members)), members);
  EXPECT_EQ(read_wechat_v2("<xml><a><b>1</b></a></xml>"), (WechatV2Members{{"a", "1"}})) << "all text inside is signed";
}

TEST(WechatV2Refund, NoticeOpensTheGoldenValueWithItsKeyOnly) {
  const auto key = golden("wechat_v2_req_info", "api_key");
  const auto opened = open_wechat_v2_refund(golden("wechat_v2_req_info", "req_info"), {"another", key});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->text_of("refund_status"), "SUCCESS");
  EXPECT_FALSE(open_wechat_v2_refund(golden("wechat_v2_req_info", "req_info"), {"another"}));
  EXPECT_FALSE(open_wechat_v2_refund("AAAA", {key}));
}

TEST(WechatV2Verifier, BelievesBothKeysWhileTheyAreChanged) {
  for (const bool with_md5 : {true, false})
    for (const std::string key : {"the old key", "the new key"}) {
      WechatV2Members members{{"return_code", "SUCCESS"}, {"out_trade_no", "1"}};
      members["sign"] = sign_wechat_v2(members, key, with_md5);
      HttpAnswer answer;
      answer.body = write_wechat_v2(members);
      EXPECT_EQ((WechatV2Verifier{{"the old key", "the new key"}, with_md5}.refuses(answer, {})), "");
      EXPECT_EQ((WechatV2Verifier{{"the old key"}, with_md5}.refuses(answer, {})),
                key == "the old key" ? "" : "bad_signature");
    }
}

TEST(WechatV2Verifier, DoesNotLetTheSenderChooseMd5) {
  WechatV2Members members{{"return_code", "SUCCESS"}, {"out_trade_no", "1"}};
  const auto refusal = [&members](bool sent_in_md5, bool asked_in_md5) {
    members["sign"] = sign_wechat_v2(members, "the key", sent_in_md5);
    HttpAnswer answer;
    answer.body = write_wechat_v2(members);
    return WechatV2Verifier{{"the key"}, asked_in_md5}.refuses(answer, {});
  };
  EXPECT_EQ(refusal(true, false), "bad_signature");
  EXPECT_EQ(refusal(true, true), "");
  EXPECT_EQ(refusal(false, true), "") << "the stronger one is always welcome";
}

TEST(WechatV2Callback, InMd5IsRefusedWhereWeSpeakHmac) {
  WechatV2Twin twin;
  const auto request = twin.payment(number, Fate::paid);
  call(twin, request);
  twin.turn(1h);
  const auto callbacks = twin.callbacks();
  ASSERT_FALSE(callbacks.empty());
  auto callback = callbacks.front();
  EXPECT_EQ(twin.channel().hear(callback).refusal, "");
  auto members = *read_wechat_v2(callback.body);
  members["sign"] = sign_wechat_v2(members, WechatV2Twin::options().key, true);
  callback.body = write_wechat_v2(members);
  EXPECT_EQ(twin.channel().hear(callback).refusal, "bad_signature");
}

TEST(WechatV2Refund, AndReverseAloneShowOurCertificate) {
  SaysAnything client{[](const HttpCall&) { return HttpAnswer{}; }};
  WechatV2Twin twin{"code"};
  const auto channel = make_wechat_v2_channel(WechatV2Twin::options(), client, twin.clock, twin.dice);
  auto request = twin.payment(number, Fate::paid);
  const auto shows = [&](ChannelOp op, const char* method) {
    request.op = op;
    request.method = method;
    channel->call(request, 8s, [](const ChannelAnswer&) {});
    return client.sent.client_certificate != nullptr;
  };
  EXPECT_TRUE(shows(ChannelOp::refund, "native"));
  EXPECT_TRUE(shows(ChannelOp::close, "code"));
  EXPECT_FALSE(shows(ChannelOp::close, "native"));
  EXPECT_FALSE(shows(ChannelOp::pay, "code"));
  EXPECT_FALSE(shows(ChannelOp::inquire, "native"));
}

TEST(WechatV2Order, InAnotherCurrencyIsNotSentAsTheSameNumberOfFen) {
  WechatV2Twin twin{"native"};
  auto request = twin.payment(number, Fate::paid);
  request.amount.currency = Currency::of("JPY");
  const auto answer = call(twin, request);
  EXPECT_EQ(answer.code, "currency_not_taken");
  EXPECT_EQ(answer.transport, Transport::not_sent);
}

TEST(WechatV2Code, ThatWaitsForAPasswordIsPolledThenReversed) {
  WechatV2Twin twin{"code"};
  const auto request = twin.payment(number, Fate::unpaid);
  EXPECT_EQ(call(twin, request).ending, Ending::pending);
  auto inquiry = request;
  inquiry.op = ChannelOp::inquire;
  EXPECT_EQ(call(twin, inquiry).ending, Ending::pending);
  auto reverse = request;
  reverse.op = ChannelOp::close;
  EXPECT_EQ(call(twin, reverse).ending, Ending::approved);
  EXPECT_EQ(call(twin, inquiry).ending, Ending::declined);
}

TEST(WechatV2Code, IsReversedAgainAsLongAsTheChannelWantsIt) {
  WechatV2Twin twin{"code"};
  std::string recall = "Y";
  SaysAnything client{[&](const HttpCall&) {
    WechatV2Members members{{"return_code", "SUCCESS"}, {"result_code", "SUCCESS"}, {"recall", recall}};
    members["sign"] = sign_wechat_v2(members, WechatV2Twin::options().key, false);
    return HttpAnswer{Transport::answered, 200, {}, write_wechat_v2(members), "", 5ms};
  }};
  const auto channel = make_wechat_v2_channel(WechatV2Twin::options(), client, twin.clock, twin.dice);
  auto request = twin.payment(number, Fate::unpaid);
  request.op = ChannelOp::close;
  Ending ending = Ending::declined;
  const auto hear = [&](const ChannelAnswer& answer) { ending = answer.ending; };
  channel->call(request, 8s, hear);
  EXPECT_EQ(ending, Ending::silent);
  recall = "N";
  channel->call(request, 8s, hear);
  EXPECT_EQ(ending, Ending::approved);
}

TEST(WechatV2Callback, OfARefundThatWasSealedByAnotherIsRefused) {
  WechatV2Twin twin;
  const auto sealed =
      to_base64(*encrypt_aes_256_ecb(md5_hex("a guess"), "<root><refund_status>SUCCESS</refund_status></root>"));
  const RawCallback callback{
      "/c", {}, "<xml><return_code>SUCCESS</return_code><req_info>" + sealed + "</req_info></xml>", twin.now()};
  EXPECT_EQ(twin.channel().hear(callback).refusal, "bad_signature");
}

}  // namespace
}  // namespace tael::testing
