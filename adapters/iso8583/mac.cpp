#include "adapters/iso8583/mac.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/crypto/crypto.hpp"
#include "adapters/encoding/hex.hpp"

#include <openssl/evp.h>

#include <memory>

namespace tael::iso8583 {

namespace {

constexpr std::size_t block = 8;
constexpr int mac_primary = 64, mac_secondary = 128;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

enum class Way { encrypt, decrypt };

/// Fetched once: looking an algorithm up by name costs more than encrypting with it.
const EVP_CIPHER* cipher_of(const char* name) {
  auto* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
  TAEL_ASSERT(cipher != nullptr, "OpenSSL's default provider has triple DES and AES");
  return cipher;
}

std::string run(const EVP_CIPHER* cipher, std::string_view key, std::string_view iv, std::string_view data, Way way) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context{EVP_CIPHER_CTX_new()};
  std::string out(data.size() + 2 * block, '\0');
  int length = 0;
  const bool good = context != nullptr &&
                    EVP_CipherInit_ex2(context.get(), cipher, raw(key), iv.empty() ? nullptr : raw(iv),
                                       way == Way::encrypt ? 1 : 0, nullptr) == 1 &&
                    EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                    EVP_CipherUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, raw(data),
                                     static_cast<int>(data.size())) == 1;
  TAEL_ASSERT(good && static_cast<std::size_t>(length) == data.size(), "whole blocks and a key of the right length");
  out.resize(data.size());
  return out;
}

/// K|K|K is single DES, K1|K2|K1 is double length.
std::string triple(std::string_view key) {
  std::string tripled{key};
  return tripled.append(key.substr(0, block)).append(key.size() == block ? key : std::string_view{});
}

std::string des_ecb(std::string_view key, std::string_view data, Way way) {
  static const auto* const cipher = cipher_of("DES-EDE3-ECB");
  return run(cipher, triple(key), {}, data, way);
}

std::string des_cbc(std::string_view key, std::string_view iv, std::string_view data) {
  static const auto* const cipher = cipher_of("DES-EDE3-CBC");
  return run(cipher, triple(key), iv, data, Way::encrypt);
}

std::string padded(std::string_view data, std::size_t to) {
  std::string whole{data};
  whole.resize((data.size() + to - 1) / to * to, '\0');
  if (whole.empty()) whole.resize(to, '\0');
  return whole;
}

std::string x99(std::string_view key, std::string_view data) {
  const auto chained = des_cbc(key, std::string(block, '\0'), padded(data, block));
  return chained.substr(chained.size() - block);
}

/// DES under the first half up to the last block, which goes through both halves: E(K1) D(K2) E(K1).
std::string x919(std::string_view key, std::string_view data) {
  const auto whole = padded(data, block);
  std::string iv(block, '\0');
  const auto body = std::string_view{whole}.substr(0, whole.size() - block);
  if (!body.empty()) {
    const auto chained = des_cbc(key.substr(0, block), iv, body);
    iv = chained.substr(chained.size() - block);
  }
  return des_cbc(key, iv, std::string_view{whole}.substr(whole.size() - block));
}

void xor_into(std::string& into, std::string_view other) {
  for (std::size_t i = 0; i < block; ++i) into[i] = static_cast<char>(into[i] ^ other[i]);
}

std::string upper_hex(std::string_view bytes) {
  auto hex = to_hex(bytes);
  for (auto& c : hex)
    if (c >= 'a') c = static_cast<char>(c - 32);
  return hex;
}

std::string unionpay_ecb(std::string_view key, std::string_view data) {
  const auto whole = padded(data, block);
  std::string folded(block, '\0');
  for (std::size_t at = 0; at < whole.size(); at += block) xor_into(folded, std::string_view{whole}.substr(at, block));
  const auto hex = upper_hex(folded);
  auto mixed = des_ecb(key, std::string_view{hex}.substr(0, block), Way::encrypt);
  xor_into(mixed, std::string_view{hex}.substr(block));
  return upper_hex(des_ecb(key, mixed, Way::encrypt)).substr(0, block);
}

