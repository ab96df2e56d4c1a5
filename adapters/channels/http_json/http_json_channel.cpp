#include "adapters/channels/http_json/http_json_channel.hpp"

#include "adapters/channels/access/framework_channel.hpp"
#include "adapters/channels/access/status_classifier.hpp"
#include "adapters/channels/http_json/http_json_assembler.hpp"
#include "adapters/channels/http_json/http_json_parser.hpp"
#include "adapters/channels/http_json/http_json_signature.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tael {

extern const std::string_view http_json_codes;  // http_json.codes

std::unique_ptr<Channel> make_http_json_channel(HttpJsonOptions options, HttpClient& client, Clock& clock, Dice& dice) {
  std::vector<std::string> secrets{options.key.secret};
  std::ranges::transform(options.channel_keys, std::back_inserter(secrets), &ChannelKey::secret);

  AccessSteps steps;
  steps.channel = options.channel;
  steps.merchant = options.merchant;
  steps.masking = Masking{std::move(secrets), {}};
  steps.verifier = std::make_unique<HttpJsonVerifier>(KeyStore{options.channel_keys});
  steps.parser = std::make_unique<HttpJsonParser>();
  steps.classifier = std::make_unique<StatusClassifier>(StatusMap::parse(http_json_codes).overlaid_by(options.codes));
  steps.assembler = std::make_unique<HttpJsonAssembler>(std::move(options), clock, dice);
  steps.taken = {200, "application/json", R"({"code":"ok"})"};
  steps.refused = {401, "application/json", R"({"code":"refused"})"};
  steps.again = {503, "application/json", R"({"code":"again"})"};
  return std::make_unique<FrameworkChannel>(std::move(steps), client, clock);
}

}  // namespace tael
