#include "adapters/crypto/ciphers.hpp"

#include "actors/domain/assert.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

namespace tael {
namespace {

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

constexpr std::size_t key_size = 32, nonce_size = 12, tag_size = 16;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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

constexpr auto values = [] {
  std::array<signed char, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
  return table;
}();

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) {
      return at < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[at])} : 0U;
    };
    const auto group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    text += alphabet[group >> 18 & 63];
    text += alphabet[group >> 12 & 63];
    text += i + 1 < bytes.size() ? alphabet[group >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? alphabet[group & 63] : '=';
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    const std::size_t letters = i + 4 == text.size() ? 4 - padding : 4;
    for (std::size_t k = 0; k < letters; ++k) {
      const auto value = values[static_cast<unsigned char>(text[i + k])];
      if (value < 0) return std::nullopt;
      group |= static_cast<std::uint32_t>(value) << (18 - 6 * k);
    }
    bytes += static_cast<char>(group >> 16 & 255);
    if (letters > 2) bytes += static_cast<char>(group >> 8 & 255);
    if (letters > 3) bytes += static_cast<char>(group & 255);
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

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
