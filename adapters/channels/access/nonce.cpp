#include "adapters/channels/access/nonce.hpp"

#include "actors/ports/dice.hpp"

#include <cstdint>
#include <string_view>

namespace tael {

std::string make_nonce(Dice& dice) {
  constexpr std::string_view hex_digits = "0123456789abcdef";
  std::string nonce;
  nonce.reserve(32);
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = dice.roll();
    for (int digit = 0; digit < 16; ++digit, bits >>= 4) nonce += hex_digits[bits & 15];
  }
  return nonce;
}

}  // namespace tael
