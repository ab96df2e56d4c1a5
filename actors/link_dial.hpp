// How much the link monitor is told. Whoever would tell it asks here first, so that turning it down saves the message
// and not only its reading. The one thing that orders and the monitor share; the monitor alone turns it.
#pragma once

#include "actors/domain/link_health.hpp"

#include <atomic>
#include <string_view>

namespace tael {

class LinkDial {
 public:
  void turn(LinkMode mode) {
    mode_.store(mode, std::memory_order_relaxed);
    is_turned_.store(true, std::memory_order_relaxed);
  }
  /// Where it was left, by a hand or by a monitor that has died; else `at_first`.
  LinkMode mode_or(LinkMode at_first) const {
    return is_turned_.load(std::memory_order_relaxed) ? mode_.load(std::memory_order_relaxed) : at_first;
  }
  bool tells_of(std::string_view attempt) const {
    const auto mode = mode_.load(std::memory_order_relaxed);
    return mode == LinkMode::on || (mode == LinkMode::down && is_link_sample(attempt));
  }

 private:
  std::atomic<LinkMode> mode_{LinkMode::off};
  std::atomic<bool> is_turned_{false};
};

}  // namespace tael
