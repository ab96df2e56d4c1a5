// RSA keys and certificates over OpenSSL: read from PEM or PKCS#12, used for RSASSA-PKCS1-v1_5 with SHA-256 and for
// OAEP. Keys are values that share what OpenSSL holds; using one from several threads at once is safe.
#pragma once

#include "actors/domain/time.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace tael {

class PublicKey {
 public:
  PublicKey() = default;
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  /// A PEM public key or certificate, or the bare base64 of a public key. Nothing when it is none.
  static std::optional<PublicKey> from_pem(std::string_view pem);
  /// SHA-256 with RSA; `signature` is base64. False for whatever is not a signature.
  bool verifies(std::string_view text, std::string_view signature_base64) const;
  /// RSAES-OAEP with SHA-1, base64. Nothing when the text is too long for the key.
  std::optional<std::string> encrypt_oaep(std::string_view text) const;
  std::string to_pem() const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

class PrivateKey {
 public:
  PrivateKey() = default;
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  /// PKCS#1 or PKCS#8, as PEM or as bare base64. Encrypted ones are refused. Nothing when it is no RSA key.
  static std::optional<PrivateKey> from_pem(std::string_view pem);
  /// A new one of 2048 bits, for rehearsals and tests.
  static PrivateKey generate();
  /// SHA-256 with RSA, base64.
  std::string sign(std::string_view text) const;
  std::optional<std::string> decrypt_oaep(std::string_view base64) const;
  PublicKey public_half() const { return PublicKey{key_}; }
  std::string to_pem() const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

struct Certificate {
  std::string serial;  ///< Upper-case hex, without leading zeros.
  std::string serial_decimal;
  std::vector<std::pair<std::string, std::string>> issuer;  ///< Short name and value, in the certificate's order.
  bool signed_with_rsa = false;
  TimePoint not_before{}, not_after{};
  PublicKey key;
};

/// Every certificate of a PEM chain, in its order; nothing when one of them cannot be read or there is none.
std::optional<std::vector<Certificate>> read_certificates(std::string_view pem);

/// What a PKCS#12 file holds: the key, and its certificate with the chain behind it.
struct Pkcs12 {
  PrivateKey key;
  std::vector<Certificate> chain;
  std::string certificates_pem;  ///< For a TLS client, beside `key.to_pem()`.
};

/// Whether a file is in the binary form, and not PEM.
bool is_pkcs12(std::string_view bytes);
/// Nothing when the password is wrong or the file is none. Reads the old ciphers too.
std::optional<Pkcs12> read_pkcs12(std::string_view bytes, const std::string& password);

}  // namespace tael
