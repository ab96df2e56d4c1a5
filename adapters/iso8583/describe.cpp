#include "adapters/iso8583/codec.hpp"

#include <array>

namespace tael::iso8583 {

namespace {

/// Only in memory, never written down (reference 6.5). 48 and 62 may carry keys when a host delivers them.
constexpr auto hidden = std::to_array({34, 35, 36, 45, 52, 53, 55, 64, 96, 128});

std::string masked_card(std::string_view digits) {
  constexpr std::size_t shown_front = 6, shown_back = 4;
  if (digits.size() <= shown_front + shown_back) return std::string(digits.size(), '*');
  return std::string{digits.substr(0, shown_front)} + std::string(digits.size() - shown_front - shown_back, '*') +
         std::string{digits.substr(digits.size() - shown_back)};
}

}  // namespace

std::string describe(const Message& message) {
  auto text = message.type;
  for (const auto& [de, value] : message.fields) {
    text += " DE" + std::to_string(de) + "=";
    if (std::ranges::find(hidden, de) != hidden.end())
      text += "(" + std::to_string(value.size()) + " bytes)";
    else if (de == 2)
      text += masked_card(value);
    else if (const auto word = message.word(de); word.find(' ') == std::string_view::npos)
      text += word;
    else
      text.append("'").append(word).append("'");
  }
  return text;
}

}  // namespace tael::iso8583
