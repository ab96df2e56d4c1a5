#include "runtime/node/running_keys.hpp"

namespace tael {

void RunningKeys::hold(const std::string& channel, std::shared_ptr<const VerifyKeys> keys) {
  const std::lock_guard lock{mutex_};
  keys_[channel] = std::move(keys);
}

std::optional<VerifyKey> RunningKeys::last_of(const std::string& channel) const {
  std::shared_ptr<const VerifyKeys> keys;
  {
    const std::lock_guard lock{mutex_};
    const auto found = keys_.find(channel);
    if (found == keys_.end()) return std::nullopt;
    keys = found->second;
  }
  std::optional<VerifyKey> last;
  for (auto& key : keys->all())
    if (key.not_after && (!last || *key.not_after > *last->not_after)) last = std::move(key);
  return last;
}

}  // namespace tael
