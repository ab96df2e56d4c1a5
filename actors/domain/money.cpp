// Money's arithmetic and the table of ISO 4217: active currencies and fund codes with their exponents.
// Codes without a minor unit (metals, XDR, XTS, XXX) are not here: nobody can be charged in them.
#include "actors/domain/money.hpp"

#include "actors/domain/assert.hpp"

#include <algorithm>
#include <limits>

namespace tael {
namespace {

/// Codes with the same number of digits after the point, one space between two.
struct Exponents {
  int exponent;
  std::string_view codes;
};

// clang-format off
constexpr auto iso_4217 = std::to_array<Exponents>({
  {2, "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
      "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
      "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
      "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
      "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
      "YER ZAR ZMW ZWG"},
  {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
  {3, "BHD IQD JOD KWD LYD OMR TND"},
  {4, "CLF UYW"},
});
// clang-format on

constexpr std::optional<int> exponent_of(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  for (const auto& row : iso_4217)
    for (std::size_t at = 0; at < row.codes.size(); at += 4)
      if (row.codes.substr(at, 3) == code) return row.exponent;
  return std::nullopt;
}

// The table is proved when it is compiled.
constexpr std::size_t codes_total = [] {
  std::size_t total = 0;
  for (const auto& row : iso_4217) total += (row.codes.size() + 1) / 4;
  return total;
}();
static_assert(
    [] {
      std::array<std::string_view, codes_total> codes;
      std::size_t n = 0;
      for (const auto& row : iso_4217) {
        if (row.codes.size() % 4 != 3) return false;
        for (std::size_t at = 0; at < row.codes.size(); at += 4) codes[n++] = row.codes.substr(at, 3);
      }
      std::ranges::sort(codes);
      return std::ranges::adjacent_find(codes) == codes.end() && std::ranges::all_of(codes, [](std::string_view code) {
               return std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
             });
    }(),
    "every code is three capital letters and stands in the table once");

}  // namespace

std::optional<Currency> Currency::parse(std::string_view code) {
  if (!exponent_of(code)) return std::nullopt;
  return Currency{{code[0], code[1], code[2]}};
}

int Currency::exponent() const {
  const auto exponent = exponent_of(code());
  TAEL_ASSERT(exponent.has_value(), "a currency in use is in the table");
  return *exponent;
}

Money operator+(const Money& a, const Money& b) {
  TAEL_ASSERT(a.currency == b.currency, "amounts of two currencies have no sum");
  std::int64_t sum = 0;
  TAEL_ASSERT(!__builtin_add_overflow(a.amount, b.amount, &sum), "a sum fits in 64 bits");
  return {sum, a.currency};
}

Money operator-(const Money& a, const Money& b) {
  TAEL_ASSERT(a.currency == b.currency, "amounts of two currencies have no difference");
  std::int64_t difference = 0;
  TAEL_ASSERT(!__builtin_sub_overflow(a.amount, b.amount, &difference), "a difference fits in 64 bits");
  return {difference, a.currency};
}

std::int64_t share_of(std::int64_t amount, std::int64_t rate_bps) {
  TAEL_ASSERT(amount >= 0 && amount <= amount_max, "a share is of an amount in bounds");
  TAEL_ASSERT(rate_bps >= 0 && rate_bps <= 10'000, "a rate is between nothing and all of it");
  // Split, because the plain product of the two bounds needs more than 63 bits.
  return amount / 10'000 * rate_bps + (amount % 10'000 * rate_bps + 5'000) / 10'000;
}

std::string to_text(const Money& money) {
  // Shown, not computed with: an amount without a known currency still prints, as whole minor units.
  const auto exponent = static_cast<std::size_t>(exponent_of(money.currency.code()).value_or(0));
  auto digits = std::to_string(money.amount);
  const bool negative = digits.front() == '-';
  if (negative) digits.erase(0, 1);
  if (digits.size() <= exponent) digits.insert(0, exponent + 1 - digits.size(), '0');
  if (exponent > 0) digits.insert(digits.size() - exponent, ".");
  return (negative ? "-" : "") + digits + " " + money.currency.text();
}

}  // namespace tael
