// Keys by id. During a rotation two keys of one owner are valid at once; what was signed says with which. An id that is
// not here is `unknown_key`, never a reason to try another key. Certificates have a time of their own, and count
// for nothing outside it.
#pragma once

#include "actors/domain/time.hpp"
#include "adapters/crypto/keys.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tael {

struct ChannelKey {
  std::string id;  ///< Travels in the clear beside the signature.
  std::string secret;
};

/// Shared secrets.
class KeyStore {
 public:
  KeyStore() = default;
  explicit KeyStore(std::vector<ChannelKey> keys) : keys_(std::move(keys)) {}

  /// Nothing when no key has this id.
  const ChannelKey* find(std::string_view id) const {
    const auto found = std::ranges::find(keys_, id, &ChannelKey::id);
    return found == keys_.end() ? nullptr : &*found;
  }
  const std::vector<ChannelKey>& all() const { return keys_; }

 private:
  std::vector<ChannelKey> keys_;
};

/// A key that verifies: from a file, or from a certificate that the channel handed out.
struct VerifyKey {
  std::string id;
  PublicKey key;
  std::optional<TimePoint> not_before, not_after;  ///< Of a certificate.
};

/// One PEM file as keys: the first certificate of a chain, or a public key. Without an `id` a certificate's serial is
/// its id. Throws std::invalid_argument when the file is neither, or a public key has no id.
VerifyKey read_verify_key(std::string id, std::string_view pem);

/// Public keys that verify. Channels that hand out certificates add to it while they run; safe from any thread.
class VerifyKeys {
 public:
  VerifyKeys() = default;
  explicit VerifyKeys(std::vector<VerifyKey> keys) : keys_(std::move(keys)) {}
  /// Nothing when no key has this id, or its certificate is not valid at `now`.
  std::optional<PublicKey> find(std::string_view id, TimePoint now) const;
  /// Every key that is valid at `now`, for protocols whose signatures do not say which.
  std::vector<PublicKey> valid(TimePoint now) const;
  /// The newest valid one: what we encrypt with and announce.
  std::optional<VerifyKey> newest(TimePoint now) const;
  /// Valid or not.
  std::vector<VerifyKey> all() const;
  /// Keys already known by their id stay as they are.
  void add(const std::vector<VerifyKey>& more);

 private:
  mutable std::shared_mutex mutex_;
  std::vector<VerifyKey> keys_;
};

}  // namespace tael
