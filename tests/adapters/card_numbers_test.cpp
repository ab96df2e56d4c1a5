// One rule of what a card number is: every issuer's, however it is parted, and nothing that merely has as many digits.
#include "adapters/encoding/card_numbers.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(CardNumbers, OfEveryIssuerAreFound) {
  for (const auto& [digits, issuer] : std::vector<std::pair<std::string, std::string>>{
           {"4111111111111111", "Visa"},
           {"4222222222222", "Visa"},
           {"5555555555554444", "Mastercard"},
           {"2223003122003222", "Mastercard"},
           {"378282246310005", "American Express"},
           {"371449635398431", "American Express"},
           {"6011111111111117", "Discover"},
           {"3566002020360505", "JCB"},
           {"30569309025904", "Diners Club"},
           {"3056930009020004", "Diners Club"},
           {"36227206271667", "Diners Club"},
           {"6200000000000005", "UnionPay"},
           {"6205500000000000004", "UnionPay"},
           {"2200000000000004", "Mir"},
           {"6304000000000000000", "Maestro"},
       }) {
    const auto card = find_card_number("pay " + digits + "!");
    ASSERT_TRUE(card) << digits;
    EXPECT_EQ(card->issuer, issuer) << digits;
    EXPECT_EQ(card->digits, digits);
    EXPECT_EQ(card->begin, 4U);
    EXPECT_EQ(card->end, 4 + digits.size());
  }
}

TEST(CardNumbers, AreFoundHoweverTheirDigitsAreParted) {
  for (const std::string_view text :
       {"4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111 - 1111 - 1111 - 1111",
        "4111%201111%201111%201111", "4111\u00a01111\u20091111\u20131111", "4111\u200b1111\u200d1111\ufeff1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "４１１１１１１１１１１１１１１１", "٤١١١١١١١١١١١١١١١",
        "card4111111111111111x", "%224111111111111111%22"}) {
    const auto card = find_card_number(text);
    ASSERT_TRUE(card) << text;
    EXPECT_EQ(card->digits, "4111111111111111") << text;
    EXPECT_EQ(mask_card_numbers(text).find("11111111"), std::string::npos) << text;
  }
}

TEST(CardNumbers, AreNotSeenWhereThereAreNone) {
  for (const std::string_view text :
       {"20261121083000", "20261121083000123", "1700000000000", "2021001234567890", "2088102146225135",
        "4111111111111112", "411111111111", "1111111111111117", "4200001234202611211234567890",
        "41111111111111110000000", "00004111111111111111", "4006381333931", "+49 1512 3456789",
        "123e4567-e89b-42d3-a456-426614174000", "4111-1111,1111-1111", "",
        "a665a4592042411111111111111119d417867efdc4fb8a04a1f3fff1fa07e998"})
    EXPECT_FALSE(find_card_number(text)) << text;
}

TEST(CardNumbers, LeaveSixAndFourDigitsBehind) {
  EXPECT_EQ(mask_card_numbers("a 4111 1111 1111 1111, b 5555555555554444."), "a 411111******1111, b 555555******4444.");
  EXPECT_EQ(mask_card_numbers("4111111111111111 5555555555554444"), "411111******1111 555555******4444");
}

}  // namespace
}  // namespace tael
