// The institution's side of WeChat Pay API v3.
#pragma once

#include "adapters/crypto/keys.hpp"
#include "adapters/simulated/dialect.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

class Dice;

struct WechatV3PlatformKey {
  std::string id;  ///< PUB_KEY_ID_..., or the certificate's serial.
  PrivateKey key;
  std::string certificate;  ///< PEM; handed out by GET /v3/certificates when it is there.
};

struct WechatV3DialectOptions {
  std::string merchant, app;
  std::string merchant_serial;
  PublicKey merchant_key;
  std::string api_v3_key;
  std::vector<WechatV3PlatformKey> platform_keys;  ///< The first signs; `rotate` moves on to the next.
};

/// The dice outlives the dialect.
std::unique_ptr<Dialect> make_wechat_v3_dialect(WechatV3DialectOptions options, Dice& dice);

}  // namespace tael
