// How much the link monitor is told. Whoever would tell it asks here first, so that turning it down saves the message
// and not only its reading. The one thing that orders and the monitor share; the monitor alone turns it.
#pragma once

#include "actors/domain/link_health.hpp"

#include <atomic>
#include <string_view>

namespace tael {

class LinkDial {
 public:
  void turn(LinkMode mode) { mode_.store(mode, std::memory_order_relaxed); }
  bool tells_of(std::string_view attempt) const {
    const auto mode = mode_.load(std::memory_order_relaxed);
    return mode == LinkMode::on || (mode == LinkMode::down && is_link_sample(attempt));
  }

 private:
  std::atomic<LinkMode> mode_{LinkMode::off};
};

}  // namespace tael
