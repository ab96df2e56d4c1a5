#include "adapters/crypto/ciphers.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/encoding/hex.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

namespace tael {
namespace {

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

constexpr std::size_t key_size = 32, nonce_size = 12, tag_size = 16;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Context fresh() { return {EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free}; }

std::string digest_hex(const EVP_MD* algorithm, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr);
  TAEL_ASSERT(done == 1, "OpenSSL has MD5 and SHA-1");
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

std::string md5_hex(std::string_view bytes) { return digest_hex(EVP_md5(), bytes); }
std::string sha1_hex(std::string_view bytes) { return digest_hex(EVP_sha1(), bytes); }

std::optional<std::string> seal_aes_256_gcm(const Sealed& with, std::string_view text) {
  if (with.key.size() != key_size || with.nonce.size() != nonce_size) return std::nullopt;
  const auto context = fresh();
  std::string sealed(text.size() + tag_size, '\0');
  int size = 0, rest = 0;
  const bool done =
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(with.key), bytes_of(with.nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(with.associated_data),
                        static_cast<int>(with.associated_data.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(sealed), &size, bytes_of(text), static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(sealed) + size, &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size),
                          bytes_of(sealed) + text.size()) == 1;
  return done ? std::optional{std::move(sealed)} : std::nullopt;
}

std::optional<std::string> open_aes_256_gcm(const Sealed& with, std::string_view sealed) {
  if (with.key.size() != key_size || with.nonce.size() != nonce_size || sealed.size() < tag_size) return std::nullopt;
  const auto context = fresh();
  const auto body = sealed.substr(0, sealed.size() - tag_size);
  std::string tag{sealed.substr(body.size())}, text(body.size() + tag_size, '\0');
  int size = 0, rest = 0;
  const bool done =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(with.key), bytes_of(with.nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(with.associated_data),
                        static_cast<int>(with.associated_data.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(text), &size, bytes_of(body), static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(text) + size, &rest) == 1;
  ERR_clear_error();
  if (!done) return std::nullopt;
  text.resize(body.size());
  return text;
}

std::optional<std::string> encrypt_aes_256_ecb(std::string_view key, std::string_view text) {
  if (key.size() != key_size) return std::nullopt;
  const auto context = fresh();
  std::string sealed(text.size() + tag_size, '\0');
  int size = 0, rest = 0;
  const bool done =
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_ecb(), nullptr, bytes_of(key), nullptr) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(sealed), &size, bytes_of(text), static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(sealed) + size, &rest) == 1;
  if (!done) return std::nullopt;
  sealed.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(rest));
  return sealed;
}

std::optional<std::string> decrypt_aes_256_ecb(std::string_view key, std::string_view sealed) {
  if (key.size() != key_size || sealed.empty() || sealed.size() % tag_size != 0) return std::nullopt;
  const auto context = fresh();
  std::string text(sealed.size() + tag_size, '\0');
  int size = 0, rest = 0;
  const bool done =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_ecb(), nullptr, bytes_of(key), nullptr) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(text), &size, bytes_of(sealed), static_cast<int>(sealed.size())) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(text) + size, &rest) == 1;
  ERR_clear_error();
  if (!done) return std::nullopt;
  text.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(rest));
  return text;
}

}  // namespace tael
