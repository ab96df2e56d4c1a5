// What no adapter could send is told when the configuration is read: `tael config check` said "good" to channels whose
// every order was declined.
#include "tests/config/folder_on_disk.hpp"

#include <gtest/gtest.h>

namespace tael::config {
namespace {

struct Wrong {
  const char* name;
  std::string adapter, part, by, told;
};

/// Not enabled: so its keys need not be there, and all else is checked.
std::string channel_of(const std::string& adapter) {
  return "channel: second\ninstitution: second\nadapter: " + adapter + R"(
currencies: [CNY]
url: http://127.0.0.1:9400
merchant: M-1
key: ${env:KEY}
channel_key: ${env:CHANNEL_KEY}
channel_keys: [{id: one, pem: "${env:KEY_ONE}"}]
app: app
key_serial: "55"
owner: payments@example.com
enabled: false
methods:
  )" + (adapter == "stripe" ? "card" : "qr") +
         ": {banks: [any]}\n";
}

class WrongProtocol : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongProtocol, IsNotGood) {
  FolderOnDisk folder;
  folder.write("channels/second.yaml", channel_of(GetParam().adapter));
  ASSERT_EQ(folder.errors(), "");
  folder.replace("channels/second.yaml", GetParam().part, GetParam().by);
  EXPECT_EQ(folder.errors(), "channels/second.yaml:" + GetParam().told + "\n");
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Channel, WrongProtocol, ::testing::Values(
    Wrong{"alipay_in_dollars",   "alipay",    "[CNY]", "[CNY, USD]", "4: 'currencies': adapter 'alipay' takes CNY alone, not 'USD'"},
    Wrong{"wechat_v2_in_yen",    "wechat_v2", "[CNY]", "[JPY]",      "4: 'currencies': adapter 'wechat_v2' takes CNY alone, not 'JPY'"},
    Wrong{"wechat_v3_in_yen",    "wechat_v3", "[CNY]", "[JPY, CNY]", "4: 'currencies': adapter 'wechat_v3' takes CNY alone, not 'JPY'"},
    Wrong{"stripe_in_dinars",    "stripe",    "[CNY]", "[ISK, LYD]", "4: 'currencies': how adapter 'stripe' counts 'LYD' is not known, so an amount in it could not be sent exactly"},
    Wrong{"wechat_v3_method",    "wechat_v3", "qr:",   "zzz:",       "15: adapter 'wechat_v3' has no method 'zzz'; there are: native, qr, jsapi, h5, app"},
    Wrong{"wechat_v3_misspelt",  "wechat_v3", "qr:",   "natvie:",    "15: adapter 'wechat_v3' has no method 'natvie', did you mean 'native'?"},
    Wrong{"alipay_method",       "alipay",    "qr:",   "jsapi:",     "15: adapter 'alipay' has no method 'jsapi'; there are: qr, page, code"},
    Wrong{"stripe_method",       "stripe",    "card:", "qr:",        "15: adapter 'stripe' has no method 'qr'; there are: card, saved"},
    Wrong{"a_banks_host",        "http_json", "owner:", "bank_host: {machines: [\"a:1\"], terminals: [T]}\nowner:", "12: 'bank_host' is for 'adapter: iso8583', and says nothing to 'http_json'"}),
    [](const auto& tested) { return std::string{tested.param.name}; });
// clang-format on

TEST(WechatV2Key, OfThirtyOneCharactersIsNotGood) {
  const auto told_with = [](const std::string& key) {
    FolderOnDisk folder;
    folder.write("channels/second.yaml", channel_of("wechat_v2"));
    folder.replace("channels/second.yaml", "enabled: false", "enabled: true");
    std::string all;
    const auto environment = [&](const std::string& name) {
      return name.starts_with("KEY") ? std::optional{key} : good_environment()(name);
    };
    for (const auto& error : load_folder(folder.path(), environment).errors) all += to_text(error) + "\n";
    return all;
  };
  EXPECT_EQ(told_with(std::string(32, 'k')), "");
  EXPECT_EQ(
      told_with(std::string(31, 'k')),
      "channels/second.yaml:7: 'key': what ${env:KEY} leads to must have 32 characters, as every APIv2 key has\n"
      "channels/second.yaml:9: 'channel_keys': what ${env:KEY_ONE} leads to must have 32 characters, as every APIv2 "
      "key has\n");
}

TEST(LoadChannel, OfAFolderThatIsNotThereDoesNotSayThatItHasNoChannels) {
  const auto loaded = load_channel("/nonexist", "aurora");
  ASSERT_EQ(loaded.errors.size(), 1U);
  EXPECT_EQ(to_text(loaded.errors[0]), "/nonexist:1: is no folder");
}

}  // namespace
}  // namespace tael::config
