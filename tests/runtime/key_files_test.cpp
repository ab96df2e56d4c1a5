// Keys and certificates of ours, in whichever form the institution handed them out.
#include "runtime/node/channel_adapters.hpp"
#include "tests/support/test_keys.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tael {
namespace {

std::string pkcs12_of(const std::string& password) {
  return test::make_pkcs12(test::make_rsa().get(), {.serial = 0x7A31}, password);
}

config::ChannelConfig wechat_with(const std::string& file) {
  config::ChannelConfig channel;
  channel.policy.channel = "wechat_bar";
  channel.adapter = config::Adapter::wechat_v2;
  channel.merchant = "1900000110";
  channel.client_certificate = Secret{file, "file:apiclient_cert.p12"};
  return channel;
}

std::string serial_or_refusal(const config::ChannelConfig& channel) {
  try {
    const auto known = certificates_of(channel);
    return known.size() == 1 ? known.front().name : std::to_string(known.size()) + " certificates";
  } catch (const std::invalid_argument& why) {
    return why.what();
  }
}

TEST(KeyFiles, OpenWithTheMerchantsNumberAsWechatSealsThem) {
  EXPECT_EQ(serial_or_refusal(wechat_with(pkcs12_of("1900000110"))), "our certificate 7A31");
}

TEST(KeyFiles, OpenWithAPasswordOfTheirOwnAndThenNotWithTheMerchantsNumber) {
  auto channel = wechat_with(pkcs12_of("another"));
  EXPECT_EQ(serial_or_refusal(channel),
            "channels/wechat_bar.yaml: 'client_certificate' leads to a PKCS#12 file that 'merchant' (there is no "
            "'pkcs12_password') does not open, or whose key is not RSA of 2048 bits or more");
  channel.pkcs12_password = Secret{"another", "${env:P12}"};
  EXPECT_EQ(serial_or_refusal(channel), "our certificate 7A31");
  channel.client_certificate = Secret{pkcs12_of("1900000110"), "file:apiclient_cert.p12"};
  EXPECT_NE(serial_or_refusal(channel).find("that 'pkcs12_password' does not open"), std::string::npos);
}

TEST(KeyFiles, InPemNeedNoPassword) {
  const auto key = test::make_rsa();
  EXPECT_EQ(serial_or_refusal(wechat_with(test::make_certificate(key.get(), {.serial = 0x55}))), "our certificate 55");
}

}  // namespace
}  // namespace tael
