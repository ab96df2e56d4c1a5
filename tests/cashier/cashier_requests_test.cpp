// The cashier's routes over a gateway and a store that a test holds: what is refused, what is asked of whom.
#include "adapters/encoding/percent.hpp"
#include "runtime/cashier/cashier.hpp"
#include "tests/api/api_support.hpp"
#include "tests/support/orders.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tael {
namespace {

/// One order, or none, or no store at all.
struct OneOrder {
  std::optional<Order> order;
  std::string error;
  bool finds_no_memory = false;  ///< For what a page is made of.
  void load_order(const std::string& id, const std::function<void(Read<std::optional<OrderRecord>>)>& done) const {
    Read<std::optional<OrderRecord>> read;
    read.error = error;
    if (order && order->id == id) read.value = OrderRecord{*order, {}};
    done(std::move(read));
  }
};

/// Answers what a test lets it answer.
class QuotaDesk final : public HttpClient {
 public:
  std::string answer;
  void send(HttpCall, std::function<void(HttpAnswer)> done) override {
    if (answer.empty()) ADD_FAILURE() << "no lookup is configured";
    HttpAnswer given;
    given.transport = Transport::answered;
    given.status = 200;
    given.body = answer;
    done(std::move(given));
  }
};

struct AtCashier : ::testing::Test {
  test::HandClock clock;
  test::CountingDice dice;
  test::DeafMeter meter;
  test::FakeGateway gateway;
  OneOrder store;
  QuotaDesk client;
  Lookups lookups{client, meter};
  PathBoard board{[](const auto& done) { done(BreakersView{}); }};
  LoadOrder load_order = [this](const std::string& id, const auto& done) { store.load_order(id, done); };
  CashierFeed feed{load_order, board, clock};
  bool went_on = false;
  Cashier cashier{{.gateway = gateway,
                   .load_order = load_order,
                   .board = board,
                   .feed = feed,
                   .lookups = lookups,
                   .clock = clock,
                   .dice = dice,
                   .meter = meter,
                   .find_business =
                       [this](std::string_view code) {
                         if (store.finds_no_memory) throw std::bad_alloc{};
                         auto bakery = std::make_shared<CashierBusiness>();
                         bakery->code = "bakery";
                         bakery->name = "Corner Bakery";
                         bakery->options = {{"aurora/qr/cmb", {}, {}, {cny}},
                                            {"borealis/card/x", {}, {}, {Currency::of("USD")}},
                                            {"aurora/code/any", {}, {}, {cny}, {}, "auth_code"},
                                            {"wechat/app/any", {}, {}, {cny}, {}, "", true}};
                         bakery->form_key = "key";
                         if (!client.answer.empty())
                           bakery->lookups.at(static_cast<std::size_t>(Lookup::quota)).url = "http://quota";
                         return code == "bakery" ? bakery : nullptr;
                       },
                   .is_https = true,
                   .otherwise = [this](const ServerRequest&, const Respond&) { went_on = true; }}};

  AtCashier() {
    store.order = testing::created();
    store.order->expires_at = clock.now() + 10min;
  }
  ServerResponse ask(const std::string& method, const std::string& target, HttpHeaders headers = {},
                     const std::string& body = {}) {
    ServerResponse response;
    cashier.handle({method, target, std::move(headers), body, "127.0.0.1"},
                   [&](ServerResponse given) { response = std::move(given); });
    return response;
  }
  std::string here(const std::string& rest = {}) const { return "/cashier/" + store.order->id + rest; }
  static std::string header(const ServerResponse& response, const std::string& name) {
    const auto found = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
    return found == response.headers.end() ? "" : found->second;
  }
  /// The choice as a browser that was shown the page would send it.
  ServerResponse choose(const std::string& path) {
    const auto page = ask("GET", here());
    auto cookie = header(page, "Set-Cookie");
    cookie = cookie.substr(0, cookie.find(';'));
    const auto at = page.body.find("name=\"token\" value=\"") + 20;
    const auto token = page.body.substr(at, page.body.find('"', at) - at);
    return ask("POST", here("/payments"), {{"content-type", "application/x-www-form-urlencoded"}, {"cookie", cookie}},
               "after=0&token=" + token + "&path=" + percent_encoded(path));
  }
};

TEST_F(AtCashier, ShowsAnOrderToWhoeverHasItsId) {
  const auto page = ask("GET", here());
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("Corner Bakery"), std::string::npos);
  const auto cookie = header(page, "Set-Cookie");
  for (const auto* piece : {"HttpOnly", "SameSite=Lax", "Secure", "Path=/cashier/"})
    EXPECT_NE(cookie.find(piece), std::string::npos) << cookie;
}

TEST_F(AtCashier, OffersOnlyWaysThatTakeTheCurrency) {
  const auto page = ask("GET", here());
  EXPECT_NE(page.body.find("aurora/qr/cmb"), std::string::npos);
  EXPECT_EQ(page.body.find("borealis/card/x"), std::string::npos);
}

TEST_F(AtCashier, OffersNoWayThatEndsInAnAppWhichThePageDoesNotHave) {
  EXPECT_EQ(ask("GET", here()).body.find("wechat/app/any"), std::string::npos);
}

