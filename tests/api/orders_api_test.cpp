// Routes over a gateway that answers from what the test put there: what is asked of it, and what callers read.
#include "runtime/api/orders_api.hpp"

#include "runtime/api/order_requests.hpp"
#include "tests/api/api_support.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace tael {
namespace {

using namespace std::chrono_literals;

constexpr auto create_body =
    R"({"order_no":"B-1","scene":"counter","amount":2500,"currency":"CNY","subject":"Two loaves","notify_url":"https://b.example"})";

struct Answer {
  ServerResponse response;
  boost::json::value json;
  int status() const { return response.status; }
  std::string code() const {
    return json.is_object() && json.as_object().contains("code") ? json.at("code").as_string().c_str() : "";
  }
  std::string header(std::string_view name) const {
    const auto* value = find_header(response.headers, name);
    return value == nullptr ? "" : *value;
  }
};

class OrdersApiTest : public testing::Test {
 protected:
  Answer send(ServerRequest request) {
    Answer answer;
    int answers = 0;
    api.handle(std::move(request), [&](ServerResponse response) {
      ++answers;
      answer.response = std::move(response);
    });
    EXPECT_EQ(answers, 1);
    EXPECT_NE(answer.header("Tael-Request-Id"), "");
    if (answer.response.content_type.ends_with("json")) answer.json = boost::json::parse(answer.response.body);
    return answer;
  }
  Answer call(const std::string& method, const std::string& target, const std::string& body = "") {
    return send(test::signed_request(clock, method, target, body));
  }
  Answer call_with_key(const std::string& key, const std::string& target, const std::string& body) {
    auto request = test::signed_request(clock, "POST", target, body);
    request.headers.emplace_back("idempotency-key", key);
    return send(std::move(request));
  }
  IdempotencyKey key_row(const std::string& route, const std::string& target, const std::string& body, int status) {
    return {.business = "bakery",
            .route = route,
            .key = "k",
            .body_hash = fingerprint("POST", target, body),
            .order_id = {},
            .status = status,
            .answer = status == 0 ? "" : R"({"stored":true})"};
  }

