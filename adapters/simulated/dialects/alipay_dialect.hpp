// The institution's side of Alipay's gateway.
#pragma once

#include "adapters/crypto/keys.hpp"
#include "adapters/simulated/dialect.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

class Dice;

struct AlipayDialectOptions {
  std::string merchant, app;
  PublicKey app_key;
  std::vector<PrivateKey> keys;  ///< The first signs; `rotate` moves on to the next.
  std::string certificate_sn;    ///< Certificate mode: sent beside the signature.
};

/// The dice outlives the dialect.
std::unique_ptr<Dialect> make_alipay_dialect(AlipayDialectOptions options, Dice& dice);

}  // namespace tael
