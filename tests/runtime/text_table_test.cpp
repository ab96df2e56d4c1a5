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
  EXPECT_EQ(printable("a\tb\x7f", 4), "a b ");
}

}  // namespace
}  // namespace tael
