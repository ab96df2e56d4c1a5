#include "adapters/crypto/crypto.hpp"

#include "actors/domain/assert.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>

namespace tael {
namespace {

using Digest = std::array<unsigned char, 32>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Digest sha256(std::string_view bytes) {
  // Fetched once: to look the algorithm up takes as long as to hash a request.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                         &EVP_MD_free};
  Digest digest;
  unsigned int size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm.get(), nullptr);
  TAEL_ASSERT(done == 1 && size == digest.size(), "OpenSSL has SHA-256");
  return digest;
}

using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

MacContext make_hmac_context() {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm{EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                                    &EVP_MAC_free};
  std::array<char, 7> name{"SHA256"};
  const std::array<OSSL_PARAM, 2> with{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
                                       OSSL_PARAM_construct_end()};
  MacContext context{EVP_MAC_CTX_new(algorithm.get()), &EVP_MAC_CTX_free};
  TAEL_ASSERT(context && EVP_MAC_CTX_set_params(context.get(), with.data()) == 1, "OpenSSL has HMAC-SHA256");
  return context;
}

Digest hmac(std::string_view key, std::string_view bytes) {
  // One context a thread: to look both algorithms up anew takes longer than to hash a request.
  static thread_local const auto context = make_hmac_context();
  // No key at all would mean "the key of the last time"; an empty one has an address too.
  const auto* key_bytes = key.empty() ? bytes_of("") : bytes_of(key);
  Digest digest;
  std::size_t size = 0;
  const bool done = EVP_MAC_init(context.get(), key_bytes, key.size(), nullptr) == 1 &&
                    EVP_MAC_update(context.get(), bytes_of(bytes), bytes.size()) == 1 &&
                    EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1;
  TAEL_ASSERT(done && size == digest.size(), "HMAC-SHA256 of memory cannot fail");
  return digest;
}

std::string hex(const Digest& digest) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const auto byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  const auto digest = hmac(key, bytes);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) { return hex(hmac(key, bytes)); }

bool same_secret(std::string_view a, std::string_view b) {
  const auto left = sha256(a), right = sha256(b);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace tael
