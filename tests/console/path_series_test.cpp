// Seconds of paths: what charts are drawn from.
#include "runtime/watch/path_series.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-21T12:00:00.000Z");

StoreNews call(const std::string& path, const std::string& outcome, std::int64_t took_ms) {
  StoreNews news;
  news.calls.push_back({path, outcome, took_ms, noon});
  return news;
}

TEST(PathSeries, CountsWhatEndedInEachSecond) {
  PathSeries series;
  series.hear(call("a", "approved", 10), noon);
  series.hear(call("a", "silent", 8'000), noon + 500ms);
  series.hear(call("a", "declined", 30), noon + 1s);
  StoreNews paid;
  paid.paid = {"a", ""};
  series.hear(paid, noon + 1s);
  const auto last = series.last(std::chrono::seconds{3}, noon + 2s);
  ASSERT_EQ(last.at("a").size(), 3U);
  EXPECT_EQ(last.at("a")[0].calls, 0);
  EXPECT_EQ(last.at("a")[1].calls, 2);
  EXPECT_EQ(last.at("a")[1].answered, 1);
  EXPECT_EQ(last.at("a")[1].took_ms, 8'010);
  EXPECT_EQ(last.at("a")[1].slowest_ms, 8'000);
  EXPECT_EQ(last.at("a")[2].declined, 1);
  EXPECT_EQ(last.at("a")[2].answered, 1);
  EXPECT_EQ(last.at("a")[2].paid, 1);
}

TEST(PathSeries, LeavesOutTheSecondThatIsNotOver) {
  PathSeries series;
  series.hear(call("a", "approved", 10), noon);
  EXPECT_EQ(series.total(std::chrono::seconds{60}, noon + 999ms).at("a").calls, 0);
  EXPECT_EQ(series.total(std::chrono::seconds{60}, noon + 1s).at("a").calls, 1);
  EXPECT_EQ(series.total(std::chrono::seconds{60}, noon + 61s).at("a").calls, 0);
}

TEST(PathSeries, KeepsMinutesAndNoMore) {
  PathSeries series;
  for (int second = 0; second < 2'000; ++second)
    series.hear(call("a", "approved", 1), noon + std::chrono::seconds{second});
  EXPECT_EQ(series.total(std::chrono::seconds{5'000}, noon + 2'000s).at("a").calls, PathSeries::kept.count());
}

TEST(PathSeries, IsNotConfusedByAClockThatIsSetBack) {
  PathSeries series;
  series.hear(call("a", "approved", 1), noon + 10s);
  series.hear(call("a", "approved", 1), noon);
  EXPECT_EQ(series.total(std::chrono::seconds{60}, noon + 11s).at("a").calls, 2);
}

}  // namespace
}  // namespace tael
