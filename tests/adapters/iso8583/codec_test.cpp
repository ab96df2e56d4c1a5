#include "tests/adapters/iso8583/golden.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tael::iso8583 {
namespace {

const std::string cup_header = from_hex("6000030000603100311003");

Message readable(const Encoded& encoded, const Dialect& dialect) {
  const auto decoded = decode(encoded.bytes, dialect);
  EXPECT_EQ(encoded.error, "");
  EXPECT_EQ(decoded.error, "");
  return decoded.message;
}

TEST(Iso8583Codec, AnAscii87SaleIsTheGoldenFrame) {
  EXPECT_EQ(to_hex(seal(golden::sale(), ascii87, golden::key).bytes), golden::sale_hex);
}

TEST(Iso8583Codec, AnAscii87EchoIsTheGoldenFrameWithASecondBitmap) {
  EXPECT_EQ(to_hex(seal(golden::echo(), ascii87, golden::key).bytes), golden::echo_hex);
}

TEST(Iso8583Codec, TheGoldenFramesReadBackAsTheyWereMade) {
  auto sale = decode(from_hex(golden::sale_hex), ascii87);
  ASSERT_EQ(sale.error, "");
  sale.message.fields.erase(64);
  EXPECT_EQ(sale.message, golden::sale());
  auto echo = decode(from_hex(golden::echo_hex), ascii87);
  ASSERT_EQ(echo.error, "");
  echo.message.fields.erase(128);
  EXPECT_EQ(echo.message, golden::echo());
}

TEST(Iso8583Codec, APublishedUnionPayMessageIsRead) {
  const auto decoded = decode(cup_header + from_hex(golden::cup_hex) + "8A9E91B8", cup_bcd);
  ASSERT_EQ(decoded.error, "");
  const auto& message = decoded.message;
  EXPECT_EQ(message.header, cup_header);
  EXPECT_EQ(message.type, "0200");
  EXPECT_EQ(message.at(11), "001834");
  EXPECT_EQ(message.at(22), "021");
  EXPECT_EQ(message.at(35), "4392260009942820D131210112008439");
  EXPECT_EQ(message.at(41), "16688014");
  EXPECT_EQ(message.at(60), "22000001");
  EXPECT_EQ(message.at(64), "8A9E91B8");
}

TEST(Iso8583Codec, AnOddCountOfPackedDigitsIsPaddedOnTheRight) {
  const Message message{cup_header, "0200", {{22, "071"}, {60, "22000001003"}}};
  const auto encoded = encode(message, cup_bcd);
  EXPECT_EQ(to_hex(encoded.bytes).substr(22),
            "0200"
            "0000040000000010"
            "0710"
            "0011"
            "220000010030");
  EXPECT_EQ(readable(encoded, cup_bcd), message);
}

TEST(Iso8583Codec, FixedDigitsFillWithZerosAndTextWithSpaces) {
  const auto message = readable(encode({"", "0200", {{4, "2500"}, {41, "T1"}}}, ascii87), ascii87);
  EXPECT_EQ(message.at(4), "000000002500");
  EXPECT_EQ(message.at(41), "T1      ");
  EXPECT_EQ(message.word(41), "T1");
}

struct Refused {
  const char* name;
  Message message;
  const char* error;
};
class Iso8583Refuses : public ::testing::TestWithParam<Refused> {};
INSTANTIATE_TEST_SUITE_P(
    ToEncode, Iso8583Refuses,
    ::testing::Values(
        Refused{"too_long", {"", "0200", {{4, "1234567890123"}}}, "DE4 (amount) has 13, at most 12 fit"},
        Refused{"not_digits", {"", "0200", {{11, "12A456"}}}, "DE11 (trace number) must be digits"},
        Refused{"not_in_the_dialect", {"", "0200", {{129, "1"}}}, "DE129 is not in dialect ascii87"},
        Refused{"short_binary", {"", "0200", {{52, "1234"}}}, "DE52 (PIN block) has 4 bytes and must have 8"},
        Refused{"control", {"", "0200", {{43, "a\nb"}}}, "DE43 (merchant name) must be characters without controls"},
        Refused{"no_type", {"", "02", {}}, "the type must be four digits"},
        Refused{"a_header", {"x", "0200", {}}, "the header has 1 bytes and must have 0"}),
    [](const auto& refused) { return refused.param.name; });
TEST_P(Iso8583Refuses, NamingTheFieldAndWhatWouldBeRight) {
  EXPECT_EQ(encode(GetParam().message, ascii87).error, GetParam().error);
}

TEST(Iso8583Codec, EveryShorterFrameIsRefusedAndReadsAsFarAsItGoes) {
  const auto bytes = from_hex(golden::sale_hex);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode(std::string_view{bytes}.substr(0, size), ascii87);
    EXPECT_NE(decoded.error, "") << size;
    for (const auto& [de, value] : decoded.message.fields) EXPECT_TRUE(de == 64 || golden::sale().at(de) == value);
  }
  EXPECT_EQ(decode(bytes + "x", ascii87).error, "1 bytes after the last field");
}

