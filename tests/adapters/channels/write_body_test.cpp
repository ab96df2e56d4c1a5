// What is written is what the readers read: every byte, and nothing that could be taken for another field.
#include "adapters/channels/access/write_body.hpp"

#include "adapters/channels/access/payer.hpp"
#include "adapters/channels/access/tree.hpp"
#include "adapters/channels/access/wire_time.hpp"

#include <gtest/gtest.h>

namespace tael::testing {
namespace {

using namespace std::chrono_literals;

TEST(CutText, ByCharactersCountsThemAsTheChannelDoes) {
  EXPECT_EQ(cut_characters("面包新鲜", 3), "面包新");
  EXPECT_EQ(cut_characters("面包", 3), "面包");
  EXPECT_EQ(cut_characters("🍞🍞", 3), "🍞") << "a pair of UTF-16";
  EXPECT_EQ(cut_text("面包新鲜", 7), "面包");
}

TEST(ExpiryWithin, IsTheNearestThatTheChannelTakes) {
  const TimePoint now{};
  const ExpiryBounds bounds{60s, 1h};
  EXPECT_EQ(expiry_within(now + 20s, now, bounds), now + 60s);
  EXPECT_EQ(expiry_within(now + 61s, now, bounds), now + 61s);
  EXPECT_EQ(expiry_within(now + 2h, now, bounds), now + 1h);
}

const BodyFields awkward{{"number", "01JD"}, {"subject", "包子 & tea <b>=100%</b> ]]> \"'\n+"}, {"empty", ""}};

void expect_same(const std::optional<Tree>& tree, const BodyFields& fields) {
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->children.size(), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(tree->children[i].name, fields[i].first);
    EXPECT_EQ(tree->children[i].text, fields[i].second);
  }
}

TEST(WriteForm, IsReadBackAsItWasMeant) {
  EXPECT_EQ(write_form({{"a", "1 2"}, {"b[c]", "&="}}), "a=1%202&b%5Bc%5D=%26%3D");
  expect_same(read_form_tree(write_form(awkward)), awkward);
}

TEST(WriteXml, IsReadBackAsItWasMeant) {
  EXPECT_EQ(write_xml("xml", {{"a", "1<2"}, {"b", ""}}), "<xml><a>1&lt;2</a><b></b></xml>");
  expect_same(read_xml_tree(write_xml("xml", awkward)), awkward);
}

TEST(WriteXml, HoldsNoControlCharacter) {
  EXPECT_EQ(write_xml("x", {{"a", std::string{"1\0\x1b\r2", 5}}}), "<x><a>1   2</a></x>");
}

TEST(WriteXml, HoldsNothingThatXmlForbids) {
  EXPECT_EQ(write_xml("x", {{"a", "1\uffff2\ufffe3\xed\xa0\x80 4\u0085 包子😀"}}), "<x><a>1 2 3    4  包子😀</a></x>");
}

TEST(WriteBody, OfNothingIsNothing) {
  EXPECT_EQ(write_form({}), "");
  EXPECT_EQ(write_xml("x", {}), "<x></x>");
}

}  // namespace
}  // namespace tael::testing
