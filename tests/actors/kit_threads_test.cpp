// The timer thread without any actor: Debian's CAF library is not instrumented, so TSan sees only what is ours.
#include "actors/kit/timers.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tael::kit {
namespace {

TEST(ThreadTimers, TakeAndGiveBackFromManyThreads) {
  ThreadTimers timers;
  std::vector<std::jthread> hands;
  for (int hand = 0; hand < 4; ++hand)
    hands.emplace_back([&timers] {
      for (int i = 0; i < 2'000; ++i) {
        const auto far = timers.after(1h, {}, kit::Run{"far", [] {}});
        timers.after(Duration{i % 3}, {}, kit::Run{"near", [] {}});
        EXPECT_TRUE(timers.cancel(far));
        EXPECT_FALSE(timers.cancel(far));
      }
    });
}

TEST(ThreadTimers, EndWithTimersStillSet) {
  ThreadTimers timers;
  for (int i = 0; i < 100; ++i) timers.after(1h, {}, kit::Run{"never", [] { FAIL(); }});
}

}  // namespace
}  // namespace tael::kit
