// What text is: what no text has, and what real writing has though it cannot be seen.
#include "adapters/encoding/text.hpp"

#include "adapters/encoding/utf8.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(Text, HasNothingThatIsNotSeenAsItIs) {
  std::string every;
  for (const std::uint32_t point :
       {0x00U,   0x1BU,   0x7FU,   0x80U,   0x85U,    0x9BU,     0x9FU,    0x61CU,  0x200BU, 0x200EU,
        0x2028U, 0x202AU, 0x202EU, 0x2060U, 0x2066U,  0x2069U,   0x206AU,  0x3164U, 0xFDD0U, 0xFDEFU,
        0xFEFFU, 0xFFF9U, 0xFFFEU, 0xFFFFU, 0x1FFFEU, 0x10FFFFU, 0xE0001U, 0xE0041U}) {
    std::string text = "a";
    append_utf8(text, point);
    text += "b";
    EXPECT_FALSE(is_text(text)) << point;
    EXPECT_FALSE(is_text(text, Lines::many)) << point;
    EXPECT_TRUE(is_text(escape_controls(text))) << escape_controls(text);
    every += text;
  }
  EXPECT_TRUE(is_text(escape_controls(every)));
}

TEST(Text, IsUtf8) {
  for (const std::string_view bad :
       {"\xed\xa0\x80", "\xed\xbf\xbf", "\xc0\xaf", "\xe0\x80\xaf", "\xf4\x90\x80\x80", "\xff", "a\xe9"})
    EXPECT_FALSE(is_text(bad)) << escape_controls(bad);
  EXPECT_EQ(text_fault("\xed\xa0\x80"), "the byte 0xED, which is no UTF-8");
}

TEST(Text, OfWhateverScriptIsText) {
  for (const std::string_view good :
       {"", " ", "plain", "包子 · 面包", "مرحبا ١٢٣", "می‌خواهم", "שָׁלוֹם", "क्‍ष", "한국어",
        "👩‍👩‍👧", "❤️‍🔥 x", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "葛󠄀", "1️⃣",
        "Schiff\u00adfahrt", "\ufffd"})
    EXPECT_EQ(text_fault(good), "") << good;
}

TEST(Text, HasJoinersOnlyWhereTheyJoin) {
  for (const std::string_view bad :
       {"\u200dx", "x\u200d", "x \u200dy", "x\u200d y", "x\u200d\u200dy", "\ufe0f", " \ufe0f", "x\u200c"})
    EXPECT_FALSE(is_text(bad)) << escape_controls(bad);
}

TEST(Text, OfOneLineHasNoTabAndNoLinesEnd) {
  for (const std::string_view lines : {"a\nb", "a\tb", "a\r\nb"}) {
    EXPECT_FALSE(is_text(lines));
    EXPECT_TRUE(is_text(lines, Lines::many));
  }
}

TEST(Text, OfAStrangerIsSpelledOutWhereItIsNone) {
  EXPECT_EQ(escape_controls("a\n\x1b[0m\u0085付\u202e"), "a\\n\\x1b[0m\\u{85}付\\u{202e}");
  EXPECT_EQ(escape_controls(std::string_view{"a\0b", 3}), "a\\x00b");
}

TEST(Text, WithBlanksAtItsEdgesIsNoName) {
  for (const std::string_view bad : {" a", "a ", "\u00a0a", "a\u3000", "a\n", " ", "\u2003a"})
    EXPECT_TRUE(has_blank_edges(bad));
  for (const std::string_view good : {"a", "a b", "", "付 款"}) EXPECT_FALSE(has_blank_edges(good)) << good;
}

}  // namespace
}  // namespace tael
