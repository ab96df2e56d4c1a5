// Money is an integer number of minor units and an ISO 4217 currency. There is no floating point
// anywhere near it; sums are checked, and an overflow is a broken promise.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// ISO 4217 alphabetic code, three capital letters.
class Currency {
 public:
  constexpr Currency() = default;
  /// Nothing unless `code` is a currency in our table of exponents.
  static std::optional<Currency> parse(std::string_view code);
  /// For constants in code; the code must be known.
  static constexpr Currency of(const char (&code)[4]) { return Currency{{code[0], code[1], code[2]}}; }
  constexpr std::string_view code() const { return {code_.data(), code_.size()}; }
  std::string text() const { return std::string{code()}; }
  /// Digits after the decimal point: JPY 0, CNY 2, KWD 3.
  int exponent() const;
  friend constexpr auto operator<=>(const Currency&, const Currency&) = default;

 private:
  constexpr explicit Currency(std::array<char, 3> code) : code_(code) {}
  std::array<char, 3> code_{'X', 'X', 'X'};
};

inline constexpr Currency cny = Currency::of("CNY");

/// Largest amount of one order, refund or posting: a thousand million million minor units less one.
inline constexpr std::int64_t amount_max = 999'999'999'999'999;

struct Money {
  std::int64_t amount = 0;  ///< Minor units. Positive in requests; postings are signed.
  Currency currency;
  friend constexpr bool operator==(const Money&, const Money&) = default;
};

/// Sum of two amounts of one currency. Asserts on overflow or on mixed currencies.
Money operator+(const Money& a, const Money& b);
Money operator-(const Money& a, const Money& b);

/// `rate_bps` hundredths of a per cent of `amount`, rounded half up to a whole minor unit.
/// Range: rate 0..10000, amount 0..`amount_max`.
std::int64_t share_of(std::int64_t amount, std::int64_t rate_bps);

/// For people: `25.00 CNY`, `2500 JPY`.
std::string to_text(const Money& money);

}  // namespace tael
