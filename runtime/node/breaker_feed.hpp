// Breaker moves for whoever watches from outside the actors: a page's event stream, a test. The node publishes every
// durable move; subscribers hear it on an actor's thread, hand it on and return.
#pragma once

#include "actors/messages.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

namespace tael {

class BreakerFeed {
 public:
  using Hear = std::function<void(const BreakerMoved&)>;

  std::uint64_t subscribe(Hear hear) {
    const std::lock_guard lock{mutex_};
    hears_.emplace(++last_, std::move(hear));
    return last_;
  }
  /// When this returns nothing more is heard: a move on its way is waited for. Not to be called while hearing one.
  void unsubscribe(std::uint64_t subscription) {
    const std::lock_guard lock{mutex_};
    hears_.erase(subscription);
  }
  void publish(const BreakerMoved& moved) {
    const std::lock_guard lock{mutex_};
    for (const auto& [subscription, hear] : hears_) hear(moved);
  }

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, Hear> hears_;
  std::uint64_t last_ = 0;
};

}  // namespace tael
