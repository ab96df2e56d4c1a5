#include "runtime/node/channel_adapters.hpp"

#include "adapters/channels/alipay/alipay_channel.hpp"
#include "adapters/channels/http_json/http_json_channel.hpp"
#include "adapters/channels/stripe/stripe_channel.hpp"
#include "adapters/channels/wechat_v2/wechat_v2_channel.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_channel.hpp"
#include "runtime/node/bank_hosts.hpp"

#include <stdexcept>

namespace tael {
namespace {

[[noreturn]] void refuse(const config::ChannelConfig& channel, const std::string& key, const std::string& why) {
  throw std::invalid_argument("channels/" + channel.policy.channel + ".yaml: '" + key + "' " + why);
}

/// Certificates and key of a file of ours, PEM, whichever form it has.
std::string pem_of(const config::ChannelConfig& channel, const std::string& key, const Secret& file) {
  if (!is_pkcs12(file.reveal())) return file.reveal();
  const bool has_password = !channel.pkcs12_password.empty();
  const auto opened = read_pkcs12(file.reveal(), has_password ? channel.pkcs12_password.reveal() : channel.merchant);
  if (!opened)
    refuse(channel, key,
           "leads to a PKCS#12 file that " +
               std::string{has_password ? "'pkcs12_password'" : "'merchant' (there is no 'pkcs12_password')"} +
               " does not open, or whose key is not RSA of 2048 bits or more");
  return opened->certificates_pem + opened->key.to_pem();
}

PrivateKey private_key_of(const config::ChannelConfig& channel) {
  const auto key = PrivateKey::from_pem(pem_of(channel, "key", channel.key));
  if (!key) refuse(channel, "key", "must lead to an RSA private key of 2048 bits or more, without a password");
  return *key;
}

std::vector<VerifyKey> verify_keys_of(const config::ChannelConfig& channel) {
  std::vector<VerifyKey> keys;
  for (const auto& each : channel.channel_keys) try {
      keys.push_back(read_verify_key(each.id, each.pem.reveal()));
    } catch (const std::invalid_argument& why) {
      refuse(channel, "channel_keys", std::string{each.pem.reference()} + " " + why.what());
    }
  return keys;
}

/// Shared secrets that the institution may sign with, beside the one it signs with today.
std::vector<ChannelKey> shared_keys_of(const config::ChannelConfig& channel, const std::string& first_id) {
  std::vector<ChannelKey> keys{{first_id, channel.channel_key.reveal()}};
  for (const auto& next : channel.channel_keys) {
    if (next.id.empty() || next.id == first_id)
      refuse(channel, "channel_keys",
             "must give each further secret an 'id' of its own, other than '" + first_id + "'");
    keys.push_back({next.id, next.pem.reveal()});
  }
  return keys;
}

StatusMap codes_of(const config::ChannelConfig& channel) {
  std::string rows;
  for (const auto& row : channel.codes) rows += row + "\n";
  try {
    return StatusMap::parse(rows);
  } catch (const std::invalid_argument& why) {
    refuse(channel, "codes", std::string{"has a row that cannot be read: "} + why.what());
  }
}

std::string callback_url_of(const config::ChannelConfig& channel, const std::string& public_url) {
  return channel.callback_url.empty() ? public_url + "/channels/" + channel.policy.channel + "/callback"
                                      : channel.callback_url;
}

std::unique_ptr<Channel> make_http_json(const config::ChannelConfig& channel, const std::string& public_url,
                                        const AdapterPeers& peers) {
  return make_http_json_channel({.channel = channel.policy.channel,
                                 .base_url = channel.url,
                                 .merchant = channel.merchant,
                                 .key = {"1", channel.key.reveal()},
                                 .channel_keys = shared_keys_of(channel, "1"),
                                 .callback_url = callback_url_of(channel, public_url),
                                 .connect_deadline = channel.connect_deadline,
                                 .codes = codes_of(channel)},
                                peers.client, peers.clock, peers.dice);
}

std::unique_ptr<Channel> make_wechat_v3(const config::ChannelConfig& channel, const std::string& public_url,
                                        const AdapterPeers& peers) {
  constexpr std::size_t api_v3_key_length = 32;
  WechatV3Options options;
  options.channel = channel.policy.channel;
  options.base_url = channel.url;
  options.merchant = channel.merchant;
  options.app = channel.app;
  options.serial = channel.key_serial;
  options.key = private_key_of(channel);
  options.api_v3_key = channel.channel_key.reveal();
  if (options.api_v3_key.size() != api_v3_key_length)
    refuse(channel, "channel_key", "must lead to the APIv3 key, which has 32 characters");
  options.platform_keys = std::make_shared<VerifyKeys>(verify_keys_of(channel));
  options.download_certificates = channel.download_certificates;
  if (channel.download_certificates && peers.running_keys != nullptr)
    peers.running_keys->hold(channel.policy.channel, options.platform_keys);
  options.callback_url = callback_url_of(channel, public_url);
  options.connect_deadline = channel.connect_deadline;
  options.codes = codes_of(channel);
  return make_wechat_v3_channel(std::move(options), peers.client, peers.clock, peers.dice);
}

std::unique_ptr<Channel> make_alipay(const config::ChannelConfig& channel, const std::string& public_url,
                                     const AdapterPeers& peers) {
  AlipayOptions options;
  options.channel = channel.policy.channel;
  options.base_url = channel.url;
  options.merchant = channel.merchant;
  options.app = channel.app;
  options.key = private_key_of(channel);
  options.alipay_keys = std::make_shared<VerifyKeys>(verify_keys_of(channel));
  const auto comma = channel.key_serial.find(',');
  options.app_cert_sn = channel.key_serial.substr(0, comma);
  if (comma != std::string::npos) options.alipay_root_sn = channel.key_serial.substr(comma + 1);
  options.callback_url = callback_url_of(channel, public_url);
  options.return_url = public_url + "/cashier/";
  options.connect_deadline = channel.connect_deadline;
  options.codes = codes_of(channel);
  return make_alipay_channel(std::move(options), peers.client, peers.clock);
}

/// Their answers are not signed: only TLS says whose they are.
void insist_on_tls(const config::ChannelConfig& channel) {
  const auto& url = channel.url;
  const bool is_here = url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
  if (!url.starts_with("https://") && !is_here)
    refuse(channel, "url", "must be https, for nothing else vouches for the answers");
}

std::unique_ptr<Channel> make_stripe(const config::ChannelConfig& channel, const AdapterPeers& peers) {
  insist_on_tls(channel);
  StripeOptions options;
  options.channel = channel.policy.channel;
  options.base_url = channel.url;
  options.merchant = channel.merchant;
  options.key = channel.key.reveal();
  for (const auto& key : shared_keys_of(channel, "1")) options.webhook_secrets.push_back(key.secret);
  options.connect_deadline = channel.connect_deadline;
  options.codes = codes_of(channel);
  return make_stripe_channel(std::move(options), peers.client, peers.clock);
}

std::unique_ptr<Channel> make_wechat_v2(const config::ChannelConfig& channel, const std::string& public_url,
                                        const AdapterPeers& peers) {
  WechatV2Options options;
  options.channel = channel.policy.channel;
  options.base_url = channel.url;
  options.merchant = channel.merchant;
  options.app = channel.app;
  options.key = channel.key.reveal();
  for (const auto& further : channel.channel_keys) options.further_keys.push_back(further.pem.reveal());
  if (!channel.client_certificate.empty())
    options.client_certificate =
        std::make_shared<const std::string>(pem_of(channel, "client_certificate", channel.client_certificate));
  options.callback_url = callback_url_of(channel, public_url);
  options.connect_deadline = channel.connect_deadline;
  options.codes = codes_of(channel);
  return make_wechat_v2_channel(std::move(options), peers.client, peers.clock, peers.dice);
}

std::unique_ptr<Channel> make_iso8583(const config::ChannelConfig& channel, const AdapterPeers& peers) {
  if (peers.frames == nullptr || peers.traces == nullptr)
    refuse(channel, "adapter", "is a bank's host, which only a node reaches");
  return make_iso8583_channel(iso8583_options_of(channel), *peers.frames, *peers.traces, peers.clock);
}

}  // namespace

std::unique_ptr<Channel> make_channel_adapter(const config::ChannelConfig& channel, const std::string& public_url,
                                              const AdapterPeers& peers) {
  switch (channel.adapter) {
    case config::Adapter::http_json: return make_http_json(channel, public_url, peers);
    case config::Adapter::wechat_v3: return make_wechat_v3(channel, public_url, peers);
    case config::Adapter::alipay: return make_alipay(channel, public_url, peers);
    case config::Adapter::stripe: return make_stripe(channel, peers);
    case config::Adapter::wechat_v2: return make_wechat_v2(channel, public_url, peers);
    case config::Adapter::iso8583: return make_iso8583(channel, peers);
  }
  return nullptr;
}

std::vector<KnownCertificate> certificates_of(const config::ChannelConfig& channel) {
  // With the others `channel_keys` are shared secrets, which have no time of their own.
  const bool has_public_keys =
      channel.adapter == config::Adapter::wechat_v3 || channel.adapter == config::Adapter::alipay;
  std::vector<KnownCertificate> known;
  if (has_public_keys && !channel.download_certificates)
    for (const auto& key : verify_keys_of(channel))
      if (key.not_after) known.push_back({"the channel's certificate " + key.id, *key.not_after});
  if (channel.client_certificate.empty()) return known;
  const auto ours = read_certificates(pem_of(channel, "client_certificate", channel.client_certificate));
  if (!ours) refuse(channel, "client_certificate", "must lead to a certificate and its key, as PEM or PKCS#12");
  for (const auto& certificate : *ours)
    known.push_back({"our certificate " + certificate.serial, certificate.not_after});
  return known;
}

}  // namespace tael
