// What the cashier leaves out for want of something about the payer is what adapters refuse to send without it.
#include "runtime/config/check_protocol.hpp"
#include "runtime/node/channel_adapters.hpp"
#include "runtime/node/settings.hpp"
#include "tests/support/hand_clock.hpp"
#include "tests/support/test_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tael {
namespace {

using namespace std::chrono_literals;

class Network final : public HttpClient {
 public:
  void send(HttpCall, std::function<void(HttpAnswer)> done) override { done({}); }
};

config::ChannelConfig channel_with(config::Adapter adapter, const std::vector<std::string>& methods) {
  static const auto key = test::make_rsa();
  config::ChannelConfig channel;
  channel.policy.channel = "one";
  channel.policy.currencies = {cny};
  channel.adapter = adapter;
  channel.url = "http://127.0.0.1:9";
  channel.merchant = "1900000110";
  channel.app = "app";
  channel.key_serial = "55";
  const bool is_rsa = adapter == config::Adapter::wechat_v3 || adapter == config::Adapter::alipay;
  channel.key = Secret{is_rsa ? PrivateKey{key}.to_pem() : std::string(32, 'k'), "file:key"};
  channel.channel_key = Secret{std::string(32, 'c'), "${env:C}"};
  if (is_rsa) channel.channel_keys = {{"PUB_KEY_ID_1", Secret{test::public_pem(key.get()), "file:pub"}}};
  for (const auto& method : methods) channel.methods[method].banks = {"any"};
  return channel;
}

TEST(PayerNeeds, AreWhatAdaptersRefuseToSendWithout) {
  testing::HandClock clock;
  Network network;
  testing::EvenDice dice;
  for (const auto& [adapter, methods] : std::vector<std::pair<config::Adapter, std::vector<std::string>>>{
           {config::Adapter::wechat_v3, {"native", "jsapi", "h5", "app"}},
           {config::Adapter::wechat_v2, {"native", "jsapi", "h5", "app", "code"}},
           {config::Adapter::alipay, {"qr", "page", "code"}},
           {config::Adapter::stripe, {"card", "saved"}}}) {
    config::Config config;
    config.channels["one"] = channel_with(adapter, methods);
    auto& business = config.businesses["bakery"];
    for (const auto& method : methods) business.paths.push_back("one/" + method + "/any");
    const auto offered = find_cashier_business_of(config)("bakery")->options;
    const auto channel = make_channel_adapter(config.channels["one"], "http://127.0.0.1:8", {network, clock, dice});
    ASSERT_EQ(offered.size(), methods.size());
    for (std::size_t i = 0; i < methods.size(); ++i) {
      ChannelRequest request;
      request.op = ChannelOp::pay;
      request.number = "01M74T1Q2800G000000000009ZA01";
      request.method = methods[i];
      request.amount = {2'500, cny};
      request.subject = "bread";
      std::string code;
      channel->call(request, 8s, [&](const ChannelAnswer& answer) { code = answer.code; });
      const auto& need = offered[i].payer_need;
      const auto refusal = need.empty() ? "" : "payer_" + need + "_missing";
      EXPECT_EQ(code.ends_with("_missing") ? code : "", refusal)
          << offered[i].path << " by adapter " << static_cast<int>(adapter);
    }
  }
}

/// A way that gives `params` led to a page on which there was nothing to act on.
TEST(CashierOptions, ThatEndInParametersForAnAppAreKnown) {
  config::Config config;
  auto& business = config.businesses["bakery"];
  const auto add = [&](const std::string& code, config::Adapter adapter, const std::vector<std::string>& methods) {
    config.channels[code] = channel_with(adapter, methods);
    for (const auto& method : methods) business.paths.push_back(code + "/" + method + "/any");
  };
  add("wechat", config::Adapter::wechat_v3, {"native", "jsapi", "h5", "app"});
  add("bar", config::Adapter::wechat_v2, {"native", "jsapi", "h5", "app", "code"});
  add("alipay", config::Adapter::alipay, {"qr", "page", "code"});
  add("stripe", config::Adapter::stripe, {"card", "saved"});
  std::vector<std::string> for_apps;
  const auto bakery = find_cashier_business_of(config)("bakery");
  for (const auto& option : bakery->options)
    if (option.is_for_apps) for_apps.push_back(option.path);
  EXPECT_EQ(for_apps, (std::vector<std::string>{"wechat/jsapi/any", "wechat/app/any", "bar/jsapi/any", "bar/app/any",
                                                "stripe/card/any"}));
}

TEST(Methods, ThatTheConfigurationMayNameAreThoseThatAdaptersOffer) {
  testing::HandClock clock;
  Network network;
  testing::EvenDice dice;
  for (const auto adapter :
       {config::Adapter::wechat_v3, config::Adapter::wechat_v2, config::Adapter::alipay, config::Adapter::stripe}) {
    const auto offered = config::methods_of(adapter);
    for (const auto* method : {"native", "qr", "jsapi", "h5", "app", "code", "page", "card", "saved", "wallet"}) {
      const auto channel =
          make_channel_adapter(channel_with(adapter, {method}), "http://127.0.0.1:8", {network, clock, dice});
      ChannelRequest request;
      request.op = ChannelOp::pay;
      request.number = "01M74T1Q2800G000000000009ZA01";
      request.method = method;
      request.amount = {2'500, cny};
      request.subject = "bread";
      std::string code;
      channel->call(request, 8s, [&](const ChannelAnswer& answer) { code = answer.code; });
      const bool named = std::ranges::find(offered, method) != offered.end();
      EXPECT_EQ(code != "method_not_offered", named) << method << " by adapter " << static_cast<int>(adapter);
    }
  }
}

}  // namespace
}  // namespace tael
