// Keys by id. During a rotation two keys of one owner are valid at once; what was signed says with
// which. An id that is not here is `unknown_key`, never a reason to try another key.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tael {

struct ChannelKey {
  std::string id;  ///< Travels in the clear beside the signature.
  std::string secret;
};

class KeyStore {
 public:
  KeyStore() = default;
  explicit KeyStore(std::vector<ChannelKey> keys) : keys_(std::move(keys)) {}

  /// Nothing when no key has this id.
  const ChannelKey* find(std::string_view id) const {
    const auto found = std::ranges::find(keys_, id, &ChannelKey::id);
    return found == keys_.end() ? nullptr : &*found;
  }

 private:
  std::vector<ChannelKey> keys_;
};

}  // namespace tael
