#include "adapters/channels/stripe/stripe_channel.hpp"

#include "adapters/channels/access/framework_channel.hpp"
#include "adapters/channels/access/status_classifier.hpp"
#include "adapters/channels/stripe/stripe_steps.hpp"

#include <string_view>
#include <utility>

namespace tael {

extern const std::string_view stripe_codes;  // stripe.codes

std::unique_ptr<Channel> make_stripe_channel(StripeOptions options, HttpClient& client, Clock& clock) {
  if (options.version.empty()) options.version = stripe_version;
  auto secrets = options.webhook_secrets;
  secrets.push_back(options.key);
  AccessSteps steps;
  steps.channel = options.channel;
  steps.merchant = options.merchant;
  steps.masking = Masking{std::move(secrets), {}};
  steps.verifier = std::make_unique<StripeVerifier>(options.webhook_secrets);
  steps.parser = std::make_unique<StripeParser>(options.merchant, options.key);
  steps.classifier = std::make_unique<StatusClassifier>(StatusMap::parse(stripe_codes).overlaid_by(options.codes));
  steps.assembler = std::make_unique<StripeAssembler>(options, clock);
  steps.taken = {200, "application/json", R"({"received":true})"};
  steps.refused = {400, "application/json", R"({"received":false})"};
  steps.again = {503, "application/json", R"({"received":false})"};
  return std::make_unique<FrameworkChannel>(std::move(steps), client, clock);
}

}  // namespace tael
