// Which messages adapters have died of. It outlives adapters and their supervisors; what a former life of the node put
// there is known from the alerts that nobody has resolved, and is put in at the start.
#pragma once

#include "actors/domain/quarantined.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tael {

/// Shared by the supervisors of all channels. `ref` is a channel and a message of it.
class Quarantine {
 public:
  explicit Quarantine(const std::vector<std::string>& held = {}) {
    for (const auto& ref : held) crashes_[ref] = crashes_of_one_message_max;
  }
  bool holds(const std::string& ref) const {
    const std::lock_guard lock{mutex_};
    const auto found = crashes_.find(ref);
    return found != crashes_.end() && found->second >= crashes_of_one_message_max;
  }
  /// Counts a crash. True when it was the one too many. Bounded: what has not killed often goes first.
  bool blame(const std::string& ref) {
    constexpr std::size_t remembered_max = 10'000;
    const std::lock_guard lock{mutex_};
    if (crashes_.size() >= remembered_max)
      std::erase_if(crashes_, [](const auto& entry) { return entry.second < crashes_of_one_message_max; });
    return crashes_.size() < remembered_max && ++crashes_[ref] == crashes_of_one_message_max;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> crashes_;
};

}  // namespace tael
