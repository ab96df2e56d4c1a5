#include "adapters/channels/access/crypto.hpp"

#include "actors/domain/assert.hpp"
#include "actors/ports/dice.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdint>

namespace tael {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const auto* made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(), &length);
  TAEL_ASSERT(made != nullptr, "HMAC-SHA256 of memory cannot fail");
  std::string hex;
  hex.reserve(2 * std::size_t{length});
  for (unsigned int i = 0; i < length; ++i) {
    hex += hex_digits[digest[i] >> 4];
    hex += hex_digits[digest[i] & 15];
  }
  return hex;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string make_nonce(Dice& dice) {
  std::string nonce;
  nonce.reserve(32);
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = dice.roll();
    for (int digit = 0; digit < 16; ++digit, bits >>= 4) nonce += hex_digits[bits & 15];
  }
  return nonce;
}

}  // namespace tael
