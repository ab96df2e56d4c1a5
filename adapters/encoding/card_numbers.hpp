// What a card number looks like: one rule for what requests must not hold and for what is masked wherever text is
// written down. The digits begin as an issuer's do, have one of its lengths and pass Luhn; blanks, dashes, dots or what
// cannot be seen may part them. Digits of a longer number are none: transaction numbers of 28 digits, time stamps, app
// ids.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tael {

struct CardNumber {
  std::size_t begin = 0, end = 0;
  std::string digits;
  std::string_view issuer;  ///< Of whom it reads to be.
};

std::optional<CardNumber> find_card_number(std::string_view text, std::size_t from = 0);

/// `411111******1111` in place of every card number.
std::string mask_card_numbers(std::string_view text);

}  // namespace tael
