#include "adapters/http/header_scan.hpp"

#include "adapters/http/response_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tael::http {
namespace {

using enum HeaderScan::Verdict;

HeaderScan scan(std::string_view text, HeaderLimits limits = {}) { return HeaderScanner(limits).scan(text); }

TEST(HeaderScan, EndsAtTheEmptyLineAndNotBefore) {
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest").size, 27u);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nHost: a\r\n\r").verdict, more);
}

TEST(HeaderScan, ReadsByteByByteWhatItReadsWhole) {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  HeaderScanner scanner({});
  for (std::size_t size = 1; size < text.size(); ++size) EXPECT_EQ(scanner.scan(text.substr(0, size)).verdict, more);
  EXPECT_EQ(scanner.scan(text).size, text.size());
}

TEST(HeaderScan, RefusesWhatTwoParsersReadDifferently) {
  for (const std::string_view text : {"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
                                      "GET / HTTP/1.1\r\n\tb\r\n\r\n", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "\n\n"})
    EXPECT_EQ(scan(text).verdict, malformed) << text;
  EXPECT_EQ(scan(std::string_view("GET / HTTP/1.1\r\nA: \0\r\n\r\n", 25)).verdict, malformed);
}

TEST(HeaderScan, CountsBytesAndLines) {
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\r\n\r\n", {.bytes_max = 10}).verdict, too_large);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n", {.lines_max = 2}).verdict, too_large);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\r\n\r\n", {.lines_max = 2}).verdict, complete);
}

TEST(ResponseText, HeaderValuesCannotBreakOutOfTheirLine) {
  EXPECT_FALSE(is_safe_header("Location", "/\r\nSet-Cookie: a=b"));
  EXPECT_FALSE(is_safe_header("Na me", "a"));
  EXPECT_FALSE(is_safe_header("", "a"));
  EXPECT_TRUE(is_safe_header("Location", "/caf\xc3\xa9"));
}

}  // namespace
}  // namespace tael::http
