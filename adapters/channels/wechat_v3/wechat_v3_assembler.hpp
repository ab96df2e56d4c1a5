// Step one of WeChat Pay v3: a request becomes a signed HTTP call.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_channel.hpp"

namespace tael {

class WechatV3Assembler final : public Assembler {
 public:
  WechatV3Assembler(const WechatV3Options& options, Clock& clock, Dice& dice);
  Assembled assemble(const ChannelRequest& request, Duration deadline) const override;
  /// Any signed call of this merchant. `path` begins with a slash and holds the query.
  HttpCall signed_call(std::string method, const std::string& path, std::string body, Duration deadline) const;

 private:
  WechatV3Options options_;
  std::string base_path_;
  Clock& clock_;
  Dice& dice_;
};

}  // namespace tael
