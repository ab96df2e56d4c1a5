#include "runtime/api/order_json.hpp"

#include "tests/api/api_support.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace tael {
namespace {

const JsonRenderer renderer{"https://pay.example"};

TEST(OrderJson, AnUntouchedOrderReadsAsPromised) {
  const auto view = test::sample_view();
  const auto expected = boost::json::parse(R"({"id":")" + view.order.id + R"(",
    "business":"bakery","order_no":"B-1","type":"instant","scene":"counter","amount":2500,"currency":"CNY",
    "subject":"Two loaves","state":"created","paid_amount":0,"refunded_amount":0,"paid_at":null,"heard_at":null,
    "channel_transaction":null,"path":null,"attempts":[],"refunds":[],"notice":null,
    "cashier_url":"https://pay.example/cashier/)" +
                                           view.order.id + R"(",
    "expires_at":"2026-11-21T08:30:00.000Z","created_at":"2026-11-21T08:00:00.000Z","version":1})");
  EXPECT_EQ(boost::json::parse(renderer.order(view)), expected);
}

TEST(OrderJson, APaidOrderSpeaksThroughTheAttemptThatPaid) {
  auto view = test::paid_view();
  view.notice = Notice{};
  view.notice->tries = 2;
  view.notice->next_at = *parse_rfc3339("2026-11-21T08:05:00Z");
  const auto json = boost::json::parse(renderer.order(view));
  EXPECT_EQ(json.at("path"), "beta/qr/cmb");
  EXPECT_EQ(json.at("channel_transaction"), "42000");
  EXPECT_EQ(json.at("paid_at"), "2026-11-21T08:01:59.000Z") << "by the channel's clock";
  EXPECT_EQ(json.at("heard_at"), "2026-11-21T08:02:00.125Z");
  EXPECT_EQ(json.at("notice"), boost::json::parse(R"({"state":"due","tries":2,"next_at":"2026-11-21T08:05:00.000Z"})"));
  EXPECT_EQ(json.at("attempts").as_array().size(), 2u);
  EXPECT_EQ(json.at("attempts").at(0).at("code"), "NO_FUNDS");
  EXPECT_EQ(json.at("attempts").at(1),
            boost::json::parse(R"({"id":")" + view.order.attempts[1].number + R"(","no":2,"path":"beta/qr/cmb",
              "state":"succeeded","amount":2500,"currency":"CNY","channel_transaction":"42000",
              "voucher":{"kind":"params","value":{"appId":"a"}},"code":null,
              "sent_at":"2026-11-21T08:01:00.000Z","paid_at":"2026-11-21T08:01:59.000Z",
              "finished_at":"2026-11-21T08:02:00.125Z"})"));
  EXPECT_EQ(json.at("refunds").at(0), boost::json::parse(R"({"id":")" + view.order.refunds[0].id +
                                                         R"(","refund_no":"R-1","order_id":")" + view.order.id +
                                                         R"(","amount":500,"currency":"CNY","reason":"one loaf was old",
              "cause":"requested","state":"requested","created_at":"2026-11-21T09:00:00.000Z",
              "refunded_at":null,"finished_at":null})"));
}

TEST(OrderJson, VouchersCarryWhatTheirKindNeeds) {
  const Order order;
  const auto voucher = [&](Voucher given) {
    Attempt attempt;
    attempt.voucher = std::move(given);
    return boost::json::parse(payment_json(order, attempt)).at("voucher");
  };
  EXPECT_EQ(voucher({}), boost::json::parse(R"({"kind":"none"})"));
  EXPECT_EQ(voucher({"qr", "weixin://a"}), boost::json::parse(R"({"kind":"qr","value":"weixin://a"})"));
  EXPECT_EQ(voucher({"params", "{\"a\":1}"}), boost::json::parse(R"({"kind":"params","value":{"a":1}})"));
  EXPECT_EQ(voucher({"params", "not json"}), boost::json::parse(R"({"kind":"params","value":"not json"})"));
}

TEST(OrderJson, NoNumberOfAVoucherIsRoundedOnItsWayToThePayer) {
  auto view = test::paid_view();
  const std::string params = R"({"prepay":12345678901234567890123,"fee":19.99,"t":1e2})";
  view.order.attempts[1].voucher = {"params", params};
  view.number = view.order.attempts[1].number;
  for (const auto& said : {renderer.answer("pay", view).body, renderer.order(view),
                           renderer.notice("order.paid", view, *parse_rfc3339("2026-11-21T08:02:01Z"))})
    EXPECT_NE(said.find(R"("value":)" + params), std::string::npos) << said;
}

TEST(OrderJson, EachRouteHasItsStatusAndBody) {
  auto view = test::paid_view();
  EXPECT_EQ(renderer.answer("create", view).status, 200);
  EXPECT_EQ(renderer.answer("close", view).body, renderer.order(view));
  const auto paid = renderer.answer("pay", view);
  EXPECT_EQ(paid.status, 200);
  EXPECT_EQ(boost::json::parse(paid.body).at("attempt").at("no"), 2);
  view.created = true;
  EXPECT_EQ(renderer.answer("create", view).status, 201);
  view.number = view.order.refunds[0].id;
  EXPECT_EQ(renderer.answer("refund", view).status, 201);
  EXPECT_EQ(boost::json::parse(renderer.answer("refund", view).body).at("refund_no"), "R-1");
}

TEST(OrderJson, ANoticeHasTypeTimeAndTheOrder) {
  const auto view = test::paid_view();
  const auto json = boost::json::parse(renderer.notice("order.paid", view, *parse_rfc3339("2026-11-21T08:02:01Z")));
  EXPECT_EQ(json.at("type"), "order.paid");
  EXPECT_EQ(json.at("timestamp"), "2026-11-21T08:02:01.000Z");
  EXPECT_EQ(json.at("data"), boost::json::parse(renderer.order(view)));
}

}  // namespace
}  // namespace tael
