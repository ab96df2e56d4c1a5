// The machine's own clock, which nobody sets and which counts the time that it slept or we were stopped.
#pragma once

#include "actors/ports/lease.hpp"

#include <ctime>

namespace tael::postgres {

class BootClock final : public SteadyClock {
 public:
  Duration elapsed() const override {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::floor<Duration>(std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec});
  }
};

}  // namespace tael::postgres
