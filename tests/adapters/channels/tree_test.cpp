#include "adapters/channels/access/tree.hpp"

#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/access/wire_time.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

// --- JSON --------------------------------------------------------------------------------------------

TEST(JsonTree, KnowsWhereEveryValueStood) {
  const std::string body = R"({ "r" : {"a":"x\/y","sign":"\"sign\""} ,"sign":"s"})";
  const auto tree = read_json_tree(body);
  ASSERT_TRUE(tree);
  const auto* inner = tree->find("r");
  EXPECT_EQ(body.substr(inner->begin, inner->end - inner->begin), R"({"a":"x\/y","sign":"\"sign\""})");
  EXPECT_EQ(inner->text_of("a"), "x/y");
  EXPECT_EQ(tree->text_of("r/sign"), "\"sign\"");
}

TEST(JsonTree, ReadsEscapesAndPairs) { EXPECT_EQ(read_json_tree(R"("\u6c34\ud83d\ude00\n")")->text, "水😀\n"); }

struct Refused {
  const char* name;
  std::string body;
};
class JsonRefused : public testing::TestWithParam<Refused> {};
class XmlRefused : public testing::TestWithParam<Refused> {};
class FormRefused : public testing::TestWithParam<Refused> {};
const auto by_name = [](const auto& info) { return std::string{info.param.name}; };

