#include "runtime/institutions/institution_of.hpp"

#include "adapters/crypto/keys.hpp"
#include "adapters/simulated/dialects/alipay_dialect.hpp"
#include "adapters/simulated/dialects/stripe_dialect.hpp"
#include "adapters/simulated/dialects/wechat_v2_dialect.hpp"
#include "adapters/simulated/dialects/wechat_v3_dialect.hpp"
#include "runtime/institutions/simulator.hpp"

#include <algorithm>
#include <stdexcept>

namespace tael {
namespace {

[[noreturn]] void refuse(const config::ChannelConfig& channel, const std::string& key, const std::string& why) {
  throw std::invalid_argument("channels/" + channel.policy.channel + ".yaml: '" + key + "' " + why);
}

PrivateKey private_key(const config::ChannelConfig& channel, const Secret& secret, const std::string& name) {
  const auto key = PrivateKey::from_pem(secret.reveal());
  if (!key) refuse(channel, name, "must lead to an RSA private key, or the institution cannot be simulated");
  return *key;
}

/// Every key of `simulated_key`: the first signs, `POST /control/rotate` moves on to the next.
std::vector<PrivateKey> simulated_keys(const config::ChannelConfig& channel) {
  constexpr std::string_view end = "-----END PRIVATE KEY-----";
  const std::string_view all = channel.simulated_key.reveal();
  std::vector<PrivateKey> keys{private_key(channel, channel.simulated_key, "simulated_key")};
  for (auto at = all.find(end); at != std::string_view::npos; at = all.find(end, at)) {
    at += end.size();
    if (auto next = PrivateKey::from_pem(all.substr(at))) keys.push_back(std::move(*next));
  }
  return keys;
}

/// What the channel's first key is called; a certificate by its serial.
std::string first_key_id(const config::ChannelConfig& channel) {
  if (channel.channel_keys.empty()) return "PUB_KEY_ID_SIMULATED";
  const auto& first = channel.channel_keys.front();
  if (!first.id.empty()) return first.id;
  const auto chain = read_certificates(first.pem.reveal());
  return chain ? chain->front().serial : "PUB_KEY_ID_SIMULATED";
}

std::unique_ptr<Dialect> wechat_v3(const config::ChannelConfig& channel, Dice& dice) {
  WechatV3DialectOptions options;
  options.merchant = channel.merchant;
  options.app = channel.app;
  options.merchant_serial = channel.key_serial;
  options.merchant_key = private_key(channel, channel.key, "key").public_half();
  options.api_v3_key = channel.channel_key.reveal();
  const bool is_certificate =
      !channel.channel_keys.empty() && read_certificates(channel.channel_keys.front().pem.reveal());
  const auto keys = simulated_keys(channel);
  options.platform_keys = {
      {first_key_id(channel), keys.front(), is_certificate ? channel.channel_keys.front().pem.reveal() : ""}};
  for (std::size_t i = 1; i < std::min(keys.size(), channel.channel_keys.size()); ++i)
    options.platform_keys.push_back({channel.channel_keys[i].id, keys[i], ""});
  return make_wechat_v3_dialect(std::move(options), dice);
}

std::unique_ptr<Dialect> alipay(const config::ChannelConfig& channel, Dice& dice) {
  const bool by_certificate = !channel.key_serial.empty();
  return make_alipay_dialect({channel.merchant, channel.app, private_key(channel, channel.key, "key").public_half(),
                              simulated_keys(channel), by_certificate ? first_key_id(channel) : ""},
                             dice);
}

/// Its webhooks go where a dashboard says; here that is the configuration.
std::unique_ptr<Dialect> stripe(const config::ChannelConfig& channel, Dice& dice) {
  StripeDialectOptions options{channel.key.reveal(), channel.channel_key.reveal(), channel.callback_url, {}};
  for (const auto& next : channel.channel_keys) options.next_secrets.push_back(next.pem.reveal());
  return make_stripe_dialect(std::move(options), dice);
}

std::unique_ptr<Dialect> wechat_v2(const config::ChannelConfig& channel, Dice& dice) {
  WechatV2DialectOptions options{channel.merchant, channel.app, channel.key.reveal()};
  for (const auto& next : channel.channel_keys) options.next_keys.push_back(next.pem.reveal());
  return make_wechat_v2_dialect(std::move(options), dice);
}

std::unique_ptr<Dialect> dialect_of(const config::ChannelConfig& channel, Dice& dice) {
  switch (channel.adapter) {
    case config::Adapter::http_json: return nullptr;
    case config::Adapter::wechat_v3: return wechat_v3(channel, dice);
    case config::Adapter::alipay: return alipay(channel, dice);
    case config::Adapter::stripe: return stripe(channel, dice);
    case config::Adapter::wechat_v2: return wechat_v2(channel, dice);
    case config::Adapter::iso8583: refuse(channel, "adapter", "is a bank's host, which has no HTTP");
  }
  return nullptr;
}

class OneRoll final : public Dice {
 public:
  std::uint64_t roll() override { return 4; }
};

}  // namespace

InstitutionOptions institution_of(const config::ChannelConfig& channel) {
  InstitutionOptions options;
  options.channel = channel.policy.channel;
  options.url = channel.url;
  options.merchant = channel.merchant;
  const bool is_house = channel.adapter == config::Adapter::http_json;
  const bool is_wechat = channel.adapter == config::Adapter::wechat_v3 || channel.adapter == config::Adapter::wechat_v2;
  // Other protocols do not tell the bank: it is ours alone.
  for (const auto& [method, banks] : channel.methods)
    options.methods.push_back({method == "qr" && is_wechat ? "native" : method, std::string{usual_voucher(method)},
                               is_house ? banks.banks : std::vector<std::string>{}});
  if (is_house) {
    options.merchant_keys = {{"1", channel.key.reveal()}};
    options.keys = {{"1", channel.channel_key.reveal()}};
    for (const auto& next : channel.channel_keys) options.keys.push_back({next.id, next.pem.reveal()});
    return options;
  }
  OneRoll dice;
  dialect_of(channel, dice);  // What is wrong with its keys is told now, not at the first call.
  options.make_dialect = [channel](Dice& theirs) { return dialect_of(channel, theirs); };
  return options;
}

}  // namespace tael
