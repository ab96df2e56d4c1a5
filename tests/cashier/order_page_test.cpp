// The page as a function of the order.
#include "runtime/cashier/order_page.hpp"

#include "runtime/cashier/order_detail.hpp"
#include "tests/support/orders.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::morning;

bool says(const std::string& page, std::string_view piece) { return page.find(piece) != std::string::npos; }

Order with_attempt(AttemptState state, const Voucher& voucher = {}) {
  auto order = testing::created();
  order.state = OrderState::paying;
  Attempt attempt;
  attempt.number = attempt_number(order.id, 1);
  attempt.no = 1;
  attempt.path = "aurora/qr/cmb";
  attempt.state = state;
  attempt.voucher = voucher;
  order.attempts = {attempt};
  return order;
}

std::string page_of(const Order& order, Language language = Language::en) {
  return order_page({.order = order,
                     .business = "Corner Bakery",
                     .language = language,
                     .now = morning + 60s,
                     .options = {{"aurora/qr/cmb", {"China Merchants Bank, QR code", "aurora"}, true, false, ""},
                                 {"borealis/qr/ccb", {"China Construction Bank, QR code", ""}, false, false, ""}},
                     .user = "",
                     .promotion = "",
                     .refused = std::nullopt,
                     .form_token = "t",
                     .goes_on = true,
                     .style_url = "s",
                     .script_url = "j",
                     .icon_url = "i"});
}

TEST(OrderPage, IsAboutWhatTheOrderIs) {
  struct Row {
    AttemptState state;
    Voucher voucher;
    PagePhase phase;
  };
  for (const auto& [state, voucher, phase] : {
           Row{AttemptState::sent, {}, PagePhase::asking},
           Row{AttemptState::in_doubt, {"qr", "x"}, PagePhase::asking},
           Row{AttemptState::pending, {"qr", "x"}, PagePhase::waiting},
           Row{AttemptState::pending, {"redirect", "https://bank.example/pay"}, PagePhase::waiting},
           Row{AttemptState::pending, {"redirect", "javascript:alert(1)"}, PagePhase::asking},
           Row{AttemptState::pending, {"params", "{}"}, PagePhase::waiting},
           Row{AttemptState::pending, {}, PagePhase::asking},
           Row{AttemptState::declined, {}, PagePhase::choosing},
           Row{AttemptState::not_sent, {}, PagePhase::choosing},
           Row{AttemptState::closed, {"qr", "x"}, PagePhase::choosing},
       })
    EXPECT_EQ(phase_of(with_attempt(state, voucher)), phase) << name_of(state) << " " << voucher.value;
}

TEST(OrderPage, LeadsNowhereButToTheWeb) {
  const auto page = page_of(with_attempt(AttemptState::pending, {"redirect", "javascript:alert(1)"}));
  EXPECT_FALSE(says(page, "javascript:"));
  auto order = testing::created();
  order.cancel_url = "javascript:alert(1)";
  EXPECT_FALSE(says(page_of(order), "javascript:"));
}

TEST(OrderPage, ShowsTheNewestAttemptThatIsOpen) {
  auto order = with_attempt(AttemptState::pending, {"qr", "first"});
  auto second = order.attempts[0];
  second.number = attempt_number(order.id, 2);
  second.state = AttemptState::declined;
  order.attempts.push_back(second);
  EXPECT_EQ(attempt_shown(order)->voucher.value, "first");
}

TEST(OrderPage, CountsTheTimeOnTheServersClock) {
  EXPECT_TRUE(says(page_of(testing::created()), "data-left-ms=\"1740000\""));  // 30 minutes less one.
  EXPECT_TRUE(says(page_of(testing::created()), ">29:00<"));
}

TEST(OrderPage, DisablesWhatIsDownAndSaysSo) {
  const auto page = page_of(testing::created());
  const auto at = page.find("data-path=\"borealis/qr/ccb\"");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(page.substr(at, 60).find("disabled") != std::string::npos, true) << page.substr(at, 60);
  EXPECT_TRUE(says(page, "Unavailable at the moment"));
}

TEST(OrderPage, OffersTheWayUnderWayNotAgain) {
  const auto page = page_of(with_attempt(AttemptState::pending, {"qr", "x"}));
  EXPECT_FALSE(says(page, "data-path=\"aurora/qr/cmb\""));
  EXPECT_TRUE(says(page, "data-path=\"borealis/qr/ccb\""));
}

TEST(OrderPage, SaysAResultAndOffersNothingMore) {
  auto order = with_attempt(AttemptState::succeeded);
  order.state = OrderState::paid;
  order.paid_at = morning;
  for (const auto language : {Language::en, Language::zh}) {
    const auto page = page_of(order, language);
    EXPECT_TRUE(says(page, in(language, Word::paid)));
    EXPECT_FALSE(says(page, "<form"));
    EXPECT_FALSE(says(page, "data-left-ms"));
  }
}

