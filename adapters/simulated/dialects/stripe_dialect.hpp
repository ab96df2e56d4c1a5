// The institution's side of Stripe's API.
#pragma once

#include "adapters/simulated/dialect.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

class Dice;

struct StripeDialectOptions {
  std::string key;                          ///< sk_...
  std::string webhook_secret;               ///< whsec_...
  std::string webhook_url;                  ///< Stripe's webhooks go where its dashboard says, not where a call says.
  std::vector<std::string> next_secrets{};  ///< `rotate` rolls to the next; for a day both sign.
};

/// The dice outlives the dialect.
std::unique_ptr<Dialect> make_stripe_dialect(StripeDialectOptions options, Dice& dice);

}  // namespace tael
