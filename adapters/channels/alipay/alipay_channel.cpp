#include "adapters/channels/alipay/alipay_channel.hpp"

#include "adapters/channels/access/framework_channel.hpp"
#include "adapters/channels/access/status_classifier.hpp"
#include "adapters/channels/alipay/alipay_assembler.hpp"
#include "adapters/channels/alipay/alipay_parser.hpp"
#include "adapters/channels/alipay/alipay_signature.hpp"

#include <string_view>
#include <utility>

namespace tael {

extern const std::string_view alipay_codes;  // alipay.codes

std::unique_ptr<Channel> make_alipay_channel(AlipayOptions options, HttpClient& client, Clock& clock) {
  AccessSteps steps;
  steps.channel = options.channel;
  steps.merchant = options.merchant;
  steps.verifier = std::make_unique<AlipayVerifier>(options.alipay_keys);
  steps.parser = std::make_unique<AlipayParser>(options.app, options.merchant);
  steps.classifier = std::make_unique<StatusClassifier>(StatusMap::parse(alipay_codes).overlaid_by(options.codes));
  steps.assembler = std::make_unique<AlipayAssembler>(options, clock);
  steps.taken = {200, "text/plain", "success"};  // These seven bytes and no other.
  steps.refused = {400, "text/plain", "fail"};
  steps.again = {503, "text/plain", "fail"};
  return std::make_unique<FrameworkChannel>(std::move(steps), client, clock);
}

}  // namespace tael
