// The steps of WeChat Pay v2 but for its signature.
#pragma once

#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_channel.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_signature.hpp"

namespace tael {

class WechatV2Assembler final : public Assembler {
 public:
  WechatV2Assembler(const WechatV2Options& options, Clock& clock, Dice& dice)
      : options_(options), clock_(clock), dice_(dice) {}
  Assembled assemble(const ChannelRequest& request, Duration deadline) const override;

 private:
  WechatV2Options options_;
  Clock& clock_;
  Dice& dice_;
};

class WechatV2Parser final : public Parser {
 public:
  /// The shared key signs what a payer's app shows to WeChat, hence clock and dice.
  WechatV2Parser(const WechatV2Options& options, Clock& clock, Dice& dice)
      : options_(options), keys_(options.further_keys), clock_(clock), dice_(dice) {
    keys_.insert(keys_.begin(), options.key);
  }
  Reading parse(const HttpAnswer& answer, const ChannelRequest& asked) const override;
  Reading parse(const RawCallback& callback) const override;

 private:
  void read_pay(const Tree& tree, const ChannelRequest& asked, Reading& reading) const;
  Voucher params_of(const std::string& prepay_id, bool in_app) const;

  WechatV2Options options_;
  std::vector<std::string> keys_;  ///< What a refund's notice may be sealed with.
  Clock& clock_;
  Dice& dice_;
};

}  // namespace tael
