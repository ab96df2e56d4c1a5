// Certificates that adapters download while they run, by channel: no file of ours has them, and only the newest counts.
#pragma once

#include "adapters/channels/access/key_store.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace tael {

/// Adapters come and go with their supervisors; what the latest one of a channel holds is what counts. Safe from any
/// thread.
class RunningKeys {
 public:
  void hold(const std::string& channel, std::shared_ptr<const VerifyKeys> keys);
  /// The certificate that ends last; nothing while the adapter has none.
  std::optional<VerifyKey> last_of(const std::string& channel) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const VerifyKeys>> keys_;
};

}  // namespace tael
