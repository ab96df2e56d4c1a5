// The house protocol's channel and its institution in one process.
#pragma once

#include "adapters/channels/http_json/http_json_channel.hpp"
#include "tests/adapters/channels/institution_twin.hpp"

namespace tael::testing {

inline InstitutionOptions aurora_options() {
  InstitutionOptions options;
  options.channel = "aurora";
  options.url = "http://aurora.test";
  options.merchant = "m-1";
  options.merchant_keys = {{"ours-1", "merchant-secret-0001"}};
  options.keys = {{"theirs-1", "channel-secret-0001"}};
  options.methods = {{"wallet", "qr", {}}, {"balance", "none", {}}, {"card", "redirect", {"icbc", "boc"}}};
  return options;
}

inline HttpJsonOptions aurora_channel_options() {
  HttpJsonOptions options;
  options.channel = "aurora";
  options.base_url = "http://aurora.test";
  options.merchant = "m-1";
  options.key = {"ours-1", "merchant-secret-0001"};
  options.channel_keys = {{"theirs-1", "channel-secret-0001"}, {"theirs-2", "channel-secret-0002"}};
  options.callback_url = "http://node.test/channels/aurora/callback";
  return options;
}

class HttpJsonTwin final : public InstitutionTwin {
 public:
  HttpJsonTwin() : InstitutionTwin(aurora_options()) {
    channel_ = make_http_json_channel(aurora_channel_options(), client, clock, dice);
  }
  RawCallback tamper(RawCallback callback, Tampering tampering) override;
  std::vector<std::string> secrets() override { return {"merchant-secret-0001", "channel-secret-0001"}; }
};

std::unique_ptr<ChannelTwin> make_http_json_twin();

}  // namespace tael::testing
