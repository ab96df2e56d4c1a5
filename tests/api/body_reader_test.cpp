#include "runtime/api/body_reader.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

std::optional<std::int64_t> amount_in(const std::string& literal) {
  BodyReader body("{\"amount\":" + literal + "}");
  if (!body.is_readable()) return std::nullopt;
  const auto amount = body.integer("amount", 1, amount_max);
  EXPECT_EQ(amount.has_value(), body.errors().empty()) << literal;
  return amount;
}

TEST(BodyReader, AnAmountIsAnIntegerLiteralAndNothingElse) {
  EXPECT_EQ(amount_in("2500"), 2'500);
  EXPECT_EQ(amount_in("999999999999999"), 999'999'999'999'999);
  for (const auto* literal : {"25.0",
                              "1e3",
                              "1E3",
                              "2.5e1",
                              "-0",
                              "0",
                              "-1",
                              "9223372036854775808",
                              "18446744073709551616",
                              "1e400",
                              "999999999999999999999999999999",
                              "\"2500\"",
                              "null",
                              "true",
                              "[2500]",
                              "{}",
                              "0x10",
                              "+1",
                              "01",
                              "NaN",
                              "1_000"})
    EXPECT_EQ(amount_in(literal), std::nullopt) << literal;
}

TEST(BodyReader, OnlyOneJsonObjectIsABody) {
  for (const auto* text :
       {"", " ", "[]", "\"a\"", "1", "null", "{", "{}{}", "{} x", "{\"a\":1,}", "{'a':1}", "{a:1}", "{\"a\":\"\x01\"}",
        "{\"a\":\"\\ud800\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\x80\"}", "\xef\xbb\xbf{}", "{\"a\":1}\n// more"}) {
    BodyReader body(text);
    EXPECT_FALSE(body.is_readable()) << text;
    EXPECT_TRUE(body.is_malformed()) << text;
    ASSERT_EQ(body.errors().size(), 1u) << text;
    EXPECT_EQ(body.errors()[0].pointer, "#");
  }
  EXPECT_TRUE(BodyReader(" {} \r\n").is_readable());
}

TEST(BodyReader, DepthAndNumberOfValuesAreLimited) {
  EXPECT_FALSE(BodyReader("{\"a\":" + std::string(1'000'000, '[')).is_readable());
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(BodyReader(nested(31)).is_readable());
  EXPECT_FALSE(BodyReader(nested(32)).is_readable());
  std::string many = "{\"a\":[0";
  for (int i = 0; i < 10'000; ++i) many += ",0";
  EXPECT_FALSE(BodyReader(many + "]}").is_readable());
}

TEST(BodyReader, AMemberGivenTwiceIsAnErrorWhereverItIs) {
  BodyReader body(R"({"a":1,"a":2,"b":{"c":1,"c~/":2,"c~/":3},"d":[{"e":1},{"e":1}]})");
  ASSERT_TRUE(body.is_readable());
  ASSERT_EQ(body.errors().size(), 2u);
  EXPECT_EQ(body.errors()[0].pointer, "#/a");
  EXPECT_EQ(body.errors()[1].pointer, "#/b/c~0~1");
}

TEST(BodyReader, AllThatIsWrongIsSaidAtOnce) {
  BodyReader body(R"({"name":7,"amuont":1,"zzzzzz":1,"currency":"cny"})");
  EXPECT_EQ(body.text("name", {}), "");
  EXPECT_EQ(read_money(body, std::nullopt), std::nullopt);
  EXPECT_EQ(body.text("subject", {}), "");
  body.finish();
  const std::vector<FieldError> expected{
      {"#/name", "must be 1 to 256 bytes of text without control characters"},
      {"#/currency", "must be an ISO 4217 currency code in capitals"},
      {"#/amount", "is required"},
      {"#/subject", "is required"},
      {"#/amuont", "unknown field; did you mean `amount`?"},
      {"#/zzzzzz", "unknown field"},
  };
  EXPECT_EQ(body.errors(), expected);
}

TEST(BodyReader, TheNumberOfErrorsIsLimited) {
  std::string text = "{\"a0\":1";
  for (int i = 1; i < 100; ++i) text += ",\"a" + std::to_string(i) + "\":1";
  BodyReader body(text + "}");
  body.finish();
  EXPECT_EQ(body.errors().size(), 32u);
}

TEST(BodyReader, TextThatReadsOtherwiseThanItSaysIsRefused) {
  for (const auto* text : {"a\\u0000b", "a\\nb", "a\\u007fb",
                           "abc\xe2\x80\xae"
                           "def",
                           "\xe2\x81\xa6"
                           "a",
                           ""}) {
    BodyReader body(std::string{"{\"a\":\""} + text + "\"}");
    EXPECT_EQ(body.text_if("a", {}), std::nullopt) << text;
  }
  BodyReader body("{\"a\":\"\xe9\x9d\xa2\xe5\x8c\x85 \xe2\x80\xa6 \xf0\x9f\x8d\x9e\"}");
  EXPECT_TRUE(body.text_if("a", {}).has_value());
}

TEST(BodyReader, MoneyComesFlatOrAsAnObject) {
  const auto money = [](const std::string& text, std::optional<Currency> assumed = std::nullopt) {
    BodyReader body(text);
    const auto read = read_money(body, assumed);
    body.finish();
    return body.errors().empty() ? read : std::nullopt;
  };
  const Money expected{2'500, cny};
  EXPECT_EQ(money(R"({"amount":2500,"currency":"CNY"})"), expected);
  EXPECT_EQ(money(R"({"amount":{"amount":2500,"currency":"CNY"}})"), expected);
  EXPECT_EQ(money(R"({"amount":{"amount":2500,"currency":"CNY"},"currency":"CNY"})"), expected);
  EXPECT_EQ(money(R"({"amount":2500})", cny), expected);
  EXPECT_EQ(money(R"({"amount":{"amount":2500,"currency":"CNY"},"currency":"JPY"})"), std::nullopt);
  EXPECT_EQ(money(R"({"amount":2500})"), std::nullopt);
  EXPECT_EQ(money(R"({"amount":{"amount":2500}})"), std::nullopt);
  EXPECT_EQ(money(R"({"amount":{"amount":25.0,"currency":"CNY"}})"), std::nullopt);
  EXPECT_EQ(money(R"({"amount":{"amount":2500,"currency":"CNY","unit":"fen"}})"), std::nullopt);
  EXPECT_EQ(money(R"({"amount":2500,"currency":"XYZ"})"), std::nullopt);
}

TEST(BodyReader, AnAmountsObjectWithoutItsOwnCurrencyIsNotCompletedFromBesideIt) {
  BodyReader body(R"({"amount":{"amount":2500},"currency":"CNY"})");
  read_money(body, std::nullopt);
  ASSERT_EQ(body.errors().size(), 1u);
  EXPECT_EQ(body.errors()[0].pointer, "#/amount/currency");
}

TEST(BodyReader, ErrorsInsideAnObjectPointInside) {
  BodyReader body(R"({"amount":{"amount":1.5,"currency":"CNY","extra":1}})");
  read_money(body, std::nullopt);
  ASSERT_EQ(body.errors().size(), 2u);
  EXPECT_EQ(body.errors()[0].pointer, "#/amount/amount");
  EXPECT_EQ(body.errors()[1].pointer, "#/amount/extra");
}

TEST(BodyReader, BodiesThatMeanTheSameHaveOneCanonicalForm) {
  const BodyReader a(R"({"b":[1,{"d":"x","c":null}],"a":"\u00e9"})");
  const BodyReader b("{ \"a\" : \"\xc3\xa9\",\n \"b\":[1, {\"c\":null,\"d\":\"x\"}] }");
  EXPECT_EQ(a.canonical(), b.canonical());
  EXPECT_EQ(a.canonical(), "{\"a\":\"\xc3\xa9\",\"b\":[1,{\"c\":null,\"d\":\"x\"}]}");
}

}  // namespace
}  // namespace tael
