#include "adapters/encoding/card_numbers.hpp"

#include "adapters/encoding/hex.hpp"
#include "adapters/encoding/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace tael {
namespace {

constexpr std::size_t digits_min = 13, digits_max = 19, parts_max = 3;

struct Issuer {
  std::string_view name;
  std::uint32_t first, last;  ///< Of the six digits it begins with.
  std::uint32_t lengths;      ///< Bit by number of digits.
};

constexpr std::uint32_t of(std::initializer_list<int> lengths) {
  std::uint32_t bits = 0;
  for (const int length : lengths) bits |= 1U << length;
  return bits;
}
constexpr auto sixteen = of({16}), sixteen_up = of({16, 17, 18, 19}), thirteen_up = of({13, 14, 15, 16, 17, 18, 19});

// clang-format off
constexpr auto issuers = std::to_array<Issuer>({
    {"Visa",             400000, 499999, of({13, 16, 19})},
    {"Mastercard",       510000, 559999, sixteen},     {"Mastercard",       222100, 272099, sixteen},
    {"American Express", 340000, 349999, of({15})},    {"American Express", 370000, 379999, of({15})},
    {"Diners Club",      300000, 305999, of({14, 16})}, {"Diners Club",     309500, 309599, of({14, 16})},
    {"Diners Club",      360000, 369999, of({14, 16})}, {"Diners Club",     380000, 399999, of({14, 16})},
    {"JCB",              352800, 358999, sixteen_up},
    {"Discover",         601100, 601199, sixteen_up},  {"Discover",         644000, 659999, sixteen_up},
    {"UnionPay",         620000, 629999, sixteen_up},  {"UnionPay",         810000, 817199, sixteen_up},
    {"Mir",              220000, 220499, sixteen_up},
    {"Maestro",          501800, 501899, thirteen_up}, {"Maestro",          502000, 502099, thirteen_up},
    {"Maestro",          503800, 503899, thirteen_up}, {"Maestro",          589300, 589399, thirteen_up},
    {"Maestro",          630400, 630499, thirteen_up}, {"Maestro",          675900, 675999, thirteen_up},
    {"Maestro",          676100, 676399, thirteen_up},
    {"Dankort",          501900, 501999, sixteen},     {"Verve or Elo",     506000, 506799, sixteen_up},
    {"RuPay",            508500, 508999, sixteen},     {"RuPay",            606900, 608599, sixteen},
    {"RuPay",            817200, 820199, sixteen},     {"Troy",             979200, 979299, sixteen},
    {"Uzcard",           860000, 860099, sixteen},     {"Humo",             986000, 986099, sixteen},
});
/// What may part two digits of one number, beside what is not seen at all; forms write a blank as %20 or `+`.
constexpr auto partings = std::to_array<std::string_view>({
    " ", "-", "+", ".", "_", "\t", "%20", "%2D", "%2d", "\u00a0", "\u00ad", "\u2007", "\u2009", "\u200a", "\u200b", "\u200c", "\u200d",
    "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u202f", "\u2060", "\u2212", "\u3000", "\ufeff", "\uff0d"});
// clang-format on

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A digit of ours, or of the wide and the Arabic ones, which people read as the same.
struct Digit {
  std::size_t length = 0;  ///< 0: there is none.
  char value = '0';
};
Digit digit_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  if (is_digit(text[at])) return {1, text[at]};
  if (static_cast<unsigned char>(text[at]) < 0x80) return {};
  const auto length = utf8_length(text, at);
  if (length == 0) return {};
  const auto point = utf8_point(text, at, length);
  for (const std::uint32_t nought : {0xFF10U, 0x0660U, 0x06F0U})
    if (point >= nought && point < nought + 10) return {length, static_cast<char>('0' + (point - nought))};
  return {};
}

