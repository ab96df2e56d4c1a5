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

TEST(ThreadTimers, ATimerDoesNotWaitForALaterOneThatWasCancelled) {
  ThreadTimers timers;
  const auto patience = std::chrono::steady_clock::now() + 60s;
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_TRUE(timers.cancel(timers.after(1h, {}, kit::Run{"cancelled", [] {}})));
    auto held = std::make_shared<int>();
    const std::weak_ptr<int> waits = held;
    timers.after(0ms, {}, kit::Run{"now", [held = std::move(held)] {}});
    while (!waits.expired() && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    ASSERT_TRUE(waits.expired()) << "timer " << i << " did not ring";
  }
}

TEST(ThreadTimers, EndWithTimersStillSet) {
  ThreadTimers timers;
  for (int i = 0; i < 100; ++i) timers.after(1h, {}, kit::Run{"never", [] { FAIL(); }});
}

}  // namespace
}  // namespace tael::kit
