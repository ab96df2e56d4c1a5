// A nonce for a signed message.
#pragma once

#include <string>

namespace tael {

class Dice;

/// 32 hex digits that no one guesses.
std::string make_nonce(Dice& dice);

}  // namespace tael
