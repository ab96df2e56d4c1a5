// When money moved, as each protocol writes it: in its own time zone, and never a reason to throw an authentic word
// away.
#include "adapters/channels/alipay/alipay_parser.hpp"
#include "adapters/channels/http_json/http_json_parser.hpp"
#include "adapters/channels/iso8583/iso8583_messages.hpp"
#include "adapters/channels/stripe/stripe_steps.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_steps.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_parser.hpp"
#include "tests/support/hand_clock.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace tael {
namespace {

enum class Protocol { house, alipay, wechat_v2, wechat_v3, stripe };

/// What was paid or went back; DATE stands where its date goes.
struct Telling {
  const char* name;
  Protocol protocol;
  ChannelOp op;
  bool calls_back;
  const char* body;
  const char* date;  ///< 2026-11-18T08:20:05Z, as this protocol writes it there.
};

Reading read(const Telling& telling, const std::string& date) {
  std::string body = telling.body;
  body.replace(body.find("DATE"), 4, date);
  testing::HandClock clock;
  testing::EvenDice dice;
  WechatV2Options v2;
  v2.key = "k";
  const std::map<Protocol, std::function<std::unique_ptr<Parser>()>> parsers{
      {Protocol::house, [] { return std::make_unique<HttpJsonParser>(); }},
      {Protocol::alipay, [] { return std::make_unique<AlipayParser>("app"); }},
      {Protocol::wechat_v2, [&] { return std::make_unique<WechatV2Parser>(v2, clock, dice); }},
      {Protocol::wechat_v3, [&] { return std::make_unique<WechatV3Parser>(WechatV3Options{}, clock, dice); }},
      {Protocol::stripe, [] { return std::make_unique<StripeParser>("acct_1"); }}};
  const auto parser = parsers.at(telling.protocol)();
  if (telling.calls_back) return parser->parse(RawCallback{"/c", {}, body, clock.now()});
  ChannelRequest asked;
  asked.op = telling.op;
  asked.number = asked.attempt = "A1";
  asked.method = "code";
  asked.amount = Money{8880, cny};
  return parser->parse(HttpAnswer{Transport::answered, 200, {}, body, "", {}}, asked);
}

class ChannelTimes : public ::testing::TestWithParam<Telling> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, ChannelTimes, ::testing::Values(
    Telling{"house_payment",  Protocol::house, ChannelOp::inquire, true, R"({"type":"payment","number":"A1","status":"paid","amount":8880,"currency":"CNY","at":"DATE"})", "2026-11-18T16:20:05+08:00"},
    Telling{"house_refund",   Protocol::house, ChannelOp::inquire_refund, false, R"({"number":"A1","status":"refunded","amount":8880,"currency":"CNY","at":"DATE"})", "2026-11-18T08:20:05Z"},
    Telling{"alipay_notice",  Protocol::alipay, ChannelOp::inquire, true, "app_id=app&out_trade_no=A1&trade_status=TRADE_SUCCESS&total_amount=88.80&gmt_payment=DATE", "2026-11-18 16:20:05"},
    Telling{"alipay_inquiry", Protocol::alipay, ChannelOp::inquire, false, R"({"alipay_trade_query_response":{"code":"10000","out_trade_no":"A1","trade_status":"TRADE_SUCCESS","total_amount":"88.80","send_pay_date":"DATE"}})", "2026-11-18 16:20:05"},
    Telling{"alipay_code",    Protocol::alipay, ChannelOp::pay, false, R"({"alipay_trade_pay_response":{"code":"10000","out_trade_no":"A1","total_amount":"88.80","gmt_payment":"DATE"}})", "2026-11-18 16:20:05"},
    Telling{"alipay_refund",  Protocol::alipay, ChannelOp::refund, false, R"({"alipay_trade_refund_response":{"code":"10000","fund_change":"Y","refund_fee":"88.80","gmt_refund_pay":"DATE"}})", "2026-11-18 16:20:05"},
    Telling{"alipay_refund_inquiry", Protocol::alipay, ChannelOp::inquire_refund, false, R"({"alipay_trade_fastpay_refund_query_response":{"code":"10000","out_request_no":"A1","refund_status":"REFUND_SUCCESS","refund_amount":"88.80","gmt_refund_pay":"DATE"}})", "2026-11-18 16:20:05"},
    Telling{"alipay_refund_notice", Protocol::alipay, ChannelOp::inquire_refund, true, "app_id=app&out_biz_no=R1&refund_fee=1.00&trade_status=TRADE_SUCCESS&gmt_refund=DATE", "2026-11-18 16:20:05.000"},
    Telling{"wechat_v2_notice",  Protocol::wechat_v2, ChannelOp::inquire, true, "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><mch_id>1</mch_id><out_trade_no>A1</out_trade_no><total_fee>8880</total_fee><time_end>DATE</time_end></xml>", "20261118162005"},
    Telling{"wechat_v2_inquiry", Protocol::wechat_v2, ChannelOp::inquire, false, "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><trade_state>SUCCESS</trade_state><out_trade_no>A1</out_trade_no><total_fee>8880</total_fee><time_end>DATE</time_end></xml>", "20261118162005"},
    Telling{"wechat_v2_refund_inquiry", Protocol::wechat_v2, ChannelOp::inquire_refund, false, "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><refund_status_0>SUCCESS</refund_status_0><out_refund_no_0>A1</out_refund_no_0><refund_fee_0>8880</refund_fee_0><refund_success_time_0>DATE</refund_success_time_0></xml>", "2026-11-18 16:20:05"},
    Telling{"wechat_v3_inquiry", Protocol::wechat_v3, ChannelOp::inquire, false, R"({"trade_state":"SUCCESS","out_trade_no":"A1","amount":{"total":8880,"currency":"CNY"},"success_time":"DATE"})", "2026-11-18T16:20:05+08:00"},
    Telling{"wechat_v3_refund",  Protocol::wechat_v3, ChannelOp::inquire_refund, false, R"({"status":"SUCCESS","out_refund_no":"A1","amount":{"refund":8880,"currency":"CNY"},"success_time":"DATE"})", "2026-11-18T16:20:05+08:00"},
    Telling{"stripe_event",   Protocol::stripe, ChannelOp::inquire, true, R"({"object":"event","type":"payment_intent.succeeded","created":"DATE","data":{"object":{"object":"payment_intent","id":"pi_1","created":1,"status":"succeeded","amount_received":8880,"currency":"cny","metadata":{"number":"A1"}}}})", "1794990005"},
    Telling{"stripe_charge",  Protocol::stripe, ChannelOp::inquire, false, R"({"object":"payment_intent","id":"pi_1","created":1,"status":"succeeded","amount_received":8880,"currency":"cny","metadata":{"number":"A1"},"latest_charge":{"object":"charge","created":"DATE"}})", "1794990005"},
    Telling{"stripe_refund",  Protocol::stripe, ChannelOp::inquire_refund, false, R"({"object":"refund","id":"re_1","created":"DATE","status":"succeeded","amount":8880,"currency":"cny","metadata":{"number":"A1"}})", "1794990005"}),
    [](const auto& telling) { return telling.param.name; });
