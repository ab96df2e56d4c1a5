// Message authentication as bank hosts do it (reference 6.4). Single DES lives on in these algorithms; OpenSSL has only
// triple DES, so one key is written three times.
#pragma once

#include "adapters/iso8583/codec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tael::iso8583 {

enum class MacAlgorithm {
  none,
  x99,           ///< ISO 9797-1 algorithm 1: DES-CBC, the last block. Key of 8 bytes.
  x919,          ///< ISO 9797-1 algorithm 3, retail: the last block also through the second half. 16 bytes.
  unionpay_ecb,  ///< All blocks XORed, as hex, through DES or 3DES twice; 8 hex characters. 8 or 16 bytes.
  aes_cmac,      ///< AES-128 CMAC, its first 8 bytes. 16 bytes.
};

struct MacKey {
  MacAlgorithm algorithm = MacAlgorithm::none;
  std::string bytes;
};

/// True when the algorithm can use a key of this length.
bool suits(const MacKey& key);

/// Eight bytes; nothing for `none`. The key suits.
std::string mac_of(const MacKey& key, std::string_view data);

/// A working key as it was delivered: encrypted under the terminal's master key of 16 bytes, 3DES-ECB.
std::string unwrap_key(std::string_view master_key, std::string_view wrapped);
/// What proves that both sides have the same key: the first four bytes of eight zero bytes, encrypted.
std::string check_value(std::string_view key);

/// Encodes with the MAC in its place: DE64, or DE128 when there is any field beyond 64.
Encoded seal(Message message, const Dialect& dialect, const MacKey& key);

/// Whether the message that `bytes` decode to carries the right MAC. Always with `none`.
bool is_sealed(std::string_view bytes, const Message& message, const Dialect& dialect, const MacKey& key);
/// While keys are changed: under `key`, or under any of `further`.
bool is_sealed(std::string_view bytes, const Message& message, const Dialect& dialect, const MacKey& key,
               const std::vector<MacKey>& further);

}  // namespace tael::iso8583
