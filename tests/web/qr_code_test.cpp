// The picture that a payer scans. That it reads as what it says is tried by a browser test with a reader of codes.
#include "runtime/web/qr_code.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(QrCode, HasTheSizeOfItsVersionAndAQuietZone) {
  const auto svg = qr_svg("hello", "a \"code\"");  // Version 1: 21 modules, four of silence on each side.
  ASSERT_TRUE(svg);
  EXPECT_NE(svg->find(R"(viewBox="0 0 29 29")"), std::string::npos);
  EXPECT_NE(svg->find("aria-label=\"a &quot;code&quot;\""), std::string::npos);
  EXPECT_NE(svg->find("M4 4h1v1h-1z"), std::string::npos);  // The corner of the first finder.
  EXPECT_EQ(svg->find("M3 "), std::string::npos);
}

TEST(QrCode, DiffersForDifferentTexts) { EXPECT_NE(qr_svg("one", ""), qr_svg("two", "")); }

TEST(QrCode, IsNotMadeOfNothingOrTooMuch) {
  EXPECT_FALSE(qr_svg("", ""));
  EXPECT_FALSE(qr_svg(std::string(5'000, 'x'), ""));
}

}  // namespace
}  // namespace tael
