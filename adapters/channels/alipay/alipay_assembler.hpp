// Step one of Alipay: a request becomes a signed form, or a signed address for the payer's browser.
#pragma once

#include "actors/ports/clock.hpp"
#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/alipay/alipay_channel.hpp"
#include "adapters/channels/alipay/alipay_signature.hpp"

namespace tael {

class AlipayAssembler final : public Assembler {
 public:
  AlipayAssembler(const AlipayOptions& options, Clock& clock) : options_(options), clock_(clock) {}
  Assembled assemble(const ChannelRequest& request, Duration deadline) const override;
  /// Any signed call of this application.
  HttpCall signed_call(const std::string& method, const std::string& content, Duration deadline) const;

 private:
  AlipayParameters parameters(const std::string& method, const std::string& content, const std::string& order_id) const;

  AlipayOptions options_;
  Clock& clock_;
};

}  // namespace tael
