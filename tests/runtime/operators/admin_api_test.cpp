// The admin routes over a gateway that is a table, and a real store for what is read.
#include "runtime/admin/admin_api.hpp"

#include "runtime/api/order_json.hpp"
#include "tests/runtime/operators/story.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>

namespace tael::testing {
namespace {

constexpr const char* token = "an-admin-token-for-tests";

struct FakeGateway final : AdminGateway {
  std::map<std::string, BreakerView> breakers;
  std::optional<SwitchPath> switched;
  std::string synced, closed, resumed, cause;

  void view_breakers(std::function<void(std::variant<BreakersView, Refused>)> done) override {
    BreakersView view;
    for (const auto& [path, breaker] : breakers) view.breakers.push_back(breaker);
    done(view);
  }
  void switch_path(SwitchPath hand, std::function<void(std::variant<BreakerView, Refused>)> done) override {
    if (!breakers.contains(hand.path)) return done(Refused{Refusal::path_unknown, "no such path", {}});
    switched = hand;
    done(breakers[hand.path]);
  }
  void sync(std::string order_id, OnOrder done) override {
    synced = order_id;
    done(Refused{Refusal::order_not_found, "there is no such order", {}});
  }
  void close(std::string order_id, std::string why, OnOrder done) override {
    closed = order_id;
    cause = why;
    OrderView view;
    view.order.id = order_id;
    view.order.state = OrderState::closed;
    done(view);
  }
  void resume(std::string order_id, std::string why, OnOrder done) override {
    resumed = order_id;
    cause = why;
    done(Refused{Refusal::nothing_parked, "nothing of it is parked", {}});
  }
  Story* story = nullptr;  ///< Where alerts are handled.
  void handle_alert(HandleAlert hand, std::function<void(AlertReply)> done) override {
    done(story->handle_alert(hand));
  }
  bool can_write = true;
  std::vector<JournalRow> written;
  void write_down(JournalRow row, std::function<void(bool)> done) override {
    if (can_write) written.push_back(std::move(row));
    done(can_write);
  }
};

struct FixedClock final : Clock {
  TimePoint at = *parse_rfc3339("2026-11-11T08:00:00.000Z");
  TimePoint now() const override { return at; }
};
struct CountingDice final : Dice {
  std::uint64_t count = 0;
  std::uint64_t roll() override { return ++count; }
};

struct AdminRoutes : ::testing::Test {
  TestDatabase database;
  FakeGateway gateway;
  FixedClock clock;
  CountingDice dice;
  JsonRenderer renderer;
  StoreReads reads{database.url()};
  std::vector<AdminToken> tokens{{"deploy", token, OperatorRole::operate},
                                 {"dashboard", "a-token-that-only-looks", OperatorRole::read}};

  void SetUp() override {
    auto& breaker = gateway.breakers["aurora/qr/alder"];
    breaker.path = "aurora/qr/alder";
    breaker.window.total = 6;
    breaker.window.timeouts = 4;
  }

