// What Stripe counts money in (docs.stripe.com/currencies). Mostly ISO 4217's minor unit, and where it is not, the
// number alone looks the same on both sides: 2500 is 2500 kronur here and 25 there. What Stripe's units cannot say
// exactly has no number, and is not sent.
#pragma once

#include "actors/domain/money.hpp"

#include <cstdint>
#include <optional>

namespace tael {

/// How many of Stripe's units it is; nothing when it is no whole number of what Stripe takes, or Stripe has no unit for
/// the currency that we know of.
std::optional<std::int64_t> to_stripe_units(const Money& money);
/// What `units` are; nothing when that is no whole number of minor units.
std::optional<Money> from_stripe_units(std::int64_t units, Currency currency);
/// Amounts must be a whole number of so many minor units; nothing for a currency without a known unit.
std::optional<std::int64_t> stripe_step(Currency currency);

}  // namespace tael
