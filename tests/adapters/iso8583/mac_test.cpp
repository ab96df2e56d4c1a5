#include "tests/adapters/iso8583/golden.hpp"

#include <gtest/gtest.h>

namespace tael::iso8583 {
namespace {

// From ISO 9797-1's own example text, a published UnionPay terminal log and NIST SP 800-38B.
TEST(Iso8583Mac, EachAlgorithmGivesItsGoldenValue) {
  const std::string text = "Now is the time for all ";
  EXPECT_EQ(to_hex(mac_of({MacAlgorithm::x99, from_hex("0123456789abcdef")}, text)), "70a30640cc76dd8b");
  EXPECT_EQ(to_hex(mac_of({MacAlgorithm::x919, from_hex("0123456789abcdeffedcba9876543210")}, text)),
            "a1c72e74ea3fa9b6");
  EXPECT_EQ(mac_of({MacAlgorithm::unionpay_ecb, from_hex("c24a8fb57aa20123")}, from_hex(golden::cup_hex)), "8A9E91B8");
  EXPECT_EQ(to_hex(mac_of({MacAlgorithm::aes_cmac, from_hex("2b7e151628aed2a6abf7158809cf4f3c")},
                          from_hex("6bc1bee22e409f96e93d7e117393172a"))),
            "070a16b46b4d4144");
  EXPECT_EQ(mac_of({}, text), "");
}

TEST(Iso8583Mac, AWorkingKeyIsUnwrappedAndChecked) {
  const auto key = unwrap_key(from_hex("70f2a84ccbc2ae8625cbb0f2c22ab923"), from_hex("96d605ea176b7e9e"));
  EXPECT_EQ(to_hex(key), "c24a8fb57aa20123");
  // `openssl enc -des-ede3-ecb -K <key three times> -nopad` over eight zero bytes.
  EXPECT_EQ(to_hex(check_value(from_hex("0123456789abcdef"))), "d5d44ff7");
}

TEST(Iso8583Mac, OneChangedBitAnywhereIsNoticed) {
  const auto sealed = seal(golden::sale(), ascii87, golden::key).bytes;
  ASSERT_TRUE(is_sealed(sealed, decode(sealed, ascii87).message, ascii87, golden::key));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(is_sealed(changed, decode(changed, ascii87).message, ascii87, golden::key)) << i;
  }
}

TEST(Iso8583Mac, OfThePosFormIsHexCharactersUnderUnionpaysAlgorithmAloneAndBytesUnderX919) {
  const Message sale{std::string(11, '\0'), "0200", {{3, "000000"}, {4, "000000002500"}, {11, "000001"}}};
  const MacKey unionpay{MacAlgorithm::unionpay_ecb, from_hex("c24a8fb57aa20123")};
  const MacKey retail{MacAlgorithm::x919, from_hex("0123456789abcdeffedcba9876543210")};
  const auto mac_under = [&](const MacKey& key) {
    const auto sealed = seal(sale, cup_bcd, key).bytes;
    EXPECT_TRUE(is_sealed(sealed, decode(sealed, cup_bcd).message, cup_bcd, key));
    return sealed.substr(sealed.size() - 8);
  };
  EXPECT_EQ(mac_under(unionpay).find_first_not_of("0123456789ABCDEF"), std::string::npos);
  const auto bare = seal(sale, cup_bcd, retail).bytes;
  EXPECT_EQ(mac_under(retail), mac_of(retail, std::string_view{bare}.substr(11, bare.size() - 11 - 8)));
}

TEST(Iso8583Mac, WithoutAMacOrUnderAnotherKeyItIsNotSealed) {
  const auto bare = encode(golden::sale(), ascii87).bytes;
  EXPECT_FALSE(is_sealed(bare, decode(bare, ascii87).message, ascii87, golden::key));
  const auto sealed = seal(golden::sale(), ascii87, golden::key).bytes;
  const MacKey other{MacAlgorithm::x919, from_hex("00000000000000000000000000000001")};
  EXPECT_FALSE(is_sealed(sealed, decode(sealed, ascii87).message, ascii87, other));
}

TEST(Iso8583Mac, AKeyOfTheWrongLengthDoesNotSuit) {
  EXPECT_FALSE(suits({MacAlgorithm::x919, std::string(8, 'k')}));
  EXPECT_FALSE(suits({MacAlgorithm::x99, std::string(16, 'k')}));
  EXPECT_FALSE(suits({MacAlgorithm::none, std::string(16, 'k')}));
  EXPECT_TRUE(suits({MacAlgorithm::unionpay_ecb, std::string(16, 'k')}));
}

}  // namespace
}  // namespace tael::iso8583
