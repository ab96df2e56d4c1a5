// A clock that throws when it is looked at once too often: how a test breaks a step of an adapter where it likes.
#pragma once

#include "actors/ports/clock.hpp"

#include <stdexcept>

namespace tael::testing {

class BreakableClock final : public Clock {
 public:
  explicit BreakableClock(const Clock& behind) : behind_(behind) {}
  TimePoint now() const override {
    if (looks-- <= 0) throw std::logic_error("off by one");
    return behind_.now();
  }
  mutable int looks = 1'000;  ///< That are left.

 private:
  const Clock& behind_;
};

}  // namespace tael::testing
