// Step three of WeChat Pay v3: bytes become fields. Notifications are opened with the APIv3 key first; what does not
// authenticate under it is not read.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/access/tree.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_channel.hpp"

namespace tael {

class WechatV3Parser final : public Parser {
 public:
  /// The merchant's key signs what a payer's app shows to WeChat, hence clock and dice.
  WechatV3Parser(const WechatV3Options& options, Clock& clock, Dice& dice)
      : options_(options), clock_(clock), dice_(dice) {}
  Reading parse(const HttpAnswer& answer, const ChannelRequest& asked) const override;
  Reading parse(const RawCallback& callback) const override;

 private:
  std::optional<Voucher> voucher_of(const Tree& body, const ChannelRequest& asked) const;
  Voucher params_of(const std::string& prepay_id, bool in_app) const;

  WechatV3Options options_;
  Clock& clock_;
  Dice& dice_;
};

/// What a sealed `resource` holds; nothing when it does not authenticate.
std::optional<std::string> open_wechat_v3_resource(const Tree& resource, std::string_view api_v3_key);

/// The platform certificates in an answer to GET /v3/certificates, without those that cannot be opened or read.
std::vector<VerifyKey> read_wechat_v3_certificates(std::string_view body, std::string_view api_v3_key);

}  // namespace tael
