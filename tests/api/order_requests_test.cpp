#include "runtime/api/order_requests.hpp"

#include "adapters/crypto/crypto.hpp"
#include "tests/api/api_support.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using namespace std::chrono_literals;

const TimePoint now = *parse_rfc3339("2026-11-21T08:30:00Z");

std::string body_with(const std::string& more, const std::string& without = "") {
  std::string body = "{";
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"order_no", "\"B-1\""},
                                                        {"type", "\"instant\""},
                                                        {"scene", "\"counter\""},
                                                        {"amount", "2500"},
                                                        {"currency", "\"CNY\""},
                                                        {"subject", "\"Two loaves\""},
                                                        {"notify_url", "\"https://bakery.example/hook\""}})
    if (name != without) body += "\"" + name + "\":" + value + ",";
  body += more;
  if (more.empty()) body.pop_back();
  return body + "}";
}

std::string pointer_of_first(const std::variant<Order, BadBody>& read) {
  const auto* bad = std::get_if<BadBody>(&read);
  if (bad == nullptr) return "accepted";
  return bad->errors.size() == 1 ? bad->errors[0].pointer : std::to_string(bad->errors.size()) + " errors";
}

std::string create(const std::string& body) { return pointer_of_first(read_create(body, test::bakery(), now)); }
/// The body with one member exchanged.
std::string with(const std::string& name, const std::string& value) {
  return create(body_with("\"" + name + "\":" + value, name));
}

TEST(CreateOrder, FillsInWhatABusinessLeavesOut) {
  const auto read = read_create(body_with("", "type"), test::bakery(), now);
  const auto& order = std::get<Order>(read);
  EXPECT_EQ(order.context.business, "bakery");
  EXPECT_EQ(order.context.order_type, "instant");
  EXPECT_EQ(order.order_no, "B-1");
  EXPECT_EQ(order.amount, 2'500);
  EXPECT_EQ(order.currency, cny);
  EXPECT_EQ(order.fee_bps, 60);
  EXPECT_EQ(order.created_at, now);
  EXPECT_EQ(order.expires_at, now + 30min);
  EXPECT_EQ(order.payer, "");
}

TEST(CreateOrder, KeepsOpaquePartsAsTheyAre) {
  const auto read =
      read_create(body_with(R"("payer":{"id":"u1"},"detail":[1,2.5,"x"],"legs":null)"), test::bakery(), now);
  const auto& order = std::get<Order>(read);
  EXPECT_EQ(order.payer, R"({"id":"u1"})");
  EXPECT_EQ(order.detail, R"([1,2.5,"x"])");
  EXPECT_EQ(order.legs, "");
}

TEST(CreateOrder, NoNumberOfABusinessIsKeptAsAnother) {
  const auto order_of = [](const std::string& name, const std::string& value) {
    return std::get<Order>(read_create(body_with("\"" + name + "\":" + value), test::bakery(), now));
  };
  const char* as_they_come[] = {"12345678901234567890123",
                                "19.99",
                                "1.50",
                                "1e2",
                                "-0",
                                "-0.0",
                                "18446744073709551616",
                                "0.1000000000000000055",
                                R"({ "b" : 1.0 , "a":[ 19.99,1e2 ] })",
                                "[\n\t1 ]",
                                R"("\u00e9\/")",
                                "true",
                                R"({"a":{"detail":2},"\u0062":"}\"]"})"};
  for (const std::string value : as_they_come) {
    EXPECT_EQ(order_of("payer", value).payer, value);
    EXPECT_EQ(order_of("legs", value).legs, value);
    EXPECT_EQ(order_of("detail", value).detail, value);
  }
  EXPECT_EQ(std::get<Order>(read_create(body_with(R"("\u0064etail" : 19.990 )"), test::bakery(), now)).detail,
            "19.990");
}

TEST(CreateOrder, TwoBodiesThatDifferInALongNumberAreNotTheSame) {
  const auto hash = [](const std::string& name, const std::string& value) {
    return std::get<Order>(read_create(body_with("\"" + name + "\":" + value), test::bakery(), now)).body_hash;
  };
  for (const std::string name : {"payer", "legs", "detail"}) {
    EXPECT_NE(hash(name, R"({"id":12345678901234567890123})"), hash(name, R"({"id":12345678901234567890124})"));
    EXPECT_NE(hash(name, "0.1"), hash(name, "0.10000000000000000001"));
    EXPECT_NE(hash(name, "1e2"), hash(name, "100"));
    EXPECT_EQ(hash(name, "[19.99]"), hash(name, "[19.99]"));
  }
  // What came before in the same words, sorted and without blanks, is still the same body.
  EXPECT_EQ(std::get<Order>(
                read_create(R"({"amount":1,"currency":"CNY","detail":{"a":[1,"x"]},"notify_url":"https://a.example",)"
                            R"("order_no":"1","scene":"s","subject":"s"})",
                            test::bakery(), now))
                .body_hash,
            sha256_hex(R"({"amount":1,"currency":"CNY","detail":{"a":[1,"x"]},"notify_url":"https://a.example",)"
                       R"("order_no":"1","scene":"s","subject":"s"})"));
}

