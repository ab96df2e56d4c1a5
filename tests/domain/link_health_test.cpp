#include "actors/domain/link_health.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const TimePoint noon = *parse_rfc3339("2026-11-11T12:00:00Z");

/// A path with a steady rate of one attempt a second, and a share of payers who complete.
struct Path {
  LinkPolicy policy;
  LinkHealth health;
  TimePoint now = noon;
  int told = 0, came_back = 0;

  void live(Duration length, int paid_percent) {
    for (const auto end = now + length; now < end; now += 1s) {
      count_link(health, policy, now, false, now);
      if ((unix_ms(now) / 1'000 * 37) % 100 < paid_percent) count_link(health, policy, now, true, now + 5s);
      const auto news = judge_link(health, policy, now);
      told += news == LinkNews::fell_silent;
      came_back += news == LinkNews::came_back;
    }
  }
};

TEST(LinkHealth, NoticesOnceThatPayersNoLongerComplete) {
  Path path;
  path.live(20min, 90);
  EXPECT_EQ(path.told, 0);
  path.live(10min, 5);
  EXPECT_EQ(path.told, 1);
  EXPECT_GE(path.health.usual_rate, 850);
  path.live(10min, 90);
  EXPECT_EQ(path.told, 1);
  EXPECT_EQ(path.came_back, 1);
}

TEST(LinkHealth, IsNotAlarmedByPayersWhoHaveNotHadTheirTime) {
  Path path;
  path.live(20min, 90);
  for (int i = 0; i < 50; ++i) count_link(path.health, path.policy, path.now, false, path.now);
  EXPECT_EQ(judge_link(path.health, path.policy, path.now), LinkNews::none);
}

TEST(LinkHealth, IsNotAlarmedByAPathThatAlwaysWasPoorOrByAQuietNight) {
  Path poor;
  poor.live(40min, 10);
  EXPECT_EQ(poor.told, 0);
  Path quiet;
  quiet.live(20min, 90);
  quiet.now += 8h;
  quiet.live(15s, 0);
  quiet.now += 2min;
  EXPECT_EQ(judge_link(quiet.health, quiet.policy, quiet.now), LinkNews::none);
}

TEST(LinkHealth, KeepsNoMoreThanItsHistory) {
  Path path;
  path.live(5h, 50);
  EXPECT_LE(path.health.buckets.size(), 500u);
}

}  // namespace
}  // namespace tael
