#include "actors/domain/quarantined.hpp"

#include <algorithm>
#include <cstdint>

namespace tael {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_of_a_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// `order 01JD3F8Q of 17` is `order # of #`: what differs from message to message says nothing about the fault.
std::string without_numbers(std::string_view text) {
  std::string kept;
  for (auto at = text.begin(); at != text.end();) {
    const auto end = std::find_if_not(at, text.end(), is_of_a_word);
    if (end == at)
      kept += *at++;
    else if (std::any_of(at, end, is_digit))
      kept += '#', at = end;
    else
      kept.append(at, end), at = end;
  }
  return kept;
}

}  // namespace

QuarantinedMessage counted_up(QuarantinedMessage known, const QuarantinedMessage& again) {
  known.crashes += again.crashes;
  known.last_at = std::max(known.last_at, again.last_at);
  known.error = again.error;
  known.error_hash = again.error_hash;
  return known;
}

std::string fingerprint(std::string_view bytes) {
  constexpr std::uint64_t basis = 0xcbf29ce484222325, prime = 0x100000001b3;  // FNV-1a.
  std::uint64_t hash = basis;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, hash >>= 4) *digit = digits[hash & 15];
  return text;
}

std::string crash_hash(std::string_view type_and_words) { return fingerprint(without_numbers(type_and_words)); }

std::string plain_words(std::string_view words) {
  constexpr std::size_t bytes_max = 1000;
  std::string plain{words.substr(0, bytes_max)};
  std::ranges::replace_if(
      plain, [](char c) { return c < ' ' || c > '~'; }, '?');
  return plain;
}

}  // namespace tael
