// Bytes as text and back: what one of us writes another reads, and nobody reads what nobody writes.
#include "adapters/encoding/base64.hpp"
#include "adapters/encoding/hex.hpp"
#include "adapters/encoding/http_date.hpp"
#include "adapters/encoding/percent.hpp"
#include "adapters/encoding/utf8.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

std::string every_byte(std::size_t from, std::size_t count) {
  std::string bytes;
  for (std::size_t i = from; i < from + count; ++i) bytes += static_cast<char>(i);
  return bytes;
}

TEST(Base64, WritesThePublishedExamples) {  // RFC 4648, section 10.
  const std::pair<const char*, const char*> examples[] = {{"f", "Zg=="},         {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},       {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
  EXPECT_EQ(to_base64(""), "");
}

TEST(Base64, GivesEveryByteBack) {
  for (std::size_t count = 1; count <= 256; ++count)
    EXPECT_EQ(from_base64(to_base64(every_byte(256 - count, count))), every_byte(256 - count, count)) << count;
}

TEST(Base64, RefusesWhatNobodyWrites) {
  for (const auto* text : {"", "YWI", "YW I=", "YW=I", "YWI\n", " YWI", "====", "Y===", "YWI-", "YWI=YWI="})
    EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Base64, DoesNotReadTwoSpellingsAsOneKey) {
  for (const auto* text : {"YWJ=", "Zh==", "Zm9vYmF="}) EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Hex, GivesEveryByteBack) {
  EXPECT_EQ(to_hex("\x01\xaf"), "01af");
  EXPECT_EQ(from_hex("01aF"), "\x01\xaf");
  EXPECT_EQ(from_hex(to_hex(every_byte(0, 256))), every_byte(0, 256));
}

TEST(Hex, RefusesWhatIsNone) {
  for (const auto* text : {"0", "0g", "g0", " 0", "0x", "-1"}) EXPECT_EQ(from_hex(text), "") << text;
}

TEST(Percent, GivesEveryByteBackToFormsAndAddresses) {
  const auto bytes = every_byte(0, 256);
  EXPECT_EQ(percent_decoded(percent_encoded(bytes), Plus::space), bytes);
  EXPECT_EQ(percent_decoded(percent_encoded(bytes), Plus::itself), bytes);
  EXPECT_EQ(percent_encoded("a b+c/~\xff"), "a%20b%2Bc%2F~%FF");
}

TEST(Percent, APlusIsASpaceInFormsAlone) {
  EXPECT_EQ(percent_decoded("a+b%2Bc", Plus::space), "a b+c");
  EXPECT_EQ(percent_decoded("a+b%2bc", Plus::itself), "a+b+c");
}

TEST(Percent, RefusesEscapesThatAreCutOrNotHex) {
  for (const auto* text : {"%", "%4", "a%", "%zz", "%4g", "%g4", "%%41", "%+1"}) {
    EXPECT_EQ(percent_decoded(text, Plus::space), std::nullopt) << text;
    EXPECT_EQ(percent_decoded(text, Plus::itself), std::nullopt) << text;
  }
}

TEST(HttpDate, IsReadInItsThreeFormsAndWrittenInOne) {
  using std::chrono::sys_seconds;
  const sys_seconds at{std::chrono::seconds{784'111'777}}, now{std::chrono::seconds{1'795'262'310}};
  for (const auto* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    EXPECT_EQ(parse_http_date(text, now), at) << text;
  EXPECT_EQ(to_http_date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date("Saturday, 21-Nov-26 12:00:00 GMT", now),
            parse_http_date("Sat, 21 Nov 2026 12:00:00 GMT", now));
  EXPECT_EQ(parse_http_date("Thursday, 01-Jan-76 00:00:00 GMT", now),
            parse_http_date("Wed, 01 Jan 2076 00:00:00 GMT", now));
}

TEST(HttpDate, ThatIsNoneIsNone) {
  for (const auto* text : {"", "120", "-5", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMT ", "1994-11-06T08:49:37Z", "Sun, 6 Nov 1994 08:49:37 GMT"})
    EXPECT_EQ(parse_http_date(text, {}), std::nullopt) << text;
}

TEST(Utf8, KnowsWhereACharacterEnds) {
  struct Row {
    std::string_view text;
    std::size_t length;
  };
  for (const auto& [text, length] :
       {Row{"a", 1}, Row{"\x7f", 1}, Row{"é", 2}, Row{"付", 3}, Row{"\xed\x9f\xbf", 3}, Row{"\xf4\x8f\xbf\xbf", 4},
        Row{"\x80", 0}, Row{"\xc0\x80", 0}, Row{"\xc1\xbf", 0}, Row{"\xc3", 0}, Row{"\xc3(", 0}, Row{"\xe0\x9f\xbf", 0},
        Row{"\xed\xa0\x80", 0}, Row{"\xe4\xbb", 0}, Row{"\xf0\x8f\xbf\xbf", 0}, Row{"\xf4\x90\x80\x80", 0},
        Row{"\xf5\x80\x80\x80", 0}, Row{"\xff", 0}})
    EXPECT_EQ(utf8_length(text, 0), length) << to_hex(text);
}

TEST(Utf8, IsCutBetweenCharacters) {
  EXPECT_EQ(whole_characters("付款", 6), "付款");
  EXPECT_EQ(whole_characters("付款", 5), "付");
  EXPECT_EQ(whole_characters("付款", 3), "付");
  EXPECT_EQ(whole_characters("付款", 2), "");
  EXPECT_EQ(whole_characters("abc", 2), "ab");
  EXPECT_EQ(whole_characters("", 2), "");
}

}  // namespace
}  // namespace tael
