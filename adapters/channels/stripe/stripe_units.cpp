#include "adapters/channels/stripe/stripe_units.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tael {

namespace {

struct Unit {
  int digits;         ///< After the point, as Stripe writes the currency.
  std::int64_t step;  ///< Stripe takes whole numbers of so many of its units.
};
struct Row {
  std::string_view currencies;
  Unit unit;
};
constexpr auto rows = std::to_array<Row>({
    {"BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF", {0, 1}},
    // Lost their hundredths, and are written with them all the same: 5 ISK is 500.
    {"ISK UGX", {2, 100}},
    // The last digit must be a nought: card networks do not take thousandths. (HUF and TWD are whole in payouts alone.)
    {"BHD JOD KWD OMR TND", {3, 10}},
});
/// Of every currency that has no row; those whose minor unit is no hundredth would need one.
constexpr Unit hundredths{2, 1};

std::optional<Unit> unit_of(Currency currency) {
  const auto* row = std::ranges::find_if(
      rows, [&](const Row& each) { return each.currencies.find(currency.code()) != std::string_view::npos; });
  if (row != rows.end()) return row->unit;
  return currency.exponent() == hundredths.digits ? std::optional{hundredths} : std::nullopt;
}

std::int64_t power_of_ten(int digits) {
  std::int64_t power = 1;
  for (; digits > 0; --digits) power *= 10;
  return power;
}

/// Stripe's units in one minor unit, and minor units in one of Stripe's: one of the two is 1.
struct Scale {
  std::int64_t up, down;
};
Scale scale_of(Unit unit, Currency currency) {
  const auto more = unit.digits - currency.exponent();
  return {power_of_ten(more), power_of_ten(-more)};
}

}  // namespace

std::optional<std::int64_t> to_stripe_units(const Money& money) {
  const auto unit = unit_of(money.currency);
  if (!unit) return std::nullopt;
  const auto [up, down] = scale_of(*unit, money.currency);
  std::int64_t units = 0;
  if (money.amount % down != 0 || __builtin_mul_overflow(money.amount / down, up, &units)) return std::nullopt;
  return units % unit->step == 0 ? std::optional{units} : std::nullopt;
}

std::optional<Money> from_stripe_units(std::int64_t units, Currency currency) {
  const auto unit = unit_of(currency);
  if (!unit) return std::nullopt;
  const auto [up, down] = scale_of(*unit, currency);
  std::int64_t amount = 0;
  if (units % up != 0 || __builtin_mul_overflow(units / up, down, &amount)) return std::nullopt;
  return amount <= amount_max ? std::optional{Money{amount, currency}} : std::nullopt;
}

std::optional<std::int64_t> stripe_step(Currency currency) {
  const auto unit = unit_of(currency);
  if (!unit) return std::nullopt;
  const auto [up, down] = scale_of(*unit, currency);
  return std::max(down, unit->step / up);
}

}  // namespace tael