TEST_F(AtCashier, TakesNoWayThatThePageDidNotOffer) {
  for (const auto* path : {"borealis/card/x", "aurora/code/any", "wechat/app/any", "nobody/knows/it"}) {
    const auto answer = choose(path);
    EXPECT_EQ(answer.status, 409) << path;
    EXPECT_NE(answer.body.find("has just become unavailable"), std::string::npos) << path;
  }
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(AtCashier, TakesNoWayThatIsAboveThePayersLimit) {
  client.answer = R"({"paths": {"aurora/qr/cmb": 2499}})";
  EXPECT_EQ(choose("aurora/qr/cmb").status, 409);
  EXPECT_TRUE(gateway.asked.empty());
  client.answer = R"({"paths": {"aurora/qr/cmb": 2500}})";
  choose("aurora/qr/cmb");
  EXPECT_EQ(gateway.asked.size(), 1U);
}

TEST_F(AtCashier, OffersAWayThatNeedsSomethingOfThePayerOnlyWhenTheOrderHasIt) {
  EXPECT_EQ(ask("GET", here()).body.find("aurora/code/any"), std::string::npos);
  for (const auto* payer : {"{}", R"({"auth_code":""})", R"({"auth_code":7})", "[]"}) {
    store.order->payer = payer;
    EXPECT_EQ(ask("GET", here()).body.find("aurora/code/any"), std::string::npos) << payer;
  }
  store.order->payer = R"({"auth_code":"280061098828009406"})";
  EXPECT_NE(ask("GET", here()).body.find("aurora/code/any"), std::string::npos);
}

TEST_F(AtCashier, KnowsNothingOfOtherIds) {
  for (const auto* id : {"01M74T1Q2800G000000000009Z", "x", "..", "01M74T1Q2800G000000000009ZA01"})
    EXPECT_EQ(ask("GET", "/cashier/" + std::string{id}).status, 404) << id;
  EXPECT_NE(ask("GET", "/cashier/nothing").body.find(R"(<header><p class="business">Payment</p><a href="?lang=zh")"),
            std::string::npos)
      << "a page is ours, and in the reader's language, also where there is no order";
  store.order->context.business = "unknown";
  EXPECT_EQ(ask("GET", here()).status, 404);
}

TEST_F(AtCashier, SaysNotNowWhenTheStoreCannotBeRead) {
  store.error = "down";
  EXPECT_EQ(ask("GET", here()).status, 503);
}

TEST_F(AtCashier, APageThatCannotBeMadeDoesNotEndTheThreadThatReads) {
  store.finds_no_memory = true;
  EXPECT_EQ(ask("GET", here()).status, 500);
  store.finds_no_memory = false;
  EXPECT_EQ(ask("GET", here()).status, 200);
}

TEST_F(AtCashier, LetsEverythingElsePass) {
  ask("GET", "/v1/orders");
  EXPECT_TRUE(went_on);
}

TEST_F(AtCashier, AsksTheOwnerForOneAttemptUnderAKeyOfThePageSeen) {
  auto view = test::sample_view();
  view.order = *store.order;
  gateway.reply = view;
  const auto answer = choose("aurora/qr/cmb");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header(answer, "Location"), here("?lang=en"));
  ASSERT_EQ(gateway.asked.size(), 1U);
  const auto& pay = std::get<PayOrder>(gateway.asked[0]);
  EXPECT_EQ(pay.order_id, store.order->id);
  EXPECT_EQ(pay.claim.business, "bakery");
  EXPECT_EQ(pay.claim.key, "cashier/" + store.order->id + "/0/aurora/qr/cmb");
}

TEST_F(AtCashier, SaysInThePayersWordsWhyNot) {
  struct Row {
    Refusal refusal;
    int status;
    std::string_view says;
  };
  for (const auto& [refusal, status, text] : {
           Row{Refusal::path_open, 503, "has just become unavailable"},
           Row{Refusal::overloaded, 503, "try again in a moment"},
           Row{Refusal::unavailable, 503, "try again in a moment"},
           Row{Refusal::path_unknown, 409, "has just become unavailable"},
           Row{Refusal::key_taken, 303, ""},  // Its twin made the attempt: the page shows it.
           Row{Refusal::not_payable, 303, ""},
       }) {
    gateway.reply = Refused{refusal, {}, {}};
    const auto answer = choose("aurora/qr/cmb");
    EXPECT_EQ(answer.status, status) << name_of(refusal);
    EXPECT_NE(answer.body.find(text), std::string::npos) << name_of(refusal);
  }
}

TEST_F(AtCashier, MakesNoSecondAttemptOfTheWayThatIsUnderWay) {
  Attempt attempt;
  attempt.number = attempt_number(store.order->id, 1);
  attempt.path = "aurora/qr/cmb";
  attempt.state = AttemptState::pending;
  attempt.voucher = {"qr", "x"};
  store.order->attempts = {attempt};
  store.order->state = OrderState::paying;
  EXPECT_EQ(choose("aurora/qr/cmb").status, 303);
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(AtCashier, TakesNoFormOfAnotherMaker) {
  const HttpHeaders form{{"content-type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(ask("POST", here("/payments"), form, "path=aurora%2Fqr%2Fcmb&after=0&token=x").status, 403);
  EXPECT_EQ(ask("POST", here("/payments"), {{"content-type", "application/json"}}, "{}").status, 400);
  EXPECT_EQ(ask("POST", here("/payments"), form, "path=%").status, 400);
  EXPECT_EQ(choose("borealis/qr/other").status, 409);
  EXPECT_EQ(ask("POST", here()).status, 405);
  EXPECT_TRUE(gateway.asked.empty());
}

TEST_F(AtCashier, ServesItsOwnFiles) {
  EXPECT_EQ(ask("GET", "/cashier/assets/cashier.css").content_type, "text/css; charset=utf-8");
  EXPECT_NE(ask("GET", "/cashier/assets/cashier.js").body.find("EventSource"), std::string::npos);
  EXPECT_EQ(ask("GET", "/cashier/assets/nothing.js").status, 404);
}

}  // namespace
}  // namespace tael
