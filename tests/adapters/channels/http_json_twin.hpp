// The house protocol's channel and its institution in one process.
#pragma once

#include "adapters/channels/http_json/http_json_channel.hpp"
#include "adapters/simulated/institution_http_client.hpp"
#include "tests/adapters/channels/channel_twin.hpp"
#include "tests/adapters/channels/hand_clock.hpp"

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

class HttpJsonTwin final : public ChannelTwin {
 public:
  Channel& channel() override { return *channel_; }
  TimePoint now() override { return clock.now(); }
  void turn(Duration by) override { clock.turn(by); }
  void ail(Ailment ailment, ChannelOp op) override;
  ChannelRequest payment(std::string number, Fate fate) override;
  ChannelRequest refund(std::string number, const ChannelRequest& payment, Fate fate) override;
  std::vector<RawCallback> callbacks() override;
  RawCallback tamper(RawCallback callback, Tampering tampering) override;
  std::vector<std::string> secrets() override { return {"merchant-secret-0001", "channel-secret-0001"}; }

  HandClock clock;
  EvenDice dice;
  Institution institution{aurora_options(), dice};
  InstitutionHttpClient client{institution, clock};

 private:
  std::unique_ptr<Channel> channel_ = make_http_json_channel(aurora_channel_options(), client, clock, dice);
};

std::unique_ptr<ChannelTwin> make_http_json_twin();

/// What an institution's callback looks like on arrival.
RawCallback arrived(const InstitutionCallback& callback, TimePoint at);

}  // namespace tael::testing
