// How the simulated Stripe counts money, by a table of its own: an adapter that shared its table would be right with it
// and wrong with it.
#pragma once

#include "actors/domain/money.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tael {

inline std::string lower(std::string code) {
  std::ranges::transform(code, code.begin(), [](char c) { return static_cast<char>(c | 32); });
  return code;
}
inline std::string upper(std::string code) {
  std::ranges::transform(code, code.begin(), [](char c) { return static_cast<char>(c & ~32); });
  return code;
}

/// How the API counts: `one` of the currency is so many units, and amounts are whole multiples.
struct Counting {
  std::string_view currencies;
  std::int64_t one, multiple_of;
};
inline constexpr auto countings = std::to_array<Counting>({
    {"bif,clp,djf,gnf,jpy,kmf,krw,mga,pyg,rwf,vnd,vuv,xaf,xof,xpf", 1, 1},
    {"isk,ugx", 100, 100},
    {"bhd,jod,kwd,omr,tnd", 1'000, 10},
    {"", 100, 1},
});
inline const Counting& counting_of(const std::string& currency) {
  return *std::ranges::find_if(countings, [&](const Counting& row) {
    return row.currencies.empty() || row.currencies.find(currency) != row.currencies.npos;
  });
}
/// The house's book counts in ISO 4217's minor units.
inline std::int64_t minor_in_one(const std::string& currency) {
  std::int64_t minor = 1;
  if (const auto known = Currency::parse(upper(currency)))
    for (int digit = 0; digit < known->exponent(); ++digit) minor *= 10;
  return minor;
}
inline std::int64_t house_amount(std::int64_t units, const std::string& currency) {
  return units * minor_in_one(currency) / counting_of(currency).one;
}
inline std::int64_t units_of(std::int64_t amount, const std::string& currency) {
  return amount * counting_of(currency).one / minor_in_one(currency);
}

}  // namespace tael
