// WeChat Pay v3's channel and its institution in one process, with keys made for this run.
#pragma once

#include "adapters/channels/wechat_v3/wechat_v3_channel.hpp"
#include "adapters/simulated/dialects/wechat_v3_dialect.hpp"
#include "tests/adapters/channels/institution_twin.hpp"

namespace tael::testing {

inline constexpr auto wechat_api_v3_key = "0123456789abcdef0123456789ABCDEF";

class WechatV3Twin final : public InstitutionTwin {
 public:
  /// `kind`: native, jsapi, app or h5.
  explicit WechatV3Twin(const std::string& kind = "native", bool certificate_mode = false);
  bool has(Trait trait) const override;
  bool can_ail(Ailment ailment, ChannelOp op) const override;
  RawCallback tamper(RawCallback callback, Tampering tampering) override;
  std::vector<std::string> secrets() override { return {wechat_api_v3_key}; }

  static InstitutionOptions institution_options(bool certificate_mode = false);
  WechatV3Options options() const;
  static PublicKey merchant_key();
  static PrivateKey platform_key();
  /// Signs `body` as the platform does.
  HttpHeaders signed_headers(const std::string& body, const PrivateKey& key, const std::string& id) const;
  std::shared_ptr<VerifyKeys> platform_keys;
};

std::unique_ptr<ChannelTwin> make_wechat_v3_twin();

}  // namespace tael::testing
