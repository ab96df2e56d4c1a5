// Step one of the house protocol: a channel request becomes a signed HTTP call.
#pragma once

#include "adapters/channels/access/steps.hpp"
#include "adapters/channels/http_json/http_json_channel.hpp"

namespace tael {

class HttpJsonAssembler final : public Assembler {
 public:
  HttpJsonAssembler(HttpJsonOptions options, Clock& clock, Dice& dice);
  Assembled assemble(const ChannelRequest& request, Duration deadline) const override;

 private:
  HttpJsonOptions options_;
  Clock& clock_;
  Dice& dice_;
};

}  // namespace tael