std::size_t parting_at(std::string_view text, std::size_t at) {
  const auto rest = text.substr(std::min(at, text.size()));
  const auto* found =
      std::ranges::find_if(partings, [&](std::string_view parting) { return rest.starts_with(parting); });
  return found == partings.end() ? 0 : found->size();
}

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool doubled = false;
  for (std::size_t i = digits.size(); i-- > 0; doubled = !doubled) {
    int digit = digits[i] - '0';
    if (doubled) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

/// The number on goods, EAN-13, checks its digits otherwise.
bool is_article_number(std::string_view digits) {
  if (digits.size() != 13) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return sum % 10 == 0;
}

/// Of a person in China (GB 11643): a birthday in the middle, and a check digit by ISO 7064.
bool is_resident_number(std::string_view digits) {
  if (digits.size() != 18) return false;
  const auto century = digits.substr(6, 2), month = digits.substr(10, 2), day = digits.substr(12, 2);
  if ((century != "19" && century != "20") || month < "01" || month > "12" || day < "01" || day > "31") return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum = (sum * 2 + (digits[i] - '0')) % 11;
  return sum == 1;
}

std::string_view issuer_of(std::string_view digits) {
  std::uint32_t begins = 0;
  std::from_chars(digits.data(), digits.data() + 6, begins);
  const auto* found = std::ranges::find_if(issuers, [&](const Issuer& issuer) {
    return begins >= issuer.first && begins <= issuer.last && (issuer.lengths >> digits.size() & 1U) != 0;
  });
  if (found == issuers.end() || !passes_luhn(digits)) return {};
  return is_article_number(digits) || is_resident_number(digits) ? std::string_view{} : found->name;
}

/// `+49 1512 3456789`: E.164 has at most 15 digits. A form's `+` stands behind a word.
bool is_telephone(std::string_view text, const CardNumber& card) {
  if (card.digits.size() > 15 || card.begin == 0 || text[card.begin - 1] != '+') return false;
  return card.begin == 1 || !(is_letter(text[card.begin - 2]) || is_digit(text[card.begin - 2]));
}

/// Digits within a UUID or a hash in hex are chance.
bool is_in_hex_token(std::string_view text, const CardNumber& card) {
  const auto in_token = [&](std::size_t i) { return hex_value(text[i]) >= 0 || text[i] == '-'; };
  auto begin = card.begin, end = card.end;
  while (begin > 0 && in_token(begin - 1)) --begin;
  while (end < text.size() && in_token(end)) ++end;
  const auto token = text.substr(begin, end - begin);
  const bool has_letter = std::ranges::any_of(token, is_letter);
  const auto hyphens = std::ranges::count(token, '-');
  const bool is_uuid =
      token.size() == 36 && hyphens == 4 && token[8] == '-' && token[13] == '-' && token[18] == '-' && token[23] == '-';
  return is_uuid || (has_letter && hyphens == 0 && token.size() >= 32);
}

/// The card number that begins at `begin`, where a group of digits does: the longest that ends where a group ends.
std::optional<CardNumber> card_at(std::string_view text, std::size_t begin) {
  CardNumber card{begin, begin, {}, {}};
  std::string digits;
  for (auto at = begin; digits.size() < digits_max;) {
    auto digit = digit_at(text, at);
    for (std::size_t parts = 0; digit.length == 0 && parts < parts_max; ++parts) {
      const auto parting = parting_at(text, at);
      if (parting == 0) break;
      at += parting;
      digit = digit_at(text, at);
    }
    if (digit.length == 0) break;
    digits += digit.value;
    at += digit.length;
    if (digits.size() < digits_min || digit_at(text, at).length > 0) continue;
    if (const auto issuer = issuer_of(digits); !issuer.empty()) card = {begin, at, digits, issuer};
  }
  if (card.end == begin || is_telephone(text, card) || is_in_hex_token(text, card)) return std::nullopt;
  return card;
}

bool is_escape(std::string_view text, std::size_t at) {
  return text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0;
}

}  // namespace

std::optional<CardNumber> find_card_number(std::string_view text, std::size_t from) {
  bool in_number = from > 0 && is_digit(text[from - 1]);
  for (auto at = from; at < text.size();) {
    const auto digit = digit_at(text, at);
    if (digit.length > 0 && !in_number)
      if (auto card = card_at(text, at)) return card;
    // Digits of an escape, as in %22 before a card, are no digits of what stands behind it.
    if (is_escape(text, at) && digit_at(text, at + 3).length > 0)
      if (auto card = card_at(text, at + 3)) return card;
    in_number = digit.length > 0;
    at += std::max<std::size_t>(digit.length, 1);
  }
  return std::nullopt;
}

std::string mask_card_numbers(std::string_view text) {
  std::string masked;
  masked.reserve(text.size());
  std::size_t from = 0;
  while (const auto card = find_card_number(text, from)) {
    const auto& digits = card->digits;
    masked.append(text, from, card->begin - from);
    masked.append(digits, 0, 6).append(digits.size() - 10, '*').append(digits, digits.size() - 4);
    from = card->end;
  }
  return masked.append(text, from);
}

}  // namespace tael
