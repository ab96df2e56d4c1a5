#include "actors/domain/ids.hpp"

#include "actors/domain/assert.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace tael {
namespace {

const auto noon = from_unix_ms(1795249800000);
const auto id = make_id(noon, 17, 0x0123456789abcdefU);

TEST(Ids, HaveOneSpelling) {
  EXPECT_EQ(make_id(TimePoint{}, 0, 0), "00000000000000000000000000");
  EXPECT_EQ(make_id(from_unix_ms((std::int64_t{1} << 48U) - 1), 32'767, ~std::uint64_t{0}),
            "7ZZZZZZZZZZZZFZZZZZZZZZZZZ");
  EXPECT_EQ(id, "01M7YKM0T000H028T5CY4TQKFF");
}

TEST(Ids, CarryTheirInstantAndShard) {
  std::mt19937_64 random{3};
  for (int i = 0; i < 2'000; ++i) {
    const auto at = from_unix_ms(static_cast<std::int64_t>(random() >> 16U));
    const auto shard = static_cast<Shard>(random() % 32'768);
    const auto made = make_id(at, shard, random());
    ASSERT_EQ(made.size(), id_length);
    ASSERT_EQ(shard_of(made), shard) << made;
    ASSERT_EQ(time_of(made), at) << made;
    ASSERT_EQ(order_of(made), made);
  }
}

TEST(Ids, SortByTime) {
  std::mt19937_64 random{4};
  for (int i = 0; i < 2'000; ++i) {
    const auto ms = static_cast<std::int64_t>(random() >> 17U);
    ASSERT_LT(make_id(from_unix_ms(ms), static_cast<Shard>(random() % 64), random()),
              make_id(from_unix_ms(ms + 1), static_cast<Shard>(random() % 64), random()));
  }
}

TEST(Ids, OutOfBoundsAreABrokenPromise) {
  EXPECT_THROW(make_id(from_unix_ms(-1), 0, 0), BrokenPromise);
  EXPECT_THROW(make_id(from_unix_ms(std::int64_t{1} << 48U), 0, 0), BrokenPromise);
  EXPECT_THROW(make_id(noon, 32'768, 0), BrokenPromise);
  EXPECT_THROW(attempt_number(id, 0), BrokenPromise);
}

TEST(Ids, NumbersOfAnOrderLeadBackToIt) {
  EXPECT_EQ(attempt_number(id, 1), id + "A01");
  EXPECT_EQ(refund_number(id, 12), id + "R12");
  EXPECT_EQ(notice_id(id, 100), "msg_" + id + "N100");
  for (const auto& number : {attempt_number(id, 1), refund_number(id, 12), notice_id(id, 100)}) {
    EXPECT_EQ(order_of(number), id) << number;
    EXPECT_EQ(shard_of(number), 17) << number;
    EXPECT_EQ(time_of(number), noon) << number;
  }
}

TEST(Ids, OfOthersAreNoneOfOurs) {
  auto lower = id;
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  auto foreign = id;
  foreign[3] = 'U';
  auto too_late = id;
  too_late[0] = '8';  // Would need a 49th bit.
  auto too_random = id;
  too_random[13] = 'G';  // Would need a 65th bit.
  for (const auto& text : {std::string{},
                           std::string{"o-1"},
                           lower,
                           foreign,
                           too_late,
                           too_random,
                           id.substr(1),
                           id + "A",
                           id + "A1",
                           id + "A00",
                           id + "A001",
                           id + "B01",
                           id + "N01",
                           "msg_" + id,
                           "msg_" + id + "A01",
                           id + "A01 ",
                           id + "A0x",
                           id + "A9999999999",
                           " " + id,
                           std::string(26, ' ')}) {
    EXPECT_FALSE(order_of(text)) << text;
    EXPECT_FALSE(shard_of(text)) << text;
    EXPECT_FALSE(time_of(text)) << text;
  }
}

TEST(Shards, AreWhereOneOrderNumberAlwaysLives) {
  // Written into databases: these values never change.
  EXPECT_EQ(shard_for("bakery", "o-1"), 58);
  EXPECT_EQ(shard_for("museum", "2026/1"), 57);
  EXPECT_NE(shard_for("bakery", "o-1"), shard_for("baker", "yo-1"));
}

TEST(Shards, ShareOrdersEvenly) {
  std::array<int, shards_total> orders{};
  for (int i = 0; i < 64'000; ++i) ++orders.at(shard_for("bakery", "order-" + std::to_string(i)));
  EXPECT_GT(*std::ranges::min_element(orders), 700);
  EXPECT_LT(*std::ranges::max_element(orders), 1'300);
}

}  // namespace
}  // namespace tael
