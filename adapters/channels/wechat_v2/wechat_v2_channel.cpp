#include "adapters/channels/wechat_v2/wechat_v2_channel.hpp"

#include "adapters/channels/access/framework_channel.hpp"
#include "adapters/channels/access/status_classifier.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_steps.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace tael {

extern const std::string_view wechat_v2_codes;  // wechat_v2.codes

std::unique_ptr<Channel> make_wechat_v2_channel(WechatV2Options options, HttpClient& client, Clock& clock, Dice& dice) {
  const auto acknowledgement = [](const std::string& code, const std::string& message) {
    return write_wechat_v2({{"return_code", code}, {"return_msg", message}});
  };
  AccessSteps steps;
  steps.channel = options.channel;
  steps.merchant = options.merchant;
  std::vector<std::string> keys{options.key};
  keys.insert(keys.end(), options.further_keys.begin(), options.further_keys.end());
  steps.masking = Masking{keys, {"paysign"}};
  steps.verifier = std::make_unique<WechatV2Verifier>(keys, options.sign_with_md5);
  steps.parser = std::make_unique<WechatV2Parser>(options, clock, dice);
  steps.classifier = std::make_unique<StatusClassifier>(StatusMap::parse(wechat_v2_codes).overlaid_by(options.codes));
  steps.assembler = std::make_unique<WechatV2Assembler>(options, clock, dice);
  steps.taken = {200, "text/xml", acknowledgement("SUCCESS", "OK")};
  steps.refused = {400, "text/xml", acknowledgement("FAIL", "the signature does not verify")};
  steps.again = {503, "text/xml", acknowledgement("FAIL", "not now")};
  return std::make_unique<FrameworkChannel>(std::move(steps), client, clock);
}

}  // namespace tael
