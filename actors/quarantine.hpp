// Which messages adapters have died of. It outlives adapters and their supervisors; what a former life of the node put
// there is read from the store at the start, and whoever resolves a message's alert takes it out.
#pragma once

#include "actors/domain/quarantined.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tael {

/// Shared by the supervisors of all channels. `ref` is a channel and a message of it.
class Quarantine {
 public:
  explicit Quarantine(const std::vector<std::string>& held = {}) {
    for (const auto& ref : held) crashes_[ref].count = crashes_of_one_message_max;
  }
  bool holds(const std::string& ref) const {
    const std::lock_guard lock{mutex_};
    const auto found = crashes_.find(ref);
    return found != crashes_.end() && found->second.count >= crashes_of_one_message_max;
  }
  /// Counts a crash. When it was the one too many: when the first was. Bounded: what has not killed often goes first.
  std::optional<TimePoint> blame(const std::string& ref, TimePoint now) {
    constexpr std::size_t remembered_max = 10'000;
    const std::lock_guard lock{mutex_};
    if (crashes_.size() >= remembered_max)
      std::erase_if(crashes_, [](const auto& entry) { return entry.second.count < crashes_of_one_message_max; });
    if (crashes_.size() >= remembered_max) return std::nullopt;
    auto& crashes = crashes_.try_emplace(ref, Crashes{0, now}).first->second;
    if (++crashes.count != crashes_of_one_message_max) return std::nullopt;
    return crashes.first_at;
  }
  /// It may be tried again, and is held again after as many crashes.
  void release(const std::string& ref) {
    const std::lock_guard lock{mutex_};
    crashes_.erase(ref);
  }

 private:
  struct Crashes {
    int count = 0;
    TimePoint first_at{};
  };
  mutable std::mutex mutex_;
  std::map<std::string, Crashes> crashes_;
};

}  // namespace tael