TEST(Iso8583Codec, AValueThatIsNotAsTheTableSaysIsLeftOutAndTheFieldsBehindItAreRead) {
  const auto long_one = decode("0200" + from_hex("4020000000000000") + "99" + std::string(99, '1') + "000123", ascii87);
  EXPECT_EQ(long_one.error, "");
  EXPECT_EQ(long_one.unreadable.at(2), "DE2 (card number) says it has 99, at most 19 fit");
  EXPECT_FALSE(long_one.message.has(2));
  EXPECT_EQ(long_one.message.at(11), "000123");
  const auto masked = decode("0200" + from_hex("4020000000000000") + "16622588******7890000123", ascii87);
  EXPECT_EQ(masked.unreadable.at(2), "DE2 (card number) is not digits");
  EXPECT_EQ(masked.message.at(11), "000123");
  const auto packed =
      decode(cup_header + from_hex("0200") + from_hex("0020800000000000") + from_hex("0001230F17"), cup_bcd);
  EXPECT_EQ(packed.unreadable.at(17), "DE17 (capture date) is not digits");
  EXPECT_EQ(packed.message.at(11), "000123");
}

TEST(Iso8583Codec, ALengthThatIsNoNumberOrReachesBeyondTheEndIsRefused) {
  EXPECT_EQ(decode("0200" + from_hex("4000000000000000") + "1x" + std::string(19, '1'), ascii87).error,
            "the length of DE2 (card number) is not digits");
  EXPECT_EQ(decode("0200" + from_hex("4000000000000000") + "99" + std::string(19, '1'), ascii87).error,
            "DE2 (card number) needs 99 bytes, 19 are left");
}

/// Any message a dialect can hold survives the way there and back.
TEST(Iso8583Codec, WhatIsWrittenIsReadInBothDialects) {
  std::mt19937 random{20261121};
  for (const auto* dialect : {&ascii87, &cup_bcd}) {
    for (int round = 0; round < 2'000; ++round) {
      Message message{dialect->header_bytes == 0 ? "" : cup_header, "0200", {}};
      for (const auto& spec : dialect->fields) {
        if (random() % 3 != 0) continue;
        const auto size = static_cast<std::size_t>(spec.length == Length::fixed ? spec.size : std::min(spec.size, 60));
        std::string value(spec.length == Length::fixed ? size : random() % (size + 1), '7');
        for (auto& c : value) {
          if (spec.content == Content::binary) c = static_cast<char>(random());
          if (spec.content == Content::text) c = static_cast<char>('!' + random() % 90);
          if (spec.content == Content::digits) c = static_cast<char>('0' + random() % 10);
        }
        message.fields[spec.de] = std::move(value);
      }
      ASSERT_EQ(readable(encode(message, *dialect), *dialect), message) << round;
    }
  }
}

TEST(Iso8583Describe, HidesCardsTracksAndPins) {
  auto message = golden::sale();
  message.fields[35] = "6225881234567890=30121010000000000000";
  message.fields[52] = "\x01\x02\x03\x04\x05\x06\x07\x08";
  const auto text = describe(message);
  EXPECT_EQ(text.find("6225881234567890"), std::string::npos);
  EXPECT_NE(text.find("DE2=622588******7890"), std::string::npos);
  EXPECT_NE(text.find("DE35=(37 bytes)"), std::string::npos);
  EXPECT_NE(text.find("DE52=(8 bytes)"), std::string::npos);
}

}  // namespace
}  // namespace tael::iso8583
