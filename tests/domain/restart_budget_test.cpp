#include "actors/domain/restart_budget.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

constexpr RestartPolicy policy{};
const TimePoint noon = *parse_rfc3339("2026-11-11T12:00:00Z");
constexpr std::uint64_t no_dice = 0;

TEST(RestartBudget, WaitsLongerWithEachCrashAndNeverLongerThanItsMaximum) {
  RestartBudget budget;
  RestartPolicy patient = policy;
  patient.restarts_max = 100;
  TimePoint now = noon;
  on_start(budget, now);
  for (const auto half : {100, 200, 400, 800, 1'600, 3'200, 6'400, 12'800, 15'000, 15'000}) {
    now += 1s;
    const auto decision = on_crash(budget, patient, now, no_dice);
    ASSERT_FALSE(decision.park);
    EXPECT_EQ(decision.wait, Duration{half});
    on_start(budget, now);
  }
}

TEST(RestartBudget, ParksAtOneCrashMoreThanItsMaximumWithinTheWindow) {
  RestartBudget budget;
  on_start(budget, noon);
  for (int i = 1; i <= policy.restarts_max; ++i) {
    EXPECT_FALSE(on_crash(budget, policy, noon + i * 1s, no_dice).park);
    on_start(budget, noon + i * 1s);
  }
  const auto decision = on_crash(budget, policy, noon + 59s, no_dice);
  EXPECT_TRUE(decision.park);
  EXPECT_EQ(decision.wait, policy.parked_for);
}

TEST(RestartBudget, ForgetsCrashesThatLeftTheWindow) {
  RestartBudget budget;
  for (int i = 0; i < 100; ++i) {
    const auto now = noon + i * (policy.within / policy.restarts_max);
    on_start(budget, now);
    ASSERT_FALSE(on_crash(budget, policy, now + 1s, no_dice).park) << i;
  }
}

TEST(RestartBudget, ACalmPeriodMakesTheNextWaitShortAgain) {
  RestartBudget budget;
  on_start(budget, noon);
  on_crash(budget, policy, noon + 1s, no_dice);
  on_start(budget, noon + 1s);
  on_crash(budget, policy, noon + 2s, no_dice);
  on_start(budget, noon + 2s);
  EXPECT_EQ(on_crash(budget, policy, noon + 2s + policy.within, no_dice).wait, policy.backoff_min / 2);
}

TEST(RestartBudget, AfterAParkOneEarlyCrashParksTwiceAsLongUpToAnHour) {
  RestartBudget budget;
  TimePoint now = noon;
  for (int i = 0; i <= policy.restarts_max; ++i) on_crash(budget, policy, now, no_dice);
  for (const auto expected : {10min, 20min, 40min, 60min, 60min}) {
    now += 1h;
    on_start(budget, now);
    now += 1s;
    const auto decision = on_crash(budget, policy, now, no_dice);
    ASSERT_TRUE(decision.park);
    EXPECT_EQ(decision.wait, expected);
  }
}

TEST(RestartBudget, ALifeAsLongAsAParkForgivesTheParks) {
  RestartBudget budget;
  TimePoint now = noon;
  for (int i = 0; i <= policy.restarts_max; ++i) on_crash(budget, policy, now, no_dice);
  on_start(budget, now);
  now += policy.parked_for;
  EXPECT_FALSE(on_crash(budget, policy, now, no_dice).park);
  RestartDecision decision;
  for (int i = 0; i < policy.restarts_max; ++i) decision = on_crash(budget, policy, now, no_dice);
  EXPECT_TRUE(decision.park);
  EXPECT_EQ(decision.wait, policy.parked_for);
}

}  // namespace
}  // namespace tael