std::string aes_cmac(std::string_view key, std::string_view data) {
  std::string mac(16, '\0');
  std::size_t length = 0;
  const auto* made = EVP_Q_mac(nullptr, "CMAC", nullptr, "AES-128-CBC", nullptr, key.data(), key.size(), raw(data),
                               data.size(), reinterpret_cast<unsigned char*>(mac.data()), mac.size(), &length);
  TAEL_ASSERT(made != nullptr && length == mac.size(), "OpenSSL's default provider has AES-CMAC");
  return mac.substr(0, block);
}

int mac_field(const Message& message) {
  return !message.fields.empty() && message.fields.rbegin()->first > mac_primary ? mac_secondary : mac_primary;
}

}  // namespace

bool suits(const MacKey& key) {
  switch (key.algorithm) {
    case MacAlgorithm::none: return key.bytes.empty();
    case MacAlgorithm::x99: return key.bytes.size() == block;
    case MacAlgorithm::x919:
    case MacAlgorithm::aes_cmac: return key.bytes.size() == 2 * block;
    case MacAlgorithm::unionpay_ecb: return key.bytes.size() == block || key.bytes.size() == 2 * block;
  }
  return false;
}

std::string mac_of(const MacKey& key, std::string_view data) {
  TAEL_ASSERT(suits(key), "configuration checks the length of a MAC key");
  switch (key.algorithm) {
    case MacAlgorithm::none: return {};
    case MacAlgorithm::x99: return x99(key.bytes, data);
    case MacAlgorithm::x919: return x919(key.bytes, data);
    case MacAlgorithm::unionpay_ecb: return unionpay_ecb(key.bytes, data);
    case MacAlgorithm::aes_cmac: return aes_cmac(key.bytes, data);
  }
  return {};
}

std::string unwrap_key(std::string_view master_key, std::string_view wrapped) {
  return des_ecb(master_key, wrapped, Way::decrypt);
}

std::string check_value(std::string_view key) {
  return des_ecb(key, std::string(block, '\0'), Way::encrypt).substr(0, 4);
}

Encoded seal(Message message, const Dialect& dialect, const MacKey& key) {
  message.fields.erase(mac_primary);
  message.fields.erase(mac_secondary);
  if (key.algorithm == MacAlgorithm::none) return encode(message, dialect);
  message.fields[mac_field(message)] = std::string(block, '\0');  // Its bit is part of what is authenticated.
  auto sealed = encode(message, dialect);
  if (!sealed.error.empty()) return sealed;
  const auto begin = static_cast<std::size_t>(dialect.header_bytes), end = sealed.bytes.size() - block;
  sealed.bytes.replace(end, block, mac_of(key, std::string_view{sealed.bytes}.substr(begin, end - begin)));
  return sealed;
}

bool is_sealed(std::string_view bytes, const Message& message, const Dialect& dialect, const MacKey& key) {
  if (key.algorithm == MacAlgorithm::none) return true;
  const auto begin = static_cast<std::size_t>(dialect.header_bytes);
  // The MAC is the last field: whatever stands behind it would not be authenticated.
  if (message.fields.empty() || message.fields.rbegin()->first != mac_field(message)) return false;
  const auto given = message.at(mac_field(message));
  if (given.size() != block || bytes.size() < begin + block) return false;
  return same_secret(given, mac_of(key, bytes.substr(begin, bytes.size() - begin - block)));
}

bool is_sealed(std::string_view bytes, const Message& message, const Dialect& dialect, const MacKey& key,
               const std::vector<MacKey>& further) {
  return is_sealed(bytes, message, dialect, key) ||
         std::ranges::any_of(further, [&](const MacKey& each) { return is_sealed(bytes, message, dialect, each); });
}

}  // namespace tael::iso8583
