#include "actors/domain/time.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tael {
namespace {

using namespace std::chrono_literals;

struct Reading {
  std::string_view text;
  std::optional<std::int64_t> ms;
};

TEST(Time, ReadsExactlyRfc3339) {
  // clang-format off
  const Reading readings[] = {
    {"1970-01-01T00:00:00Z",               0},
    {"1970-01-01T00:00:00.001Z",           1},
    {"2026-11-21T08:30:00.000Z",           1795249800000},
    {"2026-11-21t08:30:00z",               1795249800000},
    {"2026-11-21T16:30:00+08:00",          1795249800000},
    {"2026-11-21T00:30:00-08:00",          1795249800000},
    {"2026-11-21T08:30:00.5Z",             1795249800500},
    {"2026-11-21T08:30:00.123999999Z",     1795249800123},
    {"1969-12-31T23:59:59.999Z",           -1},
    {"2024-02-29T00:00:00Z",               1709164800000},
    {"0000-01-01T00:00:00Z",               -62167219200000},
    {"9999-12-31T23:59:59.999Z",           253402300799999},
    {"",                                   {}},
    {"2023-02-29T00:00:00Z",               {}},
    {"2026-13-01T00:00:00Z",               {}},
    {"2026-11-31T00:00:00Z",               {}},
    {"2026-11-21T24:00:00Z",               {}},
    {"2026-11-21T23:59:60Z",               {}},
    {"2026-11-21T08:30:00",                {}},
    {"2026-11-21 08:30:00Z",               {}},
    {"2026-11-21T08:30Z",                  {}},
    {"2026-11-21T08:30:00.Z",              {}},
    {"2026-11-21T08:30:00.1234567890Z",    {}},
    {"2026-11-21T08:30:00Z ",              {}},
    {" 2026-11-21T08:30:00Z",              {}},
    {"2026-11-21T08:30:00+0800",           {}},
    {"2026-11-21T08:30:00+24:00",          {}},
    {"+026-11-21T08:30:00Z",               {}},
    {"0000-01-01T00:00:00+00:01",          {}},  // The year before zero has no spelling.
    {"9999-12-31T23:59:59-00:01",          {}},
  };
  // clang-format on
  for (const auto& [text, ms] : readings) {
    const auto at = parse_rfc3339(text);
    EXPECT_EQ(at ? std::optional{unix_ms(*at)} : std::nullopt, ms) << text;
  }
}

TEST(Time, WritesUtcWithMilliseconds) {
  EXPECT_EQ(to_rfc3339(from_unix_ms(1795249800000)), "2026-11-21T08:30:00.000Z");
  EXPECT_EQ(to_rfc3339(from_unix_ms(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(TimePoint{}), "1970-01-01T00:00:00.000Z");
}

TEST(Time, ReadsBackEveryInstantItWrites) {
  std::mt19937_64 random{20261121};
  std::uniform_int_distribution<std::int64_t> any{-62167219200000, 253402300799999};
  for (int i = 0; i < 2'000; ++i) {
    const auto at = from_unix_ms(any(random));
    ASSERT_EQ(parse_rfc3339(to_rfc3339(at)), at) << unix_ms(at);
  }
}

TEST(Time, ReadsLengthsOnlyWithAUnit) {
  // clang-format off
  const Reading readings[] = {
    {"800ms", 800},      {"8s", 8'000},       {"5min", 300'000},   {"12h", 43'200'000},
    {"7d", 604'800'000}, {"0s", 0},           {"106751991167d", 9223372036828800000},
    {"106751991168d", {}},  // One day more than 64 bits of milliseconds hold.
    {"8", {}},           {"s", {}},           {"", {}},            {"-8s", {}},       {"+8s", {}},
    {"8 s", {}},         {" 8s", {}},         {"8s ", {}},         {"1.5s", {}},      {"08s", {}},
    {"8S", {}},          {"8m", {}},          {"8sec", {}},        {"1h30min", {}},   {"0x8s", {}},
    {"99999999999999999999s", {}},
  };
  // clang-format on
  for (const auto& [text, ms] : readings) {
    const auto length = parse_duration(text);
    EXPECT_EQ(length ? std::optional<std::int64_t>{length->count()} : std::nullopt, ms) << text;
  }
}

TEST(Time, SpellsALengthInItsLargestWholeUnit) {
  EXPECT_EQ(to_text(0ms), "0s");
  EXPECT_EQ(to_text(1ms), "1ms");
  EXPECT_EQ(to_text(1500ms), "1500ms");
  EXPECT_EQ(to_text(60s), "1min");
  EXPECT_EQ(to_text(90min), "90min");
  EXPECT_EQ(to_text(12h), "12h");
  EXPECT_EQ(to_text(48h), "2d");
}

TEST(Time, ReadsBackEveryLengthItWrites) {
  std::mt19937_64 random{7};
  std::uniform_int_distribution<std::int64_t> any{0, 1'000'000'000'000};
  for (int i = 0; i < 2'000; ++i) {
    const Duration length{any(random)};
    ASSERT_EQ(parse_duration(to_text(length)), length) << length.count();
  }
}

}  // namespace
}  // namespace tael
