#include "runtime/config/check_protocol.hpp"

#include "runtime/config/nearest.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace tael::config {
namespace {

struct Protocol {
  Adapter adapter;
  std::string_view name;
  std::string_view methods;   ///< Parted by blanks; empty: any.
  std::string_view currency;  ///< The only one; empty: any but those below.
  std::size_t merchant_max;
  std::string_view unknown_units{};  ///< Currencies of which nobody has said how the institution counts them.
};
constexpr auto no_end = std::numeric_limits<std::size_t>::max();
constexpr std::size_t card_acceptor_max = 15;  // DE42.
constexpr auto protocols = std::to_array<Protocol>({
    {Adapter::http_json, "http_json", "", "", no_end},
    {Adapter::wechat_v3, "wechat_v3", "native qr jsapi h5 app", "CNY", no_end},
    {Adapter::alipay, "alipay", "qr page code", "CNY", no_end},
    {Adapter::stripe, "stripe", "card saved", "", no_end, "CLF IQD LYD UYI UYW"},
    {Adapter::wechat_v2, "wechat_v2", "native qr jsapi h5 app code", "CNY", no_end},
    {Adapter::iso8583, "iso8583", "", "", card_acceptor_max},
});

const Protocol& protocol_of(Adapter adapter) {
  const auto* row = std::ranges::find(protocols, adapter, &Protocol::adapter);
  return row == protocols.end() ? protocols.front() : *row;
}

std::string quoted(std::string_view word) { return "'" + std::string{word} + "'"; }

void check_methods(Reader& reader, const Yaml& yaml, const Protocol& protocol) {
  const auto offered = methods_of(protocol.adapter);
  const auto* methods = yaml.find("methods");
  if (offered.empty() || methods == nullptr) return;
  for (const auto& method : methods->children)
    if (std::ranges::find(offered, method.key) == offered.end())
      reader.error(method.key_line, "adapter " + quoted(protocol.name) + " has no method " + quoted(shown(method.key)) +
                                        suggestion(method.key, offered));
}

void check_currencies(Reader& reader, const Yaml& yaml, const Protocol& protocol) {
  const auto* currencies = yaml.find("currencies");
  if (currencies == nullptr) return;
  for (const auto& currency : currencies->children)
    if (currency.text.size() == 3 && protocol.unknown_units.find(currency.text) != std::string_view::npos)
      reader.error(currency.line, "'currencies': how adapter " + quoted(protocol.name) + " counts " +
                                      quoted(shown(currency.text)) +
                                      " is not known, so an amount in it could not be sent exactly");
    else if (!protocol.currency.empty() && currency.text != protocol.currency)
      reader.error(currency.line, "'currencies': adapter " + quoted(protocol.name) + " takes " +
                                      std::string{protocol.currency} + " alone, not " + quoted(shown(currency.text)));
}

/// Of a secret that was not followed nothing is said: it is empty, or another stands in for it.
void check_v2_key(Reader& reader, int line, const std::string& key, const Secret& secret) {
  constexpr std::size_t v2_key_length = 32;
  if (secret.empty() || secret.is_stand_in() || secret.reveal().size() == v2_key_length) return;
  reader.error(
      line, quoted(key) + ": what " + secret.reference() + " leads to must have 32 characters, as every APIv2 key has");
}

}  // namespace

std::vector<std::string> methods_of(Adapter adapter) {
  std::vector<std::string> words;
  auto rest = protocol_of(adapter).methods;
  while (!rest.empty()) {
    const auto blank = std::min(rest.find(' '), rest.size());
    words.emplace_back(rest.substr(0, blank));
    rest.remove_prefix(std::min(blank + 1, rest.size()));
  }
  return words;
}

void check_protocol(Reader& reader, const Yaml& yaml, const ChannelConfig& channel) {
  const auto& protocol = protocol_of(channel.adapter);
  if (const auto* host = yaml.find("bank_host"); host != nullptr && channel.adapter != Adapter::iso8583)
    reader.error(host->key_line, "'bank_host' is for 'adapter: iso8583', and says nothing to " + quoted(protocol.name));
  check_methods(reader, yaml, protocol);
  check_currencies(reader, yaml, protocol);
  if (const auto* merchant = yaml.find("merchant");
      merchant != nullptr && channel.merchant.size() > protocol.merchant_max)
    reader.error(merchant->line, "'merchant' must be at most " + std::to_string(protocol.merchant_max) +
                                     " characters (DE42), not " + std::to_string(channel.merchant.size()));
  if (channel.adapter != Adapter::wechat_v2) return;
  if (const auto* key = yaml.find("key")) check_v2_key(reader, key->line, "key", channel.key);
  const auto* further = yaml.find("channel_keys");
  for (std::size_t i = 0; further != nullptr && i < channel.channel_keys.size(); ++i)
    check_v2_key(reader, further->children.at(i).line, "channel_keys", channel.channel_keys[i].pem);
}

}  // namespace tael::config