  ServerResponse ask(const std::string& method, const std::string& target, const std::string& body = "",
                     const std::string& shown = token) {
    AdminApi api{AdminPeers{gateway, reads, renderer, clock, dice, tokens,
                            [](const std::function<void(std::string)>& done) { done(R"({"node": "n"})"); },
                            [](ServerRequest, Respond respond) {
                              respond({299, "text/plain", "the next handler", {}});
                            }}};
    std::promise<ServerResponse> promise;
    api.handle({method, target, {{"tael-admin-token", shown}}, body, "127.0.0.1"},
               [&](ServerResponse response) { promise.set_value(std::move(response)); });
    return promise.get_future().get();
  }
  boost::json::value json(const ServerResponse& response) { return boost::json::parse(response.body); }
};

TEST_F(AdminRoutes, LetsNobodyInWithoutTheToken) {
  EXPECT_EQ(ask("GET", "/admin/channels", "", "a wrong token").status, 401);
  EXPECT_EQ(ask("GET", "/admin/nothing", "", "a wrong token").status, 401) << "nor says what there is";
  tokens.clear();
  const auto closed = ask("GET", "/admin/channels", "", "");
  EXPECT_EQ(closed.status, 403);
  EXPECT_NE(closed.body.find("admin_token"), std::string::npos) << closed.body;
}

TEST_F(AdminRoutes, TheAuditSaysWhoseTokenItWasWhateverNameTheCallerWrites) {
  const auto id = make_id(clock.at, 0, 1);
  ask("POST", "/admin/orders/" + id + "/close", R"({"actor":"operator/ada","reason":"by phone"})");
  EXPECT_EQ(gateway.cause, "token/deploy for operator/ada: by phone");
  ask("POST", "/admin/orders/" + id + "/close", R"({"reason":"at night"})");
  EXPECT_EQ(gateway.cause, "token/deploy: at night");
}

TEST_F(AdminRoutes, WhoMayOnlyReadChangesNothing) {
  const auto id = make_id(clock.at, 0, 1);
  const std::string looks = "a-token-that-only-looks";
  int deeds = 0;
  for (const auto& route : AdminApi::routes()) {
    if (route.method == "GET") continue;
    ++deeds;
    std::string target{route.pattern};
    if (const auto at = target.find("{id}"); at != std::string::npos) target.replace(at, 4, id);
    const auto answer = ask(std::string{route.method}, target, R"({"reason":"r"})", looks);
    EXPECT_EQ(answer.status, 403) << target;
    EXPECT_EQ(json(answer).at("code").as_string(), "ROLE_LACKING");
  }
  EXPECT_GT(deeds, 5);
  EXPECT_TRUE(gateway.written.empty());
  EXPECT_EQ(ask("GET", "/admin/channels", "", looks).status, 200);
}

TEST_F(AdminRoutes, EveryDeedIsWrittenDownBeforeAndAfter) {
  const auto id = make_id(clock.at, 0, 1);
  ask("POST", "/admin/orders/" + id + "/close", R"({"actor":"ada","reason":"by phone"})");
  ASSERT_EQ(gateway.written.size(), 2U);
  EXPECT_EQ(gateway.written[0].kind, "operator_asked");
  EXPECT_EQ(gateway.written[0].cause, "token/deploy for ada");
  EXPECT_EQ(gateway.written[1].kind, "operator_answered");
  EXPECT_EQ(gateway.written[1].entity, gateway.written[0].entity);
  gateway.written.clear();
  ask("POST", "/admin/orders/" + id + "/sync", "{}");
  EXPECT_EQ(gateway.written.size(), 2U);
}

TEST_F(AdminRoutes, WhatCannotBeWrittenDownIsNotDoneButASwitchIs) {
  gateway.can_write = false;
  const auto id = make_id(clock.at, 0, 1);
  const auto answer = ask("POST", "/admin/orders/" + id + "/close", R"({"reason":"by phone"})");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(json(answer).at("outcome").as_string(), "not_sent");
  EXPECT_EQ(gateway.closed, "");
  EXPECT_EQ(ask("POST", "/admin/channels/switch", R"({"path":"aurora/qr/alder","static_switch":"off","reason":"down"})")
                .status,
            200);
  EXPECT_TRUE(gateway.switched.has_value());
}

TEST_F(AdminRoutes, HandsOnWhatIsNotItsOwn) {
  EXPECT_EQ(ask("GET", "/metrics", "", "").status, 299);
  EXPECT_EQ(ask("GET", "/administration", "", "").status, 299);
  EXPECT_EQ(ask("GET", "/admin/nothing").status, 404);
  EXPECT_EQ(ask("PUT", "/admin/channels").status, 405);
}

TEST_F(AdminRoutes, ShowsBreakersWithTheirWindows) {
  const auto response = ask("GET", "/admin/channels");
  EXPECT_EQ(response.status, 200);
  const auto paths = json(response);
  EXPECT_EQ(paths.at("paths").at(0).at("path").as_string(), "aurora/qr/alder");
  EXPECT_EQ(paths.at("paths").at(0).at("window").at("timeouts").as_int64(), 4);
  EXPECT_TRUE(paths.at("paths").at(0).at("until").is_null());
}

TEST_F(AdminRoutes, SwitchesAPathWithAnEndAndAName) {
  const auto response =
      ask("POST", "/admin/channels/switch",
          R"({"path":"aurora/qr/alder","static_switch":"off","for":"30min","actor":"ada","reason":"bank is down"})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(gateway.switched->order.to, StaticSwitch::off);
  EXPECT_EQ(gateway.switched->order.until, clock.at + 30min);
  EXPECT_EQ(gateway.switched->order.actor, "token/deploy for ada");
  EXPECT_EQ(gateway.switched->order.reason, "bank is down");
}

TEST_F(AdminRoutes, RefusesASwitchThatCannotBeMeant) {
  const auto refused = [&](const std::string& body, int status = 422) {
    EXPECT_EQ(ask("POST", "/admin/channels/switch", body).status, status) << body;
    EXPECT_FALSE(gateway.switched) << body;
  };
  refused("nonsense", 400);
  refused(R"({"path":"aurora/qr/alder","static_switch":"off","actor":"ada"})");
  refused(R"({"path":"aurora/qr/alder","static_switch":"of","actor":"ada","reason":"r"})");
  refused(R"({"path":"aurora/qr/alder/","static_switch":"off","actor":"ada","reason":"r"})");
  refused(R"({"path":"aurora","static_switch":"off","for":"25h","actor":"ada","reason":"r"})");
  refused(R"({"path":"aurora","static_switch":"forced_open","until":"revoked","actor":"ada","reason":"r"})");
  refused(R"({"path":"aurora/qr/alder","static_switch":"on","for":"5min","actor":"ada","reason":"r"})");
  refused(
      R"({"path":"aurora/qr/alder","static_switch":"off","until":"2020-01-01T00:00:00Z","actor":"ada","reason":"r"})");
  refused(R"({"path":"aurora/qr/alder","static_switch":"off","actor":"supervisor","reason":"r"})");
  refused(R"({"path":"aurora/qr/alder","static_switch":"off","actor":"ada","reason":"  "})");
  refused("{\"path\":\"aurora/qr/alder\",\"static_switch\":\"off\",\"actor\":\"ada\",\"reason\":\"\u3000\"}");
  refused(R"({"path":"aurora/qr/alder","static_switch":"off","actor":" ","reason":"r"})");
  refused(R"({"path":"aurora/qr/birch","static_switch":"off","actor":"ada","reason":"r"})", 404);
}

TEST_F(AdminRoutes, ALengthThatFitsNoInstantIsNotTakenForOneInThePast) {
  for (const auto* length : {"106751991167d", "2562047788015h", "25h"}) {
    const auto response = ask(
        "POST", "/admin/channels/switch",
        R"({"path":"aurora","static_switch":"off","actor":"ada","reason":"r","for":")" + std::string{length} + "\"}");
    ASSERT_EQ(response.status, 422) << length;
    const auto errors = json(response).at("errors").as_array();
    ASSERT_EQ(errors.size(), 1U) << response.body;
    EXPECT_EQ(errors.at(0).at("pointer").as_string(), "#/for");
    EXPECT_TRUE(errors.at(0).at("detail").as_string().starts_with("at most 24h")) << response.body;
  }
  EXPECT_FALSE(gateway.switched);
}

TEST_F(AdminRoutes, ClosesAnOrderAndTellsTheJournalWhoAndWhy) {
  const std::string id = "01M74T1Q2800G0000000000003";
  const auto response = ask("POST", "/admin/orders/" + id + "A01/close", R"({"actor":"ada","reason":"by phone"})");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(gateway.closed, id) << "an attempt stands for its order";
  EXPECT_EQ(gateway.cause, "token/deploy for ada: by phone");
  EXPECT_EQ(json(response).at("state").as_string(), "closed");
  EXPECT_EQ(ask("POST", "/admin/orders/" + id + "/close", R"({"actor":"ada"})").status, 422);
}

TEST_F(AdminRoutes, TakesUpAnOrderOfWhichSomethingIsParkedForAPersonWhoSaysWhy) {
  const std::string id = "01M74T1Q2800G000000000009Z";
  const auto response = ask("POST", "/admin/orders/" + id + "/resume", R"({"actor":"ada","reason":"mended"})");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(json(response).at("code").as_string(), "NOTHING_PARKED");
  EXPECT_EQ(gateway.resumed, id);
  EXPECT_EQ(gateway.cause, "token/deploy for ada: mended");
  EXPECT_EQ(ask("POST", "/admin/orders/" + id + "/resume", R"({"actor":"ada"})").status, 422);
}

TEST_F(AdminRoutes, HandsOnTheOwnersRefusal) {
  EXPECT_EQ(ask("POST", "/admin/orders/nothing/sync", "{}").status, 404);
  EXPECT_EQ(gateway.synced, "nothing");
}

TEST_F(AdminRoutes, ReadsEventsAlertsAndOrdersFromTheStore) {
  Story{database.url()}.play_everything();
  const auto events = json(ask("GET", "/admin/channels/aurora/qr/alder/events"));
  ASSERT_EQ(events.at("events").as_array().size(), 2U);
  EXPECT_EQ(events.at("events").at(0).at("seq").as_int64(), 2) << "newest first";
  EXPECT_EQ(events.at("events").at(1).at("cause").as_string(), "consecutive");
  gateway.breakers["aurora/qr/oak"].path = "aurora/qr/oak";
  EXPECT_TRUE(json(ask("GET", "/admin/channels/aurora/qr/oak/events")).at("events").as_array().empty());
  EXPECT_EQ(ask("GET", "/admin/channels/aurora/qr/birch/events").status, 404) << "no such path is not no events";

  const auto alerts = json(ask("GET", "/admin/alerts?limit=1"));
  ASSERT_EQ(alerts.at("alerts").as_array().size(), 1U);
  EXPECT_EQ(alerts.at("alerts").at(0).at("kind").as_string(), "notice_parked");
  EXPECT_EQ(ask("GET", "/admin/alerts?limit=0").status, 400);
  EXPECT_EQ(ask("GET", "/admin/alerts?limit=many").status, 400);

  const auto id = database.ask("select id from tael.orders where order_no = 'refunded'");
  EXPECT_EQ(json(ask("GET", "/admin/orders/" + id)).at("order").at("state").as_string(), "paid");
  EXPECT_EQ(ask("GET", "/admin/orders/01M74T1Q2800G000000000009Z").status, 404);
}

TEST_F(AdminRoutes, AnAlertIsSeenTakenOnAndResolvedByWhoeverSaysWhy) {
  Story story{database.url()};
  gateway.story = &story;
  Commit commit;
  commit.alerts = {
      {.kind = "channel_word", .ref = "aurora/NEW", .message = "what is NEW?", .context = {}, .at = story.now()}};
  story.write(commit);
  story.write(commit);
  auto listed = json(ask("GET", "/admin/alerts?state=open"));
  ASSERT_EQ(listed.at("alerts").as_array().size(), 1U) << "raised again it is the same";
  const auto& alert = listed.at("alerts").at(0);
  EXPECT_EQ(alert.at("count").as_int64(), 2);
  EXPECT_EQ(alert.at("state").as_string(), "open");
  const auto path = "/admin/alerts/" + std::to_string(alert.at("id").as_int64());
  EXPECT_TRUE(json(ask("GET", path)).at("messages").as_array().empty());

  EXPECT_EQ(ask("POST", path + "/acknowledge", R"({"actor": "ada"})").status, 422) << "why is required";
  EXPECT_EQ(ask("POST", path + "/acknowledge", R"({"actor": "a", "reason": " "})").status, 422) << "blanks say nothing";
  const auto taken = json(ask("POST", path + "/acknowledge", R"({"actor": "ada", "reason": "asking them"})"));
  EXPECT_EQ(taken.at("acknowledged_by").as_string(), "token/deploy for ada");
  EXPECT_EQ(taken.at("acknowledged_note").as_string(), "asking them");
  EXPECT_EQ(ask("POST", path + "/acknowledge", R"({"actor": "bob", "reason": "me too"})").status, 409);
  EXPECT_EQ(json(ask("POST", path + "/resolve", R"({"actor": "bob", "reason": "mapped"})")).at("state").as_string(),
            "resolved");
  EXPECT_TRUE(json(ask("GET", "/admin/alerts?state=open")).at("alerts").as_array().empty());
  EXPECT_EQ(json(ask("GET", "/admin/alerts?state=resolved")).at("alerts").as_array().size(), 1U);
  EXPECT_EQ(ask("GET", "/admin/alerts?state=shut").status, 400);
  EXPECT_EQ(ask("GET", "/admin/alerts/999999").status, 404);
  EXPECT_EQ(ask("GET", "/admin/alerts/seven").status, 404);
  EXPECT_EQ(ask("POST", "/admin/alerts/999999/resolve", R"({"actor": "bob", "reason": "x"})").status, 404);
}

TEST_F(AdminRoutes, AnAlertOfAQuarantineSaysWhatTheAdapterDiedOf) {
  Story story{database.url()};
  Commit commit;
  commit.quarantined = {{0, "aurora", "pay P1", "O1", "std::runtime_error: boom", "h", 3, story.now(), story.now()}};
  commit.alerts = {{.kind = "message_quarantined",
                    .ref = ref_of(commit.quarantined.front()),
                    .message = "it kills",
                    .context = {},
                    .at = story.now()},
                   {.kind = "channel_word", .ref = "aurora pay P1", .message = "?", .context = {}, .at = story.now()}};
  story.write(commit);
  const auto listed = json(ask("GET", "/admin/alerts"));
  ASSERT_EQ(listed.at("alerts").as_array().size(), 2U);
  for (const auto& alert : listed.at("alerts").as_array()) {
    const auto file = json(ask("GET", "/admin/alerts/" + std::to_string(alert.at("id").as_int64())));
    const auto& held = file.at("quarantined").as_array();
    ASSERT_EQ(held.size(), file.at("kind").as_string() == "message_quarantined" ? 1U : 0U);
    if (held.empty()) continue;
    EXPECT_EQ(held.at(0).at("error").as_string(), "std::runtime_error: boom");
    EXPECT_EQ(held.at(0).at("order_id").as_string(), "O1");
  }
}

TEST(AdminReads, SayWhyWhenTheStoreIsAway) {
  std::promise<std::string> promise;
  StoreReads reads{"host=/nowhere/at/all dbname=tael"};
  reads.ask([](postgres::Snapshot&) { FAIL(); }, [&](const std::string& why) { promise.set_value(why); });
  EXPECT_NE(promise.get_future().get(), "");
}

TEST(AdminReads, RefuseWhatWaitsWhenTheyEnd) {
  std::atomic<int> ended = 0;
  {
    StoreReads reads{"host=/nowhere/at/all dbname=tael"};
    for (int i = 0; i < 100; ++i) reads.ask([](postgres::Snapshot&) {}, [&](const std::string&) { ++ended; });
  }
  EXPECT_EQ(ended, 100);
}

}  // namespace
}  // namespace tael::testing
