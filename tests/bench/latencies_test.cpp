#include "runtime/bench/latencies.hpp"

#include <gtest/gtest.h>

namespace tael::bench {
namespace {

using namespace std::chrono_literals;

TEST(Latencies, OfNothingAreNothing) { EXPECT_EQ(Latencies{}.percentiles().count, 0u); }

TEST(Latencies, APercentileIsAMemberOfTheSample) {
  Latencies waits;
  for (int i = 1000; i >= 1; --i) waits.add(i * 1ms);
  const auto p = waits.percentiles();
  EXPECT_EQ(p.count, 1000u);
  EXPECT_DOUBLE_EQ(p.p50, 501);
  EXPECT_DOUBLE_EQ(p.p99, 991);
  EXPECT_DOUBLE_EQ(p.p999, 1000);
  EXPECT_DOUBLE_EQ(p.max, 1000);
}

TEST(Latencies, AClockThatWentBackIsNoWait) {
  Latencies waits;
  waits.add(-5ms);
  EXPECT_DOUBLE_EQ(waits.percentiles().max, 0);
}

}  // namespace
}  // namespace tael::bench