  test::HandClock clock;
  test::CountingDice dice;
  test::DeafMeter meter;
  test::FakeGateway gateway;
  JsonRenderer renderer{"https://pay.example"};
  OrdersApi api{test::peers_of(gateway, renderer, clock, dice, meter)};
  const std::string order = "/v1/orders/" + test::sample_view().order.id;
};

TEST_F(OrdersApiTest, CreatesAnOrder) {
  auto view = test::sample_view();
  view.created = true;
  gateway.reply = view;
  const auto answer = call("POST", "/v1/orders", create_body);
  EXPECT_EQ(answer.status(), 201);
  EXPECT_EQ(answer.json.at("order_no"), "B-1");
  const auto& asked = gateway.only<CreateOrder>();
  EXPECT_EQ(asked.claim.business, "bakery");
  EXPECT_EQ(asked.claim.route, "create");
  EXPECT_EQ(asked.claim.key, "");
  EXPECT_EQ(asked.claim.request_id, answer.header("Tael-Request-Id"));
  EXPECT_EQ(asked.draft.amount, 2'500);
  EXPECT_EQ(asked.draft.expires_at, clock.now() + 30min);
}

TEST_F(OrdersApiTest, ARepeatedCreateIsA200) { EXPECT_EQ(call("POST", "/v1/orders", create_body).status(), 200); }

TEST_F(OrdersApiTest, ReadsAnOrderByIdAndByNumber) {
  EXPECT_EQ(call("GET", order).json.at("id").as_string(), test::sample_view().order.id);
  EXPECT_EQ(gateway.only<ViewOrder>().business, "bakery");
  gateway.asked.clear();
  EXPECT_EQ(call("GET", "/v1/orders?order_no=B-1").status(), 200);
  EXPECT_EQ(gateway.only<FindOrder>().order_no, "B-1");
  EXPECT_EQ(call("GET", "/v1/orders").code(), "INVALID_QUERY");
  EXPECT_EQ(call("GET", "/v1/orders?order_no=%00").code(), "INVALID_QUERY");
}

TEST_F(OrdersApiTest, AskedForTooLateIsAboutTheField) {
  gateway.reply = Refused{Refusal::expired, "the order's time is over", {}};
  const auto answer = call("POST", "/v1/orders",
                           R"({"order_no":"B-1","scene":"counter","amount":1,"currency":"CNY","subject":"bun",)"
                           R"("notify_url":"https://b.example",)"
                           R"("expires_at":"2020-01-01T00:00:00Z"})");
  ASSERT_EQ(gateway.asked.size(), 1u) << answer.response.body;
  EXPECT_EQ(gateway.only<CreateOrder>().draft.order_no, "B-1") << "it may be a repeat: the owner knows";
  EXPECT_EQ(answer.status(), 422);
  EXPECT_EQ(answer.json.at("errors").at(0).at("pointer").as_string(), "#/expires_at");
}

TEST_F(OrdersApiTest, PaysOnAPathOfTheBusiness) {
  gateway.reply = test::paid_view();
  const auto answer = call("POST", order + "/payments", R"({"path":"beta/qr/cmb"})");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.json.at("attempt").at("path"), "beta/qr/cmb");
  EXPECT_EQ(answer.json.at("voucher").at("kind"), "params");
  EXPECT_EQ(gateway.only<PayOrder>().path, "beta/qr/cmb");
  EXPECT_EQ("/v1/orders/" + gateway.only<PayOrder>().order_id, order);
}

TEST_F(OrdersApiTest, APathOfSomebodyElseIsUnknown) {
  const auto answer = call("POST", order + "/payments", R"({"path":"beta/card/cmb"})");
  EXPECT_EQ(answer.status(), 422);
  EXPECT_EQ(answer.code(), "PATH_UNKNOWN");
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(OrdersApiTest, ClosesWithoutABody) {
  EXPECT_EQ(call("POST", order + "/close").status(), 200);
  EXPECT_EQ(gateway.only<CloseOrder>().claim.route, "close");
}

TEST_F(OrdersApiTest, RefundsInTheOrdersCurrency) {
  auto view = test::paid_view();
  view.number = view.order.refunds[0].id;
  view.created = true;
  gateway.reply = view;
  const auto answer = call("POST", order + "/refunds", R"({"refund_no":"R-1","amount":500,"reason":"old"})");
  EXPECT_EQ(answer.status(), 201);
  EXPECT_EQ(answer.json.at("order_id").as_string(), view.order.id);
  EXPECT_EQ(gateway.only<RefundOrder>().amount, 500);
}

TEST_F(OrdersApiTest, ARefundThatNamesAnotherCurrencyIsRefused) {
  gateway.reply = test::paid_view();
  const auto body = [](const std::string& currency) {
    return R"({"refund_no":"R-1","amount":{"amount":500,"currency":")" + currency + "\"}}";
  };
  const auto answer = call("POST", order + "/refunds", body("JPY"));
  EXPECT_EQ(answer.status(), 422);
  EXPECT_EQ(answer.json.at("errors").at(0).at("pointer"), "#/currency");
  EXPECT_EQ(gateway.asked.size(), 1u);
  auto refunded = test::paid_view();
  refunded.number = refunded.order.refunds[0].id;
  gateway.replies = {test::paid_view(), refunded};
  EXPECT_EQ(call("POST", order + "/refunds", body("CNY")).status(), 200);
}

TEST_F(OrdersApiTest, ReadsARefundThroughItsOrder) {
  const auto view = test::paid_view();
  gateway.reply = view;
  EXPECT_EQ(call("GET", "/v1/refunds/" + view.order.refunds[0].id).json.at("refund_no"), "R-1");
  EXPECT_EQ(gateway.only<ViewOrder>().order_id, view.order.id);
  EXPECT_EQ(call("GET", "/v1/refunds/" + refund_number(view.order.id, 2)).code(), "REFUND_NOT_FOUND");
  EXPECT_EQ(call("GET", "/v1/refunds/nonsense").code(), "REFUND_NOT_FOUND");
  gateway.reply = Refused{Refusal::order_not_found, "", {}};
  EXPECT_EQ(call("GET", "/v1/refunds/" + view.order.refunds[0].id).code(), "REFUND_NOT_FOUND");
  gateway.reply = Refused{Refusal::unavailable, "", {}};
  EXPECT_EQ(call("GET", "/v1/refunds/" + view.order.refunds[0].id).code(), "UNAVAILABLE");
}

TEST_F(OrdersApiTest, EveryRefusalOfTheOwnerIsAProblem) {
  for (int i = 0; i <= static_cast<int>(Refusal::unavailable); ++i) {
    const auto refusal = static_cast<Refusal>(i);
    gateway.reply = Refused{refusal, "because", {}};
    const auto answer = call("POST", order + "/close");
    EXPECT_EQ(answer.status(), reason_of(refusal).status);
    EXPECT_EQ(answer.code(), reason_of(refusal).code);
    EXPECT_EQ(answer.json.at("detail"), "because");
    EXPECT_EQ(answer.json.at("request_id").as_string(), answer.header("Tael-Request-Id"));
    EXPECT_EQ(answer.response.content_type, "application/problem+json");
  }
}

TEST_F(OrdersApiTest, AnOpenPathSaysUntilWhen) {
  gateway.reply = Refused{Refusal::path_open, "", clock.now() + 7s};
  const auto answer = call("POST", order + "/payments", R"({"path":"alpha/qr/any"})");
  EXPECT_EQ(answer.status(), 503);
  EXPECT_EQ(answer.header("Retry-After"), "7");
  EXPECT_EQ(answer.json.at("retry_at").as_string(), to_rfc3339(clock.now() + 7s));
}

TEST_F(OrdersApiTest, NobodyGetsPastAWrongSignature) {
  for (const auto& [method, target] :
       std::vector<std::pair<std::string, std::string>>{{"POST", "/v1/orders"},
                                                        {"GET", "/v1/orders?order_no=B-1"},
                                                        {"GET", order},
                                                        {"POST", order + "/payments"},
                                                        {"POST", order + "/close"},
                                                        {"POST", order + "/refunds"},
                                                        {"GET", "/v1/refunds/x"}}) {
    auto request = test::signed_request(clock, method, target, "{}", {.salt = "guess", .nonce = {}, .timestamp = {}});
    EXPECT_EQ(send(std::move(request)).status(), 401) << target;
  }
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(OrdersApiTest, BodiesAreRefusedWithAllTheirErrors) {
  const auto answer = call("POST", "/v1/orders", R"({"order_no":"B 1","amount":25.0,"currency":"CNY","sbject":"x"})");
  EXPECT_EQ(answer.status(), 422);
  EXPECT_EQ(answer.code(), "INVALID_FIELDS");
  std::vector<std::string> pointers;
  for (const auto& error : answer.json.at("errors").as_array())
    pointers.emplace_back(error.at("pointer").as_string().c_str());
  EXPECT_EQ(pointers,
            (std::vector<std::string>{"#/order_no", "#/scene", "#/amount", "#/subject", "#/notify_url", "#/sbject"}));
  EXPECT_EQ(call("POST", "/v1/orders", "{").code(), "MALFORMED_BODY");
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(OrdersApiTest, OnlyJsonIsRead) {
  auto request = test::signed_request(clock, "POST", "/v1/orders", create_body);
  for (auto& [name, value] : request.headers)
    if (name == "content-type") value = "text/plain";
  EXPECT_EQ(send(std::move(request)).status(), 415);
  auto charset = test::signed_request(clock, "POST", "/v1/orders", create_body);
  for (auto& [name, value] : charset.headers)
    if (name == "content-type") value = "Application/JSON; charset=utf-8";
  EXPECT_EQ(send(std::move(charset)).status(), 200);
}

TEST_F(OrdersApiTest, ATwinOfAPaymentUnderWayIsMarkedAsARepeat) {
  auto twin = test::paid_view();
  twin.replayed = true;
  gateway.replies = {test::paid_view(), twin};
  const auto body = R"({"path":"beta/qr/cmb"})";
  EXPECT_EQ(call("POST", order + "/payments", body).header("Idempotency-Replayed"), "");
  EXPECT_EQ(call("POST", order + "/payments", body).header("Idempotency-Replayed"), "true");
}

TEST_F(OrdersApiTest, AFinishedKeyIsAnsweredFromTheStore) {
  gateway.keys["create/k"] = key_row("create", "/v1/orders", create_body, 201);
  const auto answer = call_with_key("\"k\"", "/v1/orders", create_body);
  EXPECT_EQ(answer.status(), 201);
  EXPECT_EQ(answer.response.body, R"({"stored":true})");
  EXPECT_EQ(answer.header("Idempotency-Replayed"), "true");
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(OrdersApiTest, AKeyWithAnotherBodyIsRefused) {
  gateway.keys["create/k"] = key_row("create", "/v1/orders", "{}", 201);
  EXPECT_EQ(call_with_key("k", "/v1/orders", create_body).code(), "IDEMPOTENCY_KEY_TAKEN");
  gateway.keys["create/k"] = key_row("create", "/v1/orders", "{}", 0);
  EXPECT_EQ(call_with_key("k", "/v1/orders", create_body).status(), 422);
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(OrdersApiTest, AFreshOrUnfinishedKeyGoesToTheOwnerWithItsClaim) {
  EXPECT_EQ(call_with_key("k", "/v1/orders", create_body).status(), 200);
  EXPECT_EQ(gateway.only<CreateOrder>().claim.key, "k");
  EXPECT_EQ(gateway.only<CreateOrder>().claim.body_hash, fingerprint("POST", "/v1/orders", create_body));
  gateway.asked.clear();
  gateway.keys["create/k"] = key_row("create", "/v1/orders", create_body, 0);
  EXPECT_EQ(call_with_key("k", "/v1/orders", create_body).status(), 200);
  EXPECT_EQ(gateway.asked.size(), 1u);
}

TEST_F(OrdersApiTest, ATwinThatWonTheRaceAnswersForBoth) {
  gateway.keys_later = {key_row("create", "/v1/orders", create_body, 201)};
  gateway.reply = Refused{Refusal::key_taken, "", {}};
  const auto answer = call_with_key("k", "/v1/orders", create_body);
  EXPECT_EQ(answer.status(), 201);
  EXPECT_EQ(answer.header("Idempotency-Replayed"), "true");
}

TEST_F(OrdersApiTest, ATwinStillAtWorkIsAConflictToRetry) {
  gateway.keys["create/k"] = key_row("create", "/v1/orders", create_body, 0);
  gateway.reply = Refused{Refusal::key_taken, "", {}};
  const auto answer = call_with_key("k", "/v1/orders", create_body);
  EXPECT_EQ(answer.status(), 409);
  EXPECT_EQ(answer.code(), "IDEMPOTENCY_KEY_IN_USE");
  EXPECT_EQ(answer.header("Retry-After"), "1");
}

TEST_F(OrdersApiTest, AMalformedKeyAndADeafStoreAreRefused) {
  EXPECT_EQ(call_with_key("a b", "/v1/orders", create_body).code(), "IDEMPOTENCY_KEY_MALFORMED");
  gateway.store_error = "connection lost";
  const auto answer = call_with_key("k", "/v1/orders", create_body);
  EXPECT_EQ(answer.code(), "UNAVAILABLE");
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(OrdersApiTest, AnAnswerStoredByTheOwnerIsRepeated) {
  gateway.reply = StoredAnswer{201, R"({"stored":true})"};
  const auto answer = call_with_key("k", "/v1/orders", create_body);
  EXPECT_EQ(answer.status(), 201);
  EXPECT_EQ(answer.header("Idempotency-Replayed"), "true");
}

TEST_F(OrdersApiTest, AReplyThatBreaksAPromiseIsOurMistakeAndNotTheGateways) {
  gateway.reply = test::sample_view();  // A payment's view without its attempt.
  const auto answer = call("POST", order + "/payments", R"({"path":"alpha/qr/any"})");
  EXPECT_EQ(answer.status(), 500);
  EXPECT_EQ(answer.json.at("outcome"), "unknown");
}

TEST_F(OrdersApiTest, CallbacksPassUntouchedAndUnsigned) {
  gateway.acknowledgement = {500, "application/json", R"({"code":"FAIL"})"};
  const auto answer = send({"POST", "/channels/alpha/callback?x=%20", {{"sig", "s"}}, "raw \x01 bytes", "10.0.0.1"});
  EXPECT_EQ(answer.status(), 500);
  EXPECT_EQ(answer.response.body, R"({"code":"FAIL"})");
  const auto& asked = gateway.only<HearCallback>();
  EXPECT_EQ(asked.channel, "alpha");
  EXPECT_EQ(asked.raw.path_and_query, "/channels/alpha/callback?x=%20");
  EXPECT_EQ(asked.raw.body, "raw \x01 bytes");
  EXPECT_EQ(asked.raw.headers, (HttpHeaders{{"sig", "s"}}));
  EXPECT_EQ(asked.raw.heard_at, clock.now());
}

TEST_F(OrdersApiTest, UnknownPathsAndMethodsAreProblems) {
  EXPECT_EQ(send({"GET", "/v2/orders", {}, "", ""}).code(), "NOT_FOUND");
  const auto answer = send({"DELETE", order, {}, "", ""});
  EXPECT_EQ(answer.status(), 405);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD");
}

TEST_F(OrdersApiTest, TheNodeTellsHowItIs) {
  EXPECT_EQ(send({"GET", "/livez", {}, "", ""}).status(), 200);
  EXPECT_EQ(send({"GET", "/readyz?verbose", {}, "", ""}).json,
            boost::json::parse(R"({"ready":true,"parts":{"store":true}})"));
  EXPECT_EQ(send({"GET", "/openapi.yaml", {}, "", ""}).response.content_type, "application/yaml");
}

TEST_F(OrdersApiTest, PayersAreNotToldOfBusinessesAndOperators) {
  const auto at = [&](OrdersApi::Listener listener, const std::string& path) {
    ServerResponse heard;
    api.handle(
        {"GET", path, {}, "", ""}, [&](ServerResponse response) { heard = std::move(response); }, listener);
    return heard;
  };
  using enum OrdersApi::Listener;
  EXPECT_EQ(at(businesses, "/metrics").status, 404);
  EXPECT_EQ(at(operators, "/metrics").body, "tael_up 1\n");
  const auto told = at(businesses, "/openapi.yaml").body;
  EXPECT_EQ(told.find("/admin/"), std::string::npos);
  EXPECT_EQ(told.find("/metrics"), std::string::npos);
  EXPECT_EQ(told.find("Tael-Admin-Token"), std::string::npos);
  EXPECT_NE(told.find("\n  /v1/orders:\n"), std::string::npos);
  EXPECT_NE(told.find("\ncomponents:\n"), std::string::npos);
  EXPECT_EQ(at(operators, "/openapi.yaml").body, openapi_yaml());
}

TEST_F(OrdersApiTest, AReadThatFailedDidNothing) {
  gateway.reply = Refused{Refusal::unavailable, "the owner did not answer in time", {}};
  EXPECT_EQ(call("GET", order, "").json.at("outcome"), "not_sent");
  EXPECT_EQ(call("POST", order + "/payments", R"({"path":"alpha/qr/any"})").json.at("outcome"), "unknown");
  gateway.reply = Refused{Refusal::unavailable, "the order cannot be read now", {}, true};
  EXPECT_EQ(call("POST", order + "/payments", R"({"path":"alpha/qr/any"})").json.at("outcome"), "not_sent");
}

TEST_F(OrdersApiTest, WhatWasNotHandedOnWasNotSent) {
  EXPECT_EQ(boost::json::parse(api.refuse(503, "too many connections", false).body).at("outcome"), "not_sent");
  EXPECT_EQ(boost::json::parse(api.refuse(503, "no answer in time", true).body).at("outcome"), "unknown");
  EXPECT_EQ(boost::json::parse(api.refuse(408, "slow", false).body).at("outcome"), "not_sent");
}

TEST_F(OrdersApiTest, RefusalsOfTheServerReadLikeOurOwn) {
  for (const int status : {400, 408, 413, 417, 431, 500, 503}) {
    const auto response = api.refuse(status, "why");
    const auto json = boost::json::parse(response.body);
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(json.at("status"), status);
    EXPECT_EQ(json.at("detail"), "why");
    EXPECT_EQ(json.at("request_id").as_string(), *find_header(response.headers, "Tael-Request-Id"));
  }
}

}  // namespace
}  // namespace tael
