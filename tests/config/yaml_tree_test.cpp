#include "runtime/config/yaml_tree.hpp"

#include <gtest/gtest.h>

namespace tael::config {
namespace {

std::string errors_of(const std::string& text) {
  std::vector<Error> errors;
  parse_yaml(text, "a.yaml", errors);
  std::string all;
  for (const auto& error : errors) all += to_text(error) + "\n";
  return all;
}

TEST(YamlTree, KeepsKeysTextsAndLines) {
  std::vector<Error> errors;
  const auto root = parse_yaml("# head\na: 1\nb:\n  - x\n  - \"y\"\nc: {d: ~, e: }\n", "a.yaml", errors);
  ASSERT_TRUE(errors.empty());
  ASSERT_EQ(root.children.size(), 3U);
  EXPECT_EQ(root.find("a")->text, "1");
  EXPECT_EQ(root.find("a")->line, 2);
  const auto* list = root.find("b");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->key_line, 3);
  EXPECT_EQ(list->children[0].line, 4);
  EXPECT_TRUE(list->children[0].plain);
  EXPECT_FALSE(list->children[1].plain);
  EXPECT_EQ(root.find("c")->find("d")->kind, Yaml::Kind::none);
  EXPECT_EQ(root.find("c")->find("e")->line, 6);
  EXPECT_EQ(root.find("nothing"), nullptr);
}

TEST(YamlTree, RefusesWhatReadersDisagreeAbout) {
  // clang-format off
  const std::pair<std::string, std::string> refused[] = {
    {"",                                "a.yaml:1: the file is empty\n"},
    {"# only a comment\n",              "a.yaml:1: the file is empty\n"},
    {"a: 1\nb: 2\na: 3\n",              "a.yaml:3: key 'a' was already given in line 1\n"},
    {"a:\n  b: 1\n  b: 2\n",            "a.yaml:3: key 'b' was already given in line 2\n"},
    {"\"a\": 1\na: 2\n",                "a.yaml:2: key 'a' was already given in line 1\n"},
    {"a: &x 1\n",                       "a.yaml:1: an anchor (&name) is not allowed\n"},
    {"b: 1\na: &x {c: 1}\n",            "a.yaml:2: an anchor (&name) is not allowed\n"},
    {"a: !!str 1\n",                    "a.yaml:1: a tag (!type) is not allowed\n"},
    {"a: !x {b: 1}\n",                  "a.yaml:1: a tag (!type) is not allowed\n"},
    {"a: {b: 1}\n<<: {c: 1}\n",         "a.yaml:2: a merge key (<<) is not allowed; write the keys out\n"},
    {"a: 1\n---\nb: 2\n",               "a.yaml:3: a second document is not allowed\n"},
    {"? [a, b]\n: 1\n",                 "a.yaml:1: a key must be a plain word\n"},
    {"? {a: b}\n: 1\n",                 "a.yaml:1: a key must be a plain word\n"},
    {"~: 1\n",                          "a.yaml:1: a key must be a plain word\n"},
    {"a: \x01\n",                       "a.yaml:1: U+0001, a control character: not allowed, not even in a comment\n"},
    {"b: 1\n# \u202e\n",               "a.yaml:2: U+202E, which turns the direction of text: not allowed, not even in a comment\n"},
    {"a: \uffff\n",                    "a.yaml:1: U+FFFF, which is no character: not allowed, not even in a comment\n"},
    {"b: 1\na: \xed\xa0\x80\n",       "a.yaml:2: the file is not UTF-8\n"},
    {"b: 1\nowner: \"a\\u0085b\"\n",   "a.yaml:2: 'owner' has U+0085, a control character: not allowed\n"},
    {"owner: [\"a\\ud800b\"]\n",       "a.yaml:1: is no YAML: invalid unicode: 55296\n"},
    {"\"a\\u061cb\": 1\n",             "a.yaml:1: a text has U+061C, which turns the direction of text: not allowed\n"},
    {"b: 1\na: \xff\n",                 "a.yaml:2: the file is not UTF-8\n"},
    {"a: \xc0\x80\n",                   "a.yaml:1: the file is not UTF-8\n"},
    {"a:\n  b: 1\n\tc: 2\n",            "a.yaml:3: a tab indents this line; YAML takes spaces only\n"},
    {"a: b: c\n",                       "a.yaml:1: is no YAML: illegal map value\n"},
    {"a: [1, 2\n",                      "a.yaml:2: is no YAML: end of sequence flow not found; the indentation fits no line above, or a bracket or a quote is not closed\n"},
    {"a: 1\n\tb: 2\n",                  "a.yaml:2: a tab indents this line; YAML takes spaces only\n"},
  };
  // clang-format on
  for (const auto& [text, error] : refused) EXPECT_EQ(errors_of(text), error) << text;
}

TEST(YamlTree, RefusesAliasesBeforeTheyExpand) {
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const auto n = std::to_string(i), before = std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [*a" + before + ", *a" + before + "]\n";
  }
  EXPECT_NE(errors_of(bomb).find("a.yaml:2: an alias (*name) is not allowed"), std::string::npos);
}

TEST(YamlTree, HasLimits) {
  EXPECT_EQ(errors_of("a: " + std::string(19, '[') + std::string(19, ']')), "");
  EXPECT_EQ(errors_of("a: " + std::string(20, '[') + std::string(20, ']')), "a.yaml:1: nested deeper than 20 levels\n");
  EXPECT_EQ(errors_of("a: " + std::string(4'093, 'x')), "");
  EXPECT_EQ(errors_of("b: 1\na: " + std::string(4'094, 'x')), "a.yaml:2: a line is longer than 4096 bytes\n");
  for (const std::string deep : {"[", "{", "[{", "- ", "? ", "[\n"}) {
    std::string text;
    while (text.size() < 4'000) text += deep;
    EXPECT_NE(errors_of(text), "") << deep;
  }

  std::string many = "a:\n";
  for (int i = 0; i < 9'997; ++i) many += "- x\n";
  EXPECT_EQ(errors_of(many), "");
  EXPECT_EQ(errors_of(many + "- x\n"), "a.yaml:9999: more than 10000 values in one file\n");

  std::string large = "a: 1\n";
  while (large.size() < yaml_bytes_max) large += "#\n";
  large.resize(yaml_bytes_max);
  EXPECT_EQ(errors_of(large), "");
  EXPECT_EQ(errors_of(large + "#"), "a.yaml:1: the file is larger than 256 KiB\n");
}

}  // namespace
}  // namespace tael::config
