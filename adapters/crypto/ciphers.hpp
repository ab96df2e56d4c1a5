// MD5, SHA-1 and AES as the wire protocols want them. Whatever cannot be decoded or does not authenticate is nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// Lower-case hex. Only for protocols that still sign with it.
std::string md5_hex(std::string_view bytes);
std::string sha1_hex(std::string_view bytes);

struct Sealed {
  std::string_view key;    ///< 32 bytes.
  std::string_view nonce;  ///< 12 bytes.
  std::string_view associated_data;
};
/// AES-256-GCM; the 16-byte tag stands behind the ciphertext. Nothing when key or nonce have the wrong length.
std::optional<std::string> seal_aes_256_gcm(const Sealed& with, std::string_view text);
/// Nothing when it does not authenticate.
std::optional<std::string> open_aes_256_gcm(const Sealed& with, std::string_view sealed);

/// AES-256-ECB with PKCS#7 padding: no integrity, only for protocols that prescribe it.
std::optional<std::string> encrypt_aes_256_ecb(std::string_view key, std::string_view text);
std::optional<std::string> decrypt_aes_256_ecb(std::string_view key, std::string_view sealed);

}  // namespace tael
