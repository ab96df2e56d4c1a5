// The institution's side of WeChat Pay v2.
#pragma once

#include "adapters/simulated/dialect.hpp"

#include <memory>
#include <string>

namespace tael {

class Dice;

struct WechatV2DialectOptions {
  std::string merchant, app;
  std::string key;  ///< The API key, shared.
};

/// The dice outlives the dialect.
std::unique_ptr<Dialect> make_wechat_v2_dialect(WechatV2DialectOptions options, Dice& dice);

}  // namespace tael