TEST(CreateOrder, TextThatIsNotSeenAsItIsIsRefusedByName) {
  for (const std::string bad :
       {"\\u0085", "\\u061c", "\\ufffe", "\\uffff", "\\ufdd0", "\\ud83f\\udffe", "\\u200e", "\\u2028", "\\u2029",
        "\\ufeff", "\\u200b", "\\u2060", "\\u3164", "\u009b", "\u202e", "\u2066"}) {
    EXPECT_EQ(with("subject", "\"a" + bad + "b\""), "#/subject") << bad;
    EXPECT_EQ(with("payer", R"({"name":"a)" + bad + "b\"}"), "#/payer/name") << bad;
    EXPECT_EQ(with("detail", R"({"lines":[{"label":"a)" + bad + "b\"}]}"), "#/detail/lines/0/label") << bad;
  }
  EXPECT_EQ(with("subject", "\"a\xed\xa0\x80\""), "#") << "a surrogate in UTF-8 is no JSON";
  const auto read = read_create(body_with(R"("subject":"a\u0085b")", "subject"), test::bakery(), now);
  EXPECT_EQ(std::get<BadBody>(read).errors[0].detail,
            "must be 1 to 256 bytes of text without control characters; it has U+0085, a control character");
  for (const std::string good : {"👩‍👩‍👧 family", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
                                 "می‌خواهم", "مرحبا", "שָׁלוֹם", "包子 · 面包", "葛󠄀", "क्‍ष"})
    EXPECT_EQ(with("subject", "\"" + good + "\""), "accepted") << good;
  EXPECT_EQ(with("detail", R"({"note":"two\nlines\tand more"})"), "accepted");
}

TEST(CreateOrder, ACardNumberIsRefusedWhereverItStands) {
  const std::string card = "4111 1111-1111 1111";
  EXPECT_EQ(with("subject", "\"for " + card + "\""), "#/subject");
  EXPECT_EQ(with("order_no", "\"4111111111111111\""), "#/order_no");
  EXPECT_EQ(with("scene", "\"4111111111111111\""), "#/scene");
  EXPECT_EQ(with("payer", R"({"card":4111111111111111})"), "#/payer/card");
  EXPECT_EQ(with("payer", R"({"card":"\u0034111111111111111"})"), "#/payer/card");
  EXPECT_EQ(with("payer", R"({"card":4111111111111111.0})"), "#/payer/card");
  EXPECT_EQ(with("payer", "6205500000000000004"), "#/payer");
  EXPECT_EQ(with("legs", R"([{"tool":"x"},{"note":"378282246310005"}])"), "#/legs/1/note");
  EXPECT_EQ(with("detail", R"({"5555555555554444":1})"), "#/detail/5555555555554444");
  EXPECT_EQ(with("notify_url", "\"https://bakery.example/h?card=4111111111111111\""), "#/notify_url");
  EXPECT_EQ(with("cancel_url", "\"https://bakery.example/h?card=%34111111111111111\""), "#/cancel_url");
  const auto refund = read_refund(R"({"refund_no":"R-1","amount":1,"reason":"back to 4111111111111111"})");
  EXPECT_EQ(std::get<BadBody>(refund).errors.at(0).pointer, "#/reason");
  EXPECT_EQ(std::get<BadBody>(refund).errors.at(0).detail,
            "must not hold a card number: 16 digits of it begin and check as Visa's do");
  EXPECT_TRUE(std::holds_alternative<BadBody>(read_refund(R"({"refund_no":"4111111111111111","amount":1})")));
}

