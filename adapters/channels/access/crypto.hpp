// The few cryptographic verbs channels share, over OpenSSL. Inputs and outputs are bytes and text;
// no key outlives its call here.
#pragma once

#include <string>
#include <string_view>

namespace tael {

class Dice;

/// Lower-case hex of HMAC-SHA256.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);

/// Takes the same time wherever the texts differ; a difference in length may show.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// 32 hex digits that no one guesses.
std::string make_nonce(Dice& dice);

}  // namespace tael
