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
    testing::Values(Refused{"nothing", ""}, Refused{"a_name_twice", R"({"a":1,"a":2})"},
                    Refused{"a_name_twice_by_escape", R"({"a":1,"\u0061":2})"}, Refused{"rubbish_behind", "{} x"},
                    Refused{"a_comma_too_many", "[1,]"}, Refused{"a_leading_nought", "[01]"},
                    Refused{"a_bare_point", "[1.]"}, Refused{"a_plus", "[+1]"}, Refused{"nan", "[NaN]"},
                    Refused{"a_lone_surrogate", R"(["\ud800"])"}, Refused{"a_control", "[\"\x01\"]"},
                    Refused{"no_utf8", "[\"\xff\"]"}, Refused{"an_open_text", "[\"a"}, Refused{"a_comment", "[/**/1]"},
                    Refused{"too_deep", std::string(17, '[') + std::string(17, ']')},
                    Refused{"too_many", "[" + std::string(20'000, '1') + "]" + std::string(1, '\0')},
                    Refused{"too_long", "\"" + std::string(262'144, 'a') + "\""}),
    by_name);

TEST_P(JsonRefused, IsNotRead) { EXPECT_FALSE(read_json_tree(GetParam().body)) << GetParam().body.substr(0, 80); }

TEST(JsonTree, CountsItsNodes) {
  std::string many = "[1";
  for (int i = 0; i < 10'000; ++i) many += ",1";
  EXPECT_FALSE(read_json_tree(many + "]"));
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
                    Refused{"an_entity_of_its_own", "<xml>&a;</xml>"}, Refused{"an_attribute", "<xml a=\"1\"></xml>"},
                    Refused{"a_comment", "<xml><!-- --></xml>"}, Refused{"an_instruction", "<xml><?php ?></xml>"},
                    Refused{"a_name_twice", "<xml><a>1</a><a>2</a></xml>"},
                    Refused{"another_end", "<xml><a></b></xml>"}, Refused{"rubbish_behind", "<xml></xml>x"},
                    Refused{"two_roots", "<a></a><b></b>"}, Refused{"text_between", "<xml>x<a>1</a></xml>"},
                    Refused{"open_cdata", "<xml><![CDATA[</xml>"},
                    Refused{"another_encoding", "<?xml version=\"1.0\" encoding=\"GBK\"?><xml></xml>"},
                    Refused{"a_nul", "<xml>&#0;</xml>"}, Refused{"a_cdata_end", "<xml>]]></xml>"},
                    Refused{"too_deep",
                            "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a>"
                            "</a></a></a></a></a></a></a></a></a>"}),
    by_name);

TEST_P(XmlRefused, IsNotRead) { EXPECT_FALSE(read_xml_tree(GetParam().body)) << GetParam().body; }

// --- forms -------------------------------------------------------------------------------------------

TEST(FormTree, DecodesNamesAndValues) {
  const auto tree = read_form_tree("a=1+2&%62=%E6%B0%B4&c=");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->text_of("a"), "1 2");
  EXPECT_EQ(tree->text_of("b"), "水");
  EXPECT_EQ(tree->text_of("c"), "");
}

INSTANTIATE_TEST_SUITE_P(Table, FormRefused,
                         testing::Values(Refused{"nothing", ""}, Refused{"a_name_twice", "a=1&a=2"},
                                         Refused{"a_name_twice_by_escape", "a=1&%61=2"}, Refused{"no_value", "a"},
                                         Refused{"no_name", "=1"}, Refused{"half_an_escape", "a=%4"},
                                         Refused{"no_escape", "a=%zz"}),
                         by_name);

TEST_P(FormRefused, IsNotRead) { EXPECT_FALSE(read_form_tree(GetParam().body)) << GetParam().body; }

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