TEST(CreateOrder, NumbersThatAreNoCardsAreNotTakenForThem) {
  for (const std::string no :
       {"20261121083000", "2026112108300012", "2088102146225135", "2021001234567890", "4111111111111112",
        "4200001234202611211234567890", "411111111111111100000", "123e4567-e89b-42d3-a456-426614174000"})
    EXPECT_EQ(with("order_no", "\"" + no + "\""), "accepted") << no;
  EXPECT_EQ(with("payer", R"({"auth_code":"6222021234567890128"})"), "accepted") << "the bar code of a payer";
  EXPECT_EQ(with("detail", R"({"auth_code":"4111111111111111"})"), "#/detail/auth_code");
  EXPECT_EQ(with("detail", R"({"sku":"4006381333931","tel":"+49 1512 3456789"})"), "accepted");
}

TEST(CreateOrder, AnAmountThatIsNoWholeNumberIsRefusedWhereItStands) {
  for (const auto* value : {"2500.0", "25e2", "2.5E3", "1e-1", "99999999999999999999999", "9223372036854775808", "-1",
                            "1000000000000000", "true", "[2500]"})
    EXPECT_EQ(with("amount", value), "#/amount") << value;
  EXPECT_EQ(create(body_with("\"amount\":2500,\"\\u0061mount\":2500", "amount")), "#/amount") << "named twice";
  EXPECT_EQ(create(body_with(R"("detail":{"a":1,"b":{"x":1,"x":2}})")), "#/detail/b/x");
}

TEST(CreateOrder, ASceneThatIsNotTheBusinesssIsRefused) {
  auto settings = test::bakery();
  settings.scenes_allowed = {"shop"};
  EXPECT_TRUE(std::holds_alternative<Order>(read_create(body_with("\"scene\":\"shop\"", "scene"), settings, now)));
  const auto refused = read_create(body_with("\"scene\":\"casino\"", "scene"), settings, now);
  EXPECT_EQ(std::get<BadBody>(refused).errors.at(0).pointer, "#/scene");
}

