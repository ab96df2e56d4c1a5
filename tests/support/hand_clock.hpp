// Time that a test turns by hand, and dice that fall the same way every time.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"

#include <random>

namespace tael::testing {

class HandClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void turn(Duration by) { now_ += by; }

 private:
  TimePoint now_ = from_unix_ms(1'795'000'000'000);  // 2026-11-18T08:26:40Z
};

class EvenDice final : public Dice {
 public:
  std::uint64_t roll() override { return random_(); }

 private:
  std::mt19937_64 random_{7};
};

}  // namespace tael::testing
