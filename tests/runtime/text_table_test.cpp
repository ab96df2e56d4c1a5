// Columns and texts as a terminal shows them.
#include "runtime/inspect/text_table.hpp"

#include "adapters/encoding/utf8.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(TextTable, CountsCharactersNotBytes) {
  TextTable table{{"what", ">n"}};
  table.add({"付款", "1"});
  table.add({"pay", "10"});
  EXPECT_EQ(table.lines(), (std::vector<std::string>{"what   n", "付款     1", "pay   10"}));
}

TEST(Printable, NeverEndsInHalfACharacter) {
  for (std::size_t most = 0; most < 8; ++most) EXPECT_TRUE(is_utf8(printable("a付é款", most))) << most;
  EXPECT_EQ(printable("a付é", 3), "a...");
  EXPECT_EQ(printable("a付é", 4), "a付...");
  EXPECT_EQ(printable("a\tb\x7f", 20), "a\\tb\\x7f");
}

TEST(Printable, NoTextMovesATerminalOrTurnsItsLine) {
  EXPECT_EQ(printable("a\x1b[2Jb\u009b31m\u061c\u202e\u2028c"), "a\\x1b[2Jb\\u{9b}31m\\u{61c}\\u{202e}\\u{2028}c");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

}  // namespace
}  // namespace tael
