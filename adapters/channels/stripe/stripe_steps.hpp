// The steps of Stripe's protocol.
#pragma once

#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/stripe/stripe_channel.hpp"

#include <string_view>

namespace tael {

class StripeAssembler final : public Assembler {
 public:
  StripeAssembler(const StripeOptions& options, Clock& clock) : options_(options), clock_(clock) {}
  Assembled assemble(const ChannelRequest& request, Duration deadline) const override;

 private:
  StripeOptions options_;
  Clock& clock_;
};

class StripeVerifier final : public Verifier {
 public:
  explicit StripeVerifier(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {}
  /// Never: an answer is whose TLS says it is.
  std::string refuses(const HttpAnswer& answer, TimePoint now) const override;
  std::string refuses(const RawCallback& callback) const override;

 private:
  std::vector<std::string> secrets_;
};

class StripeParser final : public Parser {
 public:
  /// `key` says whether we are in live mode or in test mode; events of the other one are somebody else's.
  explicit StripeParser(std::string merchant, std::string_view key = {});
  Reading parse(const HttpAnswer& answer, const ChannelRequest& asked) const override;
  Reading parse(const RawCallback& callback) const override;

 private:
  std::string merchant_;
  std::string_view livemode_;  ///< As events spell it; empty when the key does not say.
};

}  // namespace tael
