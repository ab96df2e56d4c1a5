// The steps of Stripe's protocol.
#pragma once

#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/stripe/stripe_channel.hpp"

namespace tael {

class StripeAssembler final : public Assembler {
 public:
  explicit StripeAssembler(const StripeOptions& options) : options_(options) {}
  Assembled assemble(const ChannelRequest& request, Duration deadline) const override;

 private:
  StripeOptions options_;
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
  explicit StripeParser(std::string merchant) : merchant_(std::move(merchant)) {}
  Reading parse(const HttpAnswer& answer, const ChannelRequest& asked) const override;
  Reading parse(const RawCallback& callback) const override;

 private:
  std::string merchant_;
};

}  // namespace tael
