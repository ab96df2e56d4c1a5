// The institution's side of WeChat Pay v2.
#pragma once

#include "adapters/simulated/dialect.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

class Dice;

struct WechatV2DialectOptions {
  std::string merchant, app;
  std::string key;                       ///< The API key, shared.
  std::vector<std::string> next_keys{};  ///< `rotate` moves on to the next; calls under the one before are still heard.
};

/// The dice outlives the dialect.
std::unique_ptr<Dialect> make_wechat_v2_dialect(WechatV2DialectOptions options, Dice& dice);

}  // namespace tael