// clang-format on

TEST_P(ChannelTimes, AreReadInTheChannelsTimeZone) {
  const auto reading = read(GetParam(), GetParam().date);
  EXPECT_TRUE(reading.readable);
  ASSERT_TRUE(reading.at);
  EXPECT_EQ(to_rfc3339(*reading.at), "2026-11-18T08:20:05.000Z");
}

TEST_P(ChannelTimes, ThatAreMissingOrCannotBeReadSpoilNothing) {
  const auto right = read(GetParam(), GetParam().date);
  for (const std::string date : {"", "yesterday", "2026-13-45 99:99:99", "0000-00-00 00:00:00", "99999999999999999999",
                                 "\xE6\x98\xA8\xE5\xA4\xA9", "2026-11-18T16:20:05", "-1"}) {
    const auto reading = read(GetParam(), date);
    EXPECT_TRUE(reading.readable) << date;
    EXPECT_FALSE(reading.at) << date;
    EXPECT_EQ(reading.word, right.word) << date;
    EXPECT_EQ(reading.amount, right.amount) << date;
    EXPECT_EQ(reading.number, right.number) << date;
  }
}

TEST(ChannelTimes, OfAStripeIntentAreNotWhenItWasMade) {
  const auto reading = StripeParser{"acct_1"}.parse(
      HttpAnswer{
          Transport::answered,
          200,
          {},
          R"({"object":"payment_intent","id":"pi_1","created":1794990005,"status":"succeeded","amount_received":8880,"currency":"cny","metadata":{"number":"A1"},"latest_charge":"ch_1"})",
          "",
          {}},
      {});
  EXPECT_TRUE(reading.readable);
  EXPECT_FALSE(reading.at) << "the payer may have paid an hour later";
}

TEST(ChannelTimes, ATradeThatWasPaidAndReturnedIsKnownByHavingADateHoweverItReads) {
  const Telling closed{
      "",
      Protocol::alipay,
      ChannelOp::inquire,
      false,
      R"({"alipay_trade_query_response":{"code":"10000","out_trade_no":"A1","trade_status":"TRADE_CLOSED","total_amount":"88.80","send_pay_date":"DATE"}})",
      ""};
  EXPECT_EQ(read(closed, "2026-11-18 16:20:05").word, "TRADE_CLOSED_PAID");
  EXPECT_EQ(read(closed, "18.11.2026").word, "TRADE_CLOSED_PAID");
  EXPECT_EQ(read(closed, "").word, "TRADE_CLOSED");
}

TEST(ChannelTransactions, ARefundOfThePosFormHasNoneOfItsOwn) {
  const iso8583::Message sale{"", "0200", {{3, "000000"}}}, host_refund{"", "0200", {{3, "200000"}}},
      pos_refund{"", "0221", {{3, "200000"}, {37, "123456789012"}}};
  const iso8583::Message answer{"", "0210", {{37, "123456789012"}, {41, "10000001"}}};
  EXPECT_EQ(iso8583::own_transaction(sale, answer), "10000001/123456789012");
  EXPECT_EQ(iso8583::own_transaction(host_refund, answer), "10000001/123456789012");
  EXPECT_EQ(iso8583::own_transaction(pos_refund, answer), "")
      << "the reference is its sale's, and every refund's of it";
}

}  // namespace
}  // namespace tael
