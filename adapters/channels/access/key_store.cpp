#include "adapters/channels/access/key_store.hpp"

#include <mutex>
#include <stdexcept>

namespace tael {
namespace {

bool is_valid(const VerifyKey& key, TimePoint now) {
  return (!key.not_before || *key.not_before <= now) && (!key.not_after || now < *key.not_after);
}

}  // namespace

VerifyKey read_verify_key(std::string id, std::string_view pem) {
  if (pem.find("-----BEGIN CERTIFICATE") != std::string_view::npos) {
    const auto chain = read_certificates(pem);
    if (!chain) throw std::invalid_argument("holds a certificate that cannot be read");
    const auto& first = chain->front();
    if (id.empty()) id = first.serial;
    return {std::move(id), first.key, first.not_before, first.not_after};
  }
  const auto key = PublicKey::from_pem(pem);
  if (!key) throw std::invalid_argument("holds neither a certificate nor an RSA public key of 2048 bits or more");
  if (id.empty()) throw std::invalid_argument("holds a public key, which needs an 'id'");
  return {std::move(id), *key, {}, {}};
}

std::optional<PublicKey> VerifyKeys::find(std::string_view id, TimePoint now) const {
  const std::shared_lock lock(mutex_);
  const auto found = std::ranges::find(keys_, id, &VerifyKey::id);
  return found == keys_.end() || !is_valid(*found, now) ? std::nullopt : std::optional{found->key};
}

std::vector<PublicKey> VerifyKeys::valid(TimePoint now) const {
  const std::shared_lock lock(mutex_);
  std::vector<PublicKey> found;
  for (const auto& key : keys_)
    if (is_valid(key, now)) found.push_back(key.key);
  return found;
}

std::optional<VerifyKey> VerifyKeys::newest(TimePoint now) const {
  const std::shared_lock lock(mutex_);
  std::optional<VerifyKey> found;
  for (const auto& key : keys_)
    if (is_valid(key, now) &&
        (!found || (key.not_before && (!found->not_before || *key.not_before > *found->not_before))))
      found = key;
  return found;
}

std::vector<VerifyKey> VerifyKeys::all() const {
  const std::shared_lock lock(mutex_);
  return keys_;
}

void VerifyKeys::add(const std::vector<VerifyKey>& more) {
  const std::unique_lock lock(mutex_);
  for (const auto& key : more)
    if (std::ranges::find(keys_, key.id, &VerifyKey::id) == keys_.end()) keys_.push_back(key);
}

}  // namespace tael
