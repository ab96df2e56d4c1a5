#include "actors/domain/money.hpp"

#include "actors/domain/assert.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace tael {
namespace {

constexpr auto jpy = Currency::of("JPY");
constexpr auto kwd = Currency::of("KWD");
constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

TEST(Currency, IsReadOnlyFromTheTable) {
  EXPECT_EQ(Currency::parse("CNY"), cny);
  EXPECT_EQ(Currency::parse("KWD")->exponent(), 3);
  EXPECT_EQ(Currency::parse("JPY")->exponent(), 0);
  EXPECT_EQ(Currency::parse("CLF")->exponent(), 4);
  EXPECT_EQ(Currency::parse("ZWG")->exponent(), 2);
  for (const auto* code : {"", "CN", "cny", "CNYX", "RMB", "XXX", "XAU", "XTS", "HRK", "AED AFN", "   ", "D A"})
    EXPECT_FALSE(Currency::parse(code)) << code;
}

TEST(Currency, ThatIsUnknownHasNoExponent) { EXPECT_THROW(Currency{}.exponent(), BrokenPromise); }

TEST(Money, AddsWithinOneCurrency) {
  EXPECT_EQ((Money{2500, cny} + Money{1, cny}), (Money{2501, cny}));
  EXPECT_EQ((Money{2500, cny} - Money{2501, cny}), (Money{-1, cny}));
  EXPECT_THROW((Money{1, cny} + Money{1, jpy}), BrokenPromise);
  EXPECT_THROW((Money{1, cny} - Money{1, jpy}), BrokenPromise);
}

TEST(Money, NeverOverflowsQuietly) {
  EXPECT_THROW((Money{most, cny} + Money{1, cny}), BrokenPromise);
  EXPECT_THROW((Money{least, cny} - Money{1, cny}), BrokenPromise);
  EXPECT_EQ((Money{most, cny} - Money{most, cny}).amount, 0);
}

TEST(Money, SharesAreRoundedHalfUp) {
  EXPECT_EQ(share_of(2500, 60), 15);
  EXPECT_EQ(share_of(100, 49), 0);
  EXPECT_EQ(share_of(100, 50), 1);  // Exactly half a unit goes up.
  EXPECT_EQ(share_of(0, 10'000), 0);
  EXPECT_EQ(share_of(amount_max, 10'000), amount_max);
  EXPECT_EQ(share_of(amount_max, 0), 0);
}

TEST(Money, SharesAreExactOverTheirWholeRange) {
  __extension__ using Wide = __int128;
  std::mt19937_64 random{42};
  std::uniform_int_distribution<std::int64_t> amounts{0, amount_max}, rates{0, 10'000};
  for (int i = 0; i < 10'000; ++i) {
    const auto amount = amounts(random), rate = rates(random);
    ASSERT_EQ(share_of(amount, rate), static_cast<std::int64_t>((Wide{amount} * rate + 5'000) / 10'000))
        << amount << " at " << rate;
  }
}

TEST(Money, SharesOutOfBoundsAreABrokenPromise) {
  EXPECT_THROW(share_of(-1, 60), BrokenPromise);
  EXPECT_THROW(share_of(amount_max + 1, 60), BrokenPromise);
  EXPECT_THROW(share_of(1, -1), BrokenPromise);
  EXPECT_THROW(share_of(1, 10'001), BrokenPromise);
}

TEST(Money, ReadsAsPeopleWriteIt) {
  EXPECT_EQ(to_text(Money{2500, cny}), "25.00 CNY");
  EXPECT_EQ(to_text(Money{5, cny}), "0.05 CNY");
  EXPECT_EQ(to_text(Money{0, cny}), "0.00 CNY");
  EXPECT_EQ(to_text(Money{-5, cny}), "-0.05 CNY");
  EXPECT_EQ(to_text(Money{2500, jpy}), "2500 JPY");
  EXPECT_EQ(to_text(Money{2500, kwd}), "2.500 KWD");
  EXPECT_EQ(to_text(Money{least, cny}), "-92233720368547758.08 CNY");
  EXPECT_EQ(to_text(Money{7, Currency{}}), "7 XXX");
}

}  // namespace
}  // namespace tael
