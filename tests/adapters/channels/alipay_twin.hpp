// Alipay's channel and its institution in one process, with keys made for this run.
#pragma once

#include "adapters/channels/alipay/alipay_channel.hpp"
#include "adapters/simulated/dialects/alipay_dialect.hpp"
#include "tests/adapters/channels/institution_twin.hpp"

namespace tael::testing {

class AlipayTwin final : public InstitutionTwin {
 public:
  /// `kind`: qr, page or code.
  explicit AlipayTwin(const std::string& kind = "qr");
  bool has(Trait trait) const override;
  bool can_ail(Ailment ailment, ChannelOp op) const override;
  bool can_tamper(Tampering tampering) const override;
  RawCallback tamper(RawCallback callback, Tampering tampering) override;
  std::vector<std::string> secrets() override { return {}; }

  AlipayOptions options() const;
  static PrivateKey alipay_key();
  static PrivateKey next_key();
  static PublicKey app_key();
};

std::unique_ptr<ChannelTwin> make_alipay_twin();

}  // namespace tael::testing