TEST(OrderPage, TellsOfMoneyThatGoesBack) {
  auto order = with_attempt(AttemptState::surplus);
  order.state = OrderState::closed;
  order.close_reason = "expiry";
  Refund refund;
  refund.amount = 2'500;
  refund.state = RefundState::sent;
  order.refunds = {refund};
  EXPECT_TRUE(says(page_of(order), "On its way back to you: ¥25.00"));
  order.refunds[0].state = RefundState::refunded;
  EXPECT_TRUE(says(page_of(order), "Returned to you: ¥25.00"));
}

TEST(OrderPage, SignatureChangesWithWhatIsShown) {
  const auto before = with_attempt(AttemptState::sent);
  auto after = before;
  after.attempts[0].state = AttemptState::pending;
  EXPECT_NE(signature_of(before), signature_of(after));
  after = before;
  after.notices = 3;  // The business's affair.
  EXPECT_EQ(signature_of(before), signature_of(after));
}

TEST(OrderDetail, ReadsItsFormatAndShowsWhatElseIsPlain) {
  const auto detail =
      read_detail(R"({"seller": "S", "items": [{"name": "a", "quantity": 2, "amount": 600}, {"no": 1}, 7],
    "lines": [{"label": "l", "value": "v"}], "table": 4, "deep": {"x": 1}})");
  EXPECT_EQ(detail.seller, "S");
  ASSERT_EQ(detail.items.size(), 1U);
  EXPECT_EQ(detail.items[0].quantity, 2);
  EXPECT_EQ(detail.items[0].amount, 600);
  EXPECT_EQ(detail.lines, (std::vector<std::pair<std::string, std::string>>{{"l", "v"}, {"table", "4"}}));
}

TEST(OrderDetail, ShowsNumbersAsTheyWereWritten) {
  const auto detail = read_detail(R"({"price": 19.990, "meter": 12345678901234567890123, "factor": 1e2})");
  EXPECT_EQ(detail.lines, (std::vector<std::pair<std::string, std::string>>{
                              {"price", "19.990"}, {"meter", "12345678901234567890123"}, {"factor", "1e2"}}));
}

TEST(OrderDetail, BoundsWhateverComes) {
  std::string many = R"({"items": [)";
  for (int i = 0; i < 100; ++i) many += R"({"name": "x", "amount": -5},)";
  many += R"({"name": "last"}], "long": ")" + std::string(3'000, 'y') + R"("})";
  const auto detail = read_detail(many);
  EXPECT_EQ(detail.items.size(), 20U);
  EXPECT_FALSE(detail.items[0].amount);
  ASSERT_EQ(detail.lines.size(), 1U);
  EXPECT_LT(detail.lines[0].second.size(), 200U);
  for (const auto* odd : {"", "[]", "{", "7", "null", R"({"items": {}, "lines": 3})"})
    EXPECT_TRUE(read_detail(odd).items.empty()) << odd;
}

TEST(Words, CallAWayToPayByItsBankAndSayThroughWhom) {
  const auto english = option_title("aurora/qr/cmb", {}, {}, Language::en);
  EXPECT_EQ(english.title, "China Merchants Bank, QR code");
  EXPECT_EQ(english.channel, "aurora");
  const auto chinese = option_title("aurora/qr/cmb", {"Aurora Pay", "极光支付"}, {}, Language::zh);
  EXPECT_EQ(chinese.title, "招商银行 · 扫码支付");
  EXPECT_EQ(chinese.channel, "极光支付");
}

TEST(Words, NeverShowAPayerABankCalledAny) {
  const auto chinese = option_title("wechat/native/any", {"WeChat Pay", "微信支付"}, {}, Language::zh);
  EXPECT_EQ(chinese.title, "微信支付 · 扫码支付");
  EXPECT_EQ(chinese.channel, "");
  EXPECT_EQ(option_title("wechat/native/any", {}, {}, Language::en).title, "wechat, QR code");
  EXPECT_EQ(option_title("harbor/account/harbor", {"Harbor Bank", ""}, {}, Language::en).title,
            "Harbor Bank, Bank account");
}

TEST(Words, TakeAnOperatorsNameBeforeTheirOwnAndACodeWhenThereIsNone) {
  EXPECT_EQ(option_title("x/qr/cmb", {}, {"Scan me", ""}, Language::en).title, "China Merchants Bank, Scan me");
  EXPECT_EQ(option_title("x/qr/cmb", {}, {"Scan me", ""}, Language::zh).title, "招商银行 · 扫码支付");
  EXPECT_EQ(option_title("x/newway/newbank", {}, {}, Language::en).title, "newbank, newway");
}

TEST(Words, ShowAmountsAsPeopleWriteThem) {
  EXPECT_EQ(amount_text({2'500, cny}), "¥25.00");
  EXPECT_EQ(amount_text({2'500, Currency::of("JPY")}), "2500 JPY");
  EXPECT_EQ(amount_text({1'234, Currency::of("KWD")}), "1.234 KWD");
}

}  // namespace
}  // namespace tael
