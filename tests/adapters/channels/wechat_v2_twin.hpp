// WeChat Pay v2's channel and its institution in one process.
#pragma once

#include "adapters/channels/wechat_v2/wechat_v2_channel.hpp"
#include "adapters/simulated/dialects/wechat_v2_dialect.hpp"
#include "tests/adapters/channels/institution_twin.hpp"

namespace tael::testing {

class WechatV2Twin final : public InstitutionTwin {
 public:
  explicit WechatV2Twin(const std::string& kind = "native", bool with_md5 = false);
  bool has(Trait trait) const override;
  bool can_ail(Ailment ailment, ChannelOp op) const override;
  bool can_tamper(Tampering tampering) const override;
  RawCallback tamper(RawCallback callback, Tampering tampering) override;
  std::vector<std::string> secrets() override { return {"192006250b4c09247ec02edce69f6a2d"}; }
  static WechatV2Options options();
};

std::unique_ptr<ChannelTwin> make_wechat_v2_twin();
std::unique_ptr<ChannelTwin> make_wechat_v2_twin_with_md5();

}  // namespace tael::testing
