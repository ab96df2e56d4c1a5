// Stripe's channel and its institution in one process.
#pragma once

#include "adapters/channels/stripe/stripe_channel.hpp"
#include "adapters/simulated/dialects/stripe_dialect.hpp"
#include "tests/adapters/channels/institution_twin.hpp"

namespace tael::testing {

class StripeTwin final : public InstitutionTwin {
 public:
  explicit StripeTwin(const std::string& kind = "card");
  bool has(Trait trait) const override;
  bool can_ail(Ailment ailment, ChannelOp op) const override;
  bool can_tamper(Tampering tampering) const override;
  ChannelRequest payment(std::string number, Fate fate) override;
  RawCallback tamper(RawCallback callback, Tampering tampering) override;
  std::vector<std::string> secrets() override { return {"sk_test_judge_0001", "whsec_judge_secret"}; }
  static StripeOptions options();
};

std::unique_ptr<ChannelTwin> make_stripe_twin();

}  // namespace tael::testing
