// How often a node's own PostgreSQL is started again, on a hand-turned clock.
#include "runtime/node/cluster_keeper.hpp"

#include "tests/support/hand_clock.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tael::testing {
namespace {

struct NoLog final : Log {
  void line(Level, std::string_view, const Fields&) override {}
};

struct ClusterKeeping : ::testing::Test {
  HandClock clock;
  EvenDice dice;
  NoLog log;
  bool lives = true, can_start = true;
  int revived = 0;
  std::string given_up;
  ClusterKeeper keeper{{[this] { return lives; },
                        [this] {
                          if (!can_start) throw std::runtime_error("its folder is gone");
                          lives = true;
                        },
                        [this](int) { ++revived; }, [this](const std::string& why) { given_up = why; }},
                       clock,
                       dice,
                       log};
  /// Dies and is waited for.
  void die() {
    lives = false;
    keeper.look();
    clock.turn(postgres_restart.backoff_max);
    keeper.look();
  }
};

TEST_F(ClusterKeeping, OneThatDiedOnceIsStartedAgainAndTheNodeGoesOn) {
  die();
  EXPECT_TRUE(lives);
  EXPECT_EQ(revived, 1);
  EXPECT_EQ(given_up, "");
  EXPECT_TRUE(keeper.look());
}

TEST_F(ClusterKeeping, IsNotStartedBeforeItsWaitIsOver) {
  lives = false;
  EXPECT_TRUE(keeper.look());
  EXPECT_TRUE(keeper.look());
  EXPECT_EQ(revived, 0);
}

TEST_F(ClusterKeeping, OneThatDiesOverAndOverEndsTheNodeOnce) {
  for (int i = 0; i < postgres_restart.restarts_max; ++i) die();
  EXPECT_EQ(given_up, "");
  die();
  EXPECT_NE(given_up, "");
  EXPECT_FALSE(keeper.look());
  EXPECT_EQ(revived, postgres_restart.restarts_max);
}

TEST_F(ClusterKeeping, DeathsFarApartAreForgiven) {
  for (int i = 0; i < 3 * postgres_restart.restarts_max; ++i) {
    die();
    clock.turn(postgres_restart.within);
  }
  EXPECT_EQ(given_up, "");
}

TEST_F(ClusterKeeping, OneThatCannotStartEndsTheNodeWithWhatItSaid) {
  can_start = false;
  die();
  while (keeper.look()) clock.turn(postgres_restart.backoff_max);
  EXPECT_EQ(revived, 0);
  EXPECT_NE(given_up.find("its folder is gone"), std::string::npos) << given_up;
}

}  // namespace
}  // namespace tael::testing