TEST(CreateOrder, EveryFieldHasItsRule) {
  struct Case {
    const char *name, *value, *expected;
  };
  const std::string long_text = "\"" + std::string(257, 'a') + "\"", long_no = "\"" + std::string(65, 'a') + "\"";
  const Case cases[] = {
      {"order_no", "\"a.b-c_9\"", "accepted"},
      {"order_no", "\"\"", "#/order_no"},
      {"order_no", "\"a b\"", "#/order_no"},
      {"order_no", "\"a\\u0000\"", "#/order_no"},
      {"order_no", "\"\xe9\x9d\xa2\"", "#/order_no"},
      {"order_no", long_no.c_str(), "#/order_no"},
      {"order_no", "null", "#/order_no"},
      {"type", "\"escrow\"", "accepted"},
      {"type", "\"recharge\"", "#/type"},
      {"type", "\"gift\"", "#/type"},
      {"scene", "\"Counter\"", "#/scene"},
      {"scene", "\"\"", "#/scene"},
      {"amount", "0", "#/amount"},
      {"amount", "\"2500\"", "#/amount"},
      {"currency", "\"cny\"", "#/currency"},
      {"subject", "\"\xe9\x9d\xa2\xe5\x8c\x85\"", "accepted"},
      {"subject", long_text.c_str(), "#/subject"},
      {"notify_url", "\"http://bakery.example/hook\"", "#/notify_url"},
      {"notify_url", "\"/hook\"", "#/notify_url"},
      {"notify_url", "\"ftp://bakery.example\"", "#/notify_url"},
      {"notify_url", "\"https://\"", "#/notify_url"},
      {"notify_url", "\"https://:80/\"", "#/notify_url"},
      {"notify_url", "\"https://bakery.example:99999/\"", "#/notify_url"},
      {"notify_url", "\"https://bakery.example:/\"", "#/notify_url"},
      {"notify_url", "\"https://[::1]:x/\"", "#/notify_url"},
      {"notify_url", "\"https://[::1\"", "#/notify_url"},
      {"notify_url", "\"https://[::1]:8443/hook\"", "accepted"},
      {"notify_url", "\"https://[bakery.example]/\"", "#/notify_url"},
      {"notify_url", "\"https://bakery..example/\"", "#/notify_url"},
      {"notify_url", "\"https://-bakery.example/\"", "#/notify_url"},
      {"notify_url", "\"https://bakery.example/%\"", "#/notify_url"},
      {"notify_url", "\"https://bakery.example/%2x\"", "#/notify_url"},
      {"notify_url", "\"https://bakery.example/%20[]\"", "#/notify_url"},
      {"notify_url", "\"https://user@bakery.example/\"", "#/notify_url"},
      {"notify_url", "\"https://bakery.example/#a\"", "#/notify_url"},
      {"notify_url", "\"https://bakery.example/a b\"", "#/notify_url"},
      {"cancel_url", "\"https://bakery.example/back?x=1\"", "accepted"},
      {"expires_in", "1", "accepted"},
      {"expires_in", "2592000", "accepted"},
      {"expires_in", "\"30d\"", "accepted"},
      {"expires_in", "\"90s\"", "accepted"},
      {"expires_in", "0", "#/expires_in"},
      {"expires_in", "2592001", "#/expires_in"},
      {"expires_in", "1.5", "#/expires_in"},
      {"expires_in", "\"31d\"", "#/expires_in"},
      {"expires_in", "\"90\"", "#/expires_in"},
      {"expires_in", "\"500ms\"", "#/expires_in"},
      {"expires_in", "true", "#/expires_in"},
      {"expires_at", "\"2026-11-21T08:30:01Z\"", "accepted"},
      {"expires_at", "\"2026-11-21T16:31:00+08:00\"", "accepted"},
      {"expires_at", "\"2026-11-21T08:30:00Z\"", "accepted"},  // A repeat, or its owner refuses it.
      {"expires_at", "\"2027-11-21T08:30:00Z\"", "#/expires_at"},
      {"expires_at", "\"tomorrow\"", "#/expires_at"},
      {"expires_at", "1700000000", "#/expires_at"},
      {"oder_no", "1", "#/oder_no"},
  };
  for (const auto& c : cases) EXPECT_EQ(with(c.name, c.value), c.expected) << c.name << " " << c.value;
  EXPECT_EQ(create(body_with(R"("expires_in":60,"expires_at":"2026-11-21T08:31:00Z")")), "#/expires_at");
  for (const auto* name : {"order_no", "scene", "amount", "currency", "subject", "notify_url"})
    EXPECT_EQ(create(body_with("", name)), std::string{"#/"} + name);
  const auto large = "{\"a\":\"" + std::string(8'192, 'a') + "\"}";
  EXPECT_EQ(with("detail", large), "#/detail");
}

TEST(CreateOrder, PlainHttpIsForThoseWhoMay) {
  auto settings = test::bakery();
  settings.http_allowed = true;
  const auto body = body_with("\"notify_url\":\"http://127.0.0.1:9000/hook\"", "notify_url");
  EXPECT_EQ(pointer_of_first(read_create(body, settings, now)), "accepted");
}

TEST(CreateOrder, AnAddressOnlyTheNodeCanReachIsNoPlaceForNotices) {
  auto settings = test::bakery();
  settings.http_allowed = true;
  settings.destinations = std::make_shared<const Destinations>(std::vector<std::string>{"10.1.0.0/16"}, 8081);
  for (const std::string name : {"notify_url", "cancel_url"}) {
    const auto with = [&](const std::string& url) {
      const auto text = "\"" + name + "\":\"" + url + "\"" +
                        (name == "notify_url" ? "" : R"(,"notify_url":"https://bakery.example/notices")");
      return pointer_of_first(read_create(body_with(text, "notify_url"), settings, now));
    };
    for (const auto* url :
         {"http://127.0.0.1:9000/hook", "http://2130706433/", "http://0x7f.1/", "http://[::1]/",
          "http://[::ffff:127.0.0.1]/", "http://localhost:8081/admin", "http://10.0.0.1/",
          "http://169.254.169.254/latest/meta-data", "http://10.1.0.7:0/", "http://[::1", "http://a@b/"})
      EXPECT_EQ(with(url), "#/" + name) << url;
    EXPECT_EQ(with("http://10.1.0.7:9000/hook"), "accepted");
    EXPECT_EQ(with("https://bakery.example/hook"), "accepted");
  }
}

TEST(CreateOrder, NamesTheCurrenciesThatSomeWayOfTheBusinessTakes) {
  auto settings = test::bakery();
  settings.currencies = {cny, Currency::of("USD")};
  const auto read = read_create(body_with("\"currency\":\"KWD\"", "currency"), settings, now);
  const auto* bad = std::get_if<BadBody>(&read);
  ASSERT_NE(bad, nullptr);
  ASSERT_EQ(bad->errors.size(), 1U);
  EXPECT_EQ(bad->errors[0].detail, "is not taken by any path of this business; there are: CNY, USD");
}

TEST(CreateOrder, FindsOneFaultInAFieldThatIsNotThere) {
  auto settings = test::bakery();
  settings.scenes_allowed = {"presale"};
  const auto read = read_create(body_with("", "scene"), settings, now);
  ASSERT_TRUE(std::holds_alternative<BadBody>(read));
  EXPECT_EQ(std::get<BadBody>(read).errors.size(), 1U);
}

TEST(CreateOrder, TheSameWishHasTheSameHashHoweverItIsSpelled) {
  const auto hash = [](const std::string& body) {
    return std::get<Order>(read_create(body, test::bakery(), now)).body_hash;
  };
  const auto plain = hash(body_with("\"expires_in\":60"));
  EXPECT_EQ(plain.size(), 64u);
  EXPECT_EQ(plain, hash("{ \"expires_in\" : 60 ," + body_with("").substr(1)));
  EXPECT_NE(plain, hash(body_with("\"expires_in\":61")));
}

TEST(PayOrder, APathHasThreeParts) {
  const auto path = [](const std::string& value) {
    const auto read = read_payment("{\"path\":" + value + "}");
    return std::holds_alternative<PaymentAsked>(read);
  };
  EXPECT_TRUE(path("\"alpha/qr/any\""));
  for (const auto* bad : {"\"alpha\"", "\"alpha/qr\"", "\"alpha/qr/\"", "\"/qr/any\"", "\"alpha//any\"", "\"a/b/c/d\"",
                          "\"Alpha/qr/any\"", "7", "null"})
    EXPECT_FALSE(path(bad)) << bad;
}

TEST(PayOrder, APathIsAllowedWholeOrByItsBeginning) {
  const auto settings = test::bakery();
  EXPECT_TRUE(may_use(settings, "alpha/card/cmb"));
  EXPECT_TRUE(may_use(settings, "beta/qr/cmb"));
  EXPECT_FALSE(may_use(settings, "beta/card/cmb"));
  EXPECT_FALSE(may_use(settings, "alphabet/qr/any"));
  EXPECT_TRUE(may_use({}, "gamma/qr/any"));
}

TEST(RefundOrder, TheCurrencyMayBeLeftOut) {
  const auto flat = std::get<RefundAsked>(read_refund(R"({"refund_no":"R-1","amount":500,"reason":"old"})"));
  EXPECT_EQ(flat.amount, 500);
  EXPECT_EQ(flat.currency, std::nullopt);
  EXPECT_EQ(flat.reason, "old");
  const auto full = std::get<RefundAsked>(read_refund(R"({"refund_no":"R-1","amount":{"amount":5,"currency":"JPY"}})"));
  EXPECT_EQ(full.amount, 5);
  EXPECT_EQ(full.currency, Currency::of("JPY"));
  EXPECT_TRUE(std::holds_alternative<BadBody>(read_refund(R"({"refund_no":"R-1","amount":0})")));
  EXPECT_TRUE(std::holds_alternative<BadBody>(read_refund(R"({"amount":1})")));
  EXPECT_TRUE(std::get<BadBody>(read_refund("nonsense")).malformed);
}

TEST(CloseOrder, NeedsNoBody) {
  EXPECT_TRUE(std::holds_alternative<std::monostate>(read_close("")));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(read_close("{}")));
  EXPECT_TRUE(std::holds_alternative<BadBody>(read_close("{\"a\":1}")));
  EXPECT_TRUE(std::holds_alternative<BadBody>(read_close("[]")));
}

TEST(IdempotencyKey, ComesQuotedOrBare) {
  EXPECT_EQ(read_idempotency_key("\"8e03978e-40d5\""), "8e03978e-40d5");
  EXPECT_EQ(read_idempotency_key("8e03978e-40d5"), "8e03978e-40d5");
  EXPECT_EQ(read_idempotency_key(R"("a\"b\\c")"), R"(a"b\c)");
  EXPECT_EQ(read_idempotency_key(std::string(255, 'a')), std::string(255, 'a'));
  for (const std::string bad : {"", "\"\"", "\"a", "a b", "\"a b\"", "\"a\"b", "\"a\\n\"", "\xc3\xa9"})
    EXPECT_EQ(read_idempotency_key(bad), std::nullopt) << bad;
  EXPECT_EQ(read_idempotency_key(std::string(256, 'a')), std::nullopt);
  EXPECT_EQ(read_idempotency_key("\"" + std::string(256, 'a') + "\""), std::nullopt);
}

TEST(IdempotencyKey, AFingerprintCoversMethodPathAndBody) {
  const auto one = fingerprint("POST", "/a", "{}");
  EXPECT_EQ(one, fingerprint("POST", "/a", "{}"));
  EXPECT_NE(one, fingerprint("POST", "/b", "{}"));
  EXPECT_NE(one, fingerprint("POST", "/a", "{ }"));
  EXPECT_NE(one, fingerprint("PUT", "/a", "{}"));
}

}  // namespace
}  // namespace tael
