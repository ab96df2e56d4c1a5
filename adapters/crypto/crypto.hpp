// Digests, HMAC and comparison over OpenSSL, shared by everyone who signs or verifies. Text in, lower-case hex out
// where the name says so; no key outlives the next call of its thread.
#pragma once

#include <string>
#include <string_view>

namespace tael {

std::string sha256_hex(std::string_view bytes);
/// 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// Takes as long for a near miss as for a far one, whatever the lengths.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace tael
