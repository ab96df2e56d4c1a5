#include "runtime/certify/subject_of.hpp"

#include "adapters/crypto/keys.hpp"
#include "adapters/encoding/hex.hpp"
#include "runtime/certify/facts_of.hpp"
#include "runtime/institutions/bank_host_of.hpp"
#include "runtime/institutions/institution_of.hpp"
#include "runtime/institutions/simulator.hpp"
#include "runtime/node/bank_hosts.hpp"
#include "runtime/node/channel_adapters.hpp"
#include "runtime/wall/system_dice.hpp"

#include <algorithm>
#include <utility>

namespace tael::certify {

namespace {

/// Half of it is given back in some cases, and no protocol has a limit near it.
constexpr std::int64_t amount = 50'000;

/// What any protocol may want to know of a payer; each takes what it knows.
constexpr const char* anybody = R"({"openid":"oRehearsal","auth_code":"120061098828009406","client_ip":"127.0.0.1",)"
                                R"("payment_method":"pm_1","customer":"cus_1"})";

/// Random words, in hex.
std::string random_hex(std::size_t digits) {
  SystemDice dice;
  std::string bytes;
  while (bytes.size() * 2 < digits)
    for (auto bits = dice.roll(); bits != 0 && bytes.size() * 2 < digits; bits >>= 8) bytes += static_cast<char>(bits);
  return to_hex(bytes).substr(0, digits);
}

Secret secret(std::string value) { return Secret{std::move(value), "(made for the rehearsal)"}; }

struct KeyPair {
  PrivateKey key = PrivateKey::generate();
  config::ChannelKeyConfig published(const std::string& id) const { return {id, secret(key.public_half().to_pem())}; }
};

std::size_t mac_digits(config::BankMac mac) { return mac == config::BankMac::x99 ? 16 : 32; }

void sign_with_rsa(config::ChannelConfig& channel) {
  const KeyPair ours, theirs, next;
  channel.key = secret(ours.key.to_pem());
  channel.channel_keys = {theirs.published("PUB_KEY_ID_1"), next.published("PUB_KEY_ID_2")};
  channel.simulated_key = secret(theirs.key.to_pem() + next.key.to_pem());
  channel.channel_key = secret(random_hex(32));
}

void sign_with_secrets(config::ChannelConfig& channel) {
  channel.key = secret(random_hex(32));
  channel.channel_key = secret(random_hex(32));
  channel.channel_keys = {{"2", secret(random_hex(32))}};
}

/// Keys of the kind that the adapter wants.
void make_keys(config::ChannelConfig& channel) {
  using config::Adapter;
  channel.download_certificates = false;
  channel.client_certificate = {};
  switch (channel.adapter) {
    case Adapter::wechat_v3: return sign_with_rsa(channel);
    case Adapter::alipay: channel.key_serial.clear(); return sign_with_rsa(channel);
    case Adapter::iso8583:
      channel.key = secret(random_hex(mac_digits(channel.bank_host.mac)));
      channel.channel_keys = {{"2", secret(random_hex(mac_digits(channel.bank_host.mac)))}};
      return;
    case Adapter::http_json:
    case Adapter::stripe:
    case Adapter::wechat_v2: return sign_with_secrets(channel);
  }
}

/// A method that waits for a payer, if there is one: more can go wrong with it.
std::string method_of(const config::ChannelConfig& channel) {
  for (const auto& [method, banks] : channel.methods)
    if (const auto voucher = usual_voucher(method); voucher == "qr" || voucher == "params") return method;
  return channel.methods.empty() ? std::string{} : channel.methods.begin()->first;
}

ChannelRequest sample_of(const config::ChannelConfig& channel) {
  ChannelRequest sample;
  sample.method = method_of(channel);
  const auto banks = channel.methods.find(sample.method);
  if (banks != channel.methods.end() && !banks->second.banks.empty()) sample.bank = banks->second.banks.front();
  sample.amount = {amount, channel.policy.currencies.empty() ? cny : channel.policy.currencies.front()};
  sample.subject = "Buns & tea";
  sample.payer = anybody;
  return sample;
}

std::vector<std::string> secrets_of(const config::ChannelConfig& channel) {
  std::vector<std::string> secrets{channel.key.reveal()};
  if (!channel.channel_key.empty()) secrets.push_back(channel.channel_key.reveal());
  return secrets;
}

}  // namespace

Subject subject_of(const config::ChannelConfig& channel) {
  auto rehearsed = channel;
  make_keys(rehearsed);
  rehearsed.url = "http://127.0.0.1:0";

  Subject subject;
  subject.channel = channel.policy.channel;
  subject.facts = facts_of(channel.adapter);
  subject.sample = sample_of(rehearsed);
  subject.currencies = channel.policy.currencies;
  subject.secrets = secrets_of(rehearsed);
  if (channel.adapter == config::Adapter::iso8583) {
    rehearsed.bank_host.machines = {"127.0.0.1:1", "127.0.0.1:2"};  // Wherever they are, the pool knows.
    const auto host = bank_host_of(rehearsed);
    subject.facts.asks_about_payments = rehearsed.bank_host.inquires;
    subject.fronts = BankFronts{
        {host.dialect, host.mac, rehearsed.bank_host.inquiry_code, host.further_macs, rehearsed.bank_host.utc_offset},
        {{"127.0.0.1", 0}, {"127.0.0.1", 0}}};
    subject.make_protocol = [rehearsed](Clock& clock) {
      return iso8583_protocol(iso8583_options_of(rehearsed), clock, rehearsed.bank_host.signs_on);
    };
  }
  subject.make_institution = [rehearsed](const std::string& callback_url) {
    auto known = rehearsed;
    known.callback_url = callback_url;
    return institution_of(known);
  };
  subject.make_channel = [rehearsed](const Surroundings& around) {
    auto known = rehearsed;
    known.url = around.base_url;
    known.callback_url = around.callback_url;
    return make_channel_adapter(known, around.base_url,
                                {around.client, around.clock, around.dice, around.frames, around.traces});
  };
  return subject;
}

}  // namespace tael::certify