INSTANTIATE_TEST_SUITE_P(
    Table, JsonRefused,
    testing::Values(Refused{"nothing", ""}, Refused{"rubbish_behind", "{} x"}, Refused{"a_comma_too_many", "[1,]"},
                    Refused{"a_leading_nought", "[01]"}, Refused{"a_bare_point", "[1.]"}, Refused{"a_plus", "[+1]"},
                    Refused{"nan", "[NaN]"}, Refused{"an_open_text", "[\"a"}, Refused{"a_comment", "[/**/1]"},
                    Refused{"an_open_text_of_gbk", "[\"\x97\\\""},
                    Refused{"another_end_in_the_deep", std::string(17, '[') + "}" + std::string(16, ']')},
                    Refused{"too_many", "[" + std::string(20'000, '1') + "]" + std::string(1, '\0')},
                    Refused{"too_long", "\"" + std::string(262'144, 'a') + "\""}),
    by_name);

TEST_P(JsonRefused, IsNotRead) { EXPECT_FALSE(read_json_tree(GetParam().body)) << GetParam().body.substr(0, 80); }

/// A body with one part that nobody can read, and `"good":"1"` behind it.
class OnePartUnclear : public testing::TestWithParam<Refused> {};
INSTANTIATE_TEST_SUITE_P(Table, OnePartUnclear,
                         testing::Values(Refused{"a_name_twice", R"({"bad":1,"bad":2,"good":"1"})"},
                                         Refused{"a_name_twice_by_escape", R"({"bad":1,"\u0062ad":2,"good":"1"})"},
                                         Refused{"a_lone_surrogate", R"({"bad":"\ud800","good":"1"})"},
                                         Refused{"no_escape", R"({"bad":"\q","good":"1"})"},
                                         Refused{"half_an_escape", R"({"bad":"\u12","good":"1"})"},
                                         Refused{"a_control", "{\"bad\":\"\x01\",\"good\":\"1\"}"},
                                         Refused{"no_utf8", "{\"bad\":\"\xb3\",\"good\":\"1\"}"},
                                         Refused{"gbk_that_ends_like_an_escape", "{\"bad\":\"\x97\\\",\"good\":\"1\"}"},
                                         Refused{"too_deep", R"({"bad":)" + std::string(400, '[') + R"("]",1)" +
                                                                 std::string(400, ']') + R"(,"good":"1"})"}),
                         by_name);

TEST_P(OnePartUnclear, SpoilsNoOther) {
  const auto tree = read_json_tree(GetParam().body);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->text_of("good"), "1");
  EXPECT_EQ(tree->text_of("bad"), "");
  FieldReader fields{*tree};
  EXPECT_EQ(fields.aside("bad"), "");
  EXPECT_EQ(fields.message("bad"), "");
  EXPECT_TRUE(fields.clean());
  EXPECT_EQ(fields.word("good"), "1");
  EXPECT_TRUE(fields.clean());
  EXPECT_EQ(fields.word("bad"), "");
  EXPECT_FALSE(fields.clean()) << "what is needed must be readable";
}

TEST(JsonTree, WhatLiesInsideAnUnclearPartIsUnclearToo) {
  const auto tree = read_json_tree(R"({"amount":{"total":1},"amount":{"total":2}})");
  ASSERT_TRUE(tree);
  FieldReader fields{*tree};
  EXPECT_EQ(fields.minor("amount/total", cny), std::nullopt);
  EXPECT_EQ(fields.word("amount/total"), "");
  EXPECT_FALSE(fields.clean());
}

TEST(JsonTree, KeepsNoMoreOfAListThanItsNodesMax) {
  std::string many = R"({"list":[1)";
  for (int i = 0; i < 20'000; ++i) many += ",1";
  const auto tree = read_json_tree(many + R"(],"good":"1"})");
  ASSERT_TRUE(tree);
  EXPECT_TRUE(tree->find("list")->unclear);
  EXPECT_LE(tree->find("list")->children.size(), 10'000u);
  EXPECT_EQ(tree->text_of("good"), "1");
}

// --- XML ---------------------------------------------------------------------------------------------

TEST(XmlTree, ReadsTextCdataAndTheFiveEntities) {
  const auto tree = read_xml_tree(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml>\n<a><![CDATA[<b>&]]></a><c>&lt;&#27700;&amp;</c><d/></xml>\n");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->text_of("a"), "<b>&");
  EXPECT_EQ(tree->text_of("c"), "<水&");
  EXPECT_EQ(tree->text_of("d"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Table, XmlRefused,
    testing::Values(Refused{"nothing", ""}, Refused{"a_doctype", "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml>&a;</xml>"},
                    Refused{"an_entity_of_its_own", "<xml>&a;</xml>"},
                    Refused{"an_open_attribute", "<xml a=\"1></xml>"}, Refused{"an_open_comment", "<xml><!-- </xml>"},
                    Refused{"an_open_instruction", "<xml><?php </xml>"}, Refused{"another_end", "<xml><a></b></xml>"},
                    Refused{"rubbish_behind", "<xml></xml>x"}, Refused{"two_roots", "<a></a><b></b>"},
                    Refused{"text_between", "<xml>x<a>1</a></xml>"}, Refused{"open_cdata", "<xml><![CDATA[</xml>"},
                    Refused{"a_nul", "<xml>&#0;</xml>"}, Refused{"a_cdata_end", "<xml>]]></xml>"},
                    Refused{"too_deep",
                            "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a>"
                            "</a></a></a></a></a></a></a></a></a>"}),
    by_name);

TEST_P(XmlRefused, IsNotRead) { EXPECT_FALSE(read_xml_tree(GetParam().body)) << GetParam().body; }

TEST(XmlTree, APartThatNobodyCanReadSpoilsNoOther) {
  for (const std::string bad : {"<bad>\xb3</bad>", "<bad>&own;</bad>", "<bad>&#0;</bad>", "<bad>\x01</bad>",
                                "<bad>1</bad><bad>2</bad>", "<bad>x<y>1</y></bad>"}) {
    const auto tree = read_xml_tree("<xml>" + bad + "<good>1</good></xml>");
    ASSERT_TRUE(tree) << bad;
    EXPECT_EQ(tree->text_of("good"), "1") << bad;
    EXPECT_EQ(tree->text_of("bad"), "") << bad;
    EXPECT_TRUE(tree->find("bad")->unclear) << bad;
  }
}

TEST(XmlTree, StepsOverWhatSaysNothing) {
  const auto tree = read_xml_tree(
      "<?xml version=\"1.0\" encoding=\"GBK\"?><!-- a --><xml a='1' b=\"<\"><!-- <good>2</good> --><?php x?>"
      "<good x=\"y\">1</good><\xd0\xd0:n/></xml><!-- b -->");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->text_of("good"), "1");
}

/// What is signed of an element is all text inside it, as a DOM would say.
TEST(XmlTree, AnElementWithElementsSaysAllTextInside) {
  const auto tree = read_xml_tree("<xml><a><b>1</b><c>2</c></a></xml>");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->find("a")->text, "12");
  EXPECT_EQ(tree->text_of("a"), "") << "and is no text";
}

// --- forms -------------------------------------------------------------------------------------------

TEST(FormTree, DecodesNamesAndValues) {
  const auto tree = read_form_tree("a=1+2&%62=%E6%B0%B4&c=");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->text_of("a"), "1 2");
  EXPECT_EQ(tree->text_of("b"), "水");
  EXPECT_EQ(tree->text_of("c"), "");
}

INSTANTIATE_TEST_SUITE_P(Table, FormRefused,
                         testing::Values(Refused{"nothing", ""}, Refused{"no_name", "=1"},
                                         Refused{"no_escape_in_a_name", "%zz=1"},
                                         Refused{"cut_before_a_value", "a=1&b"},
                                         Refused{"cut_in_an_escape", "a=1&b=%E6%B"}),
                         by_name);

TEST_P(FormRefused, IsNotRead) { EXPECT_FALSE(read_form_tree(GetParam().body)) << GetParam().body; }

TEST(FormTree, AFieldThatNobodyCanReadSpoilsNoOther) {
  for (const std::string bad : {"bad=1&bad=2", "bad=1&%62ad=2", "bad=%4", "bad=%zz", "bad=%B3%C9"}) {
    const auto tree = read_form_tree(bad + "&&good=1&empty&");
    ASSERT_TRUE(tree) << bad;
    EXPECT_EQ(tree->text_of("good"), "1") << bad;
    EXPECT_EQ(tree->text_of("bad"), "") << bad;
    EXPECT_TRUE(tree->find("bad")->unclear) << bad;
    EXPECT_EQ(tree->find("empty")->text, "");
  }
  EXPECT_EQ(read_form_tree("bad=%B3%C9")->find("bad")->text, "\xB3\xC9") << "its bytes are what is signed";
}

// --- what stands in them -----------------------------------------------------------------------------

TEST(Decimal, IsExactOrNothing) {
  EXPECT_EQ(parse_decimal("88.80", 2), 8'880);
  EXPECT_EQ(parse_decimal("1.1", 2), 110);
  EXPECT_EQ(parse_decimal("1", 2), 100);
  EXPECT_EQ(parse_decimal("0.010", 2), 1);
  EXPECT_EQ(parse_decimal("-5.00", 2), -500);
  EXPECT_EQ(parse_decimal("1.005", 2), std::nullopt);
  for (const auto* text : {"", ".", ".5", "5.", "1e2", " 1", "1,00", "+1", "1.0.0", "99999999999999999999", "--1"})
    EXPECT_EQ(parse_decimal(text, 2), std::nullopt) << text;
  EXPECT_EQ(print_decimal(8'880, 2), "88.80");
  EXPECT_EQ(print_decimal(5, 2), "0.05");
  EXPECT_EQ(print_decimal(-5, 2), "-0.05");
  EXPECT_EQ(print_decimal(500, 0), "500");
}

TEST(WireTime, IsBeijings) {
  const auto at = *parse_rfc3339("2026-01-01T19:04:05Z");
  EXPECT_EQ(print_beijing(at), "2026-01-02 03:04:05");
  EXPECT_EQ(print_beijing(at, true), "20260102030405");
  EXPECT_EQ(print_beijing_rfc3339(at), "2026-01-02T03:04:05+08:00");
  EXPECT_EQ(parse_beijing("2026-01-02 03:04:05"), at);
  EXPECT_EQ(parse_beijing("20260102030405"), at);
  EXPECT_EQ(parse_beijing("2026-13-02 03:04:05"), std::nullopt);
  EXPECT_EQ(parse_beijing("yesterday"), std::nullopt);
}

}  // namespace
}  // namespace tael
