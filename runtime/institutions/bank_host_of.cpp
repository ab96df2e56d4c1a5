#include "runtime/institutions/bank_host_of.hpp"

#include "adapters/encoding/hex.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>

namespace tael {

namespace {

[[noreturn]] void refuse(const config::ChannelConfig& channel, const std::string& key, const std::string& why) {
  throw std::invalid_argument("channels/" + channel.policy.channel + ".yaml: '" + key + "' " + why);
}

template <class T>
std::optional<T> whole(std::string_view text) {
  T value{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

iso8583::MacAlgorithm algorithm_of(config::BankMac mac) {
  switch (mac) {
    case config::BankMac::x99: return iso8583::MacAlgorithm::x99;
    case config::BankMac::x919: return iso8583::MacAlgorithm::x919;
    case config::BankMac::unionpay_ecb: return iso8583::MacAlgorithm::unionpay_ecb;
    case config::BankMac::aes_cmac: return iso8583::MacAlgorithm::aes_cmac;
  }
  return iso8583::MacAlgorithm::x919;
}

const iso8583::Dialect* dialect_of(config::BankDialect dialect) {
  switch (dialect) {
    case config::BankDialect::ascii87: return &iso8583::ascii87;
    case config::BankDialect::cup_bcd: return &iso8583::cup_bcd;
  }
  return &iso8583::ascii87;
}

ListenUrl machine_of(const config::ChannelConfig& channel, const std::string& text) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : whole<std::uint16_t>(text.substr(colon + 1));
  if (!port || *port == 0 || colon == 0)
    refuse(channel, "bank_host.machines", "must be 'host:port' each, which '" + text + "' is not");
  return {text.substr(0, colon), *port};
}

void add_field(const config::ChannelConfig& channel, BankHost& host, const std::string& text) {
  const auto equals = text.find('=');
  const auto de = equals == std::string::npos ? std::nullopt : whole<int>(text.substr(0, equals));
  if (!de || find_field(*host.dialect, *de) == nullptr)
    refuse(channel, "bank_host.fields", "must be 'DE=value' of the dialect each, which '" + text + "' is not");
  host.fields[*de] = text.substr(equals + 1);
  iso8583::Message probe{host.header, "0200", {{*de, host.fields[*de]}}};
  if (const auto why = encode(probe, *host.dialect).error; !why.empty())
    refuse(channel, "bank_host.fields", "has '" + text + "', which is wrong: " + why);
}

}  // namespace

BankHost bank_host_of(const config::ChannelConfig& channel) {
  BankHost host;
  const auto& config = channel.bank_host;
  host.dialect = dialect_of(config.dialect);
  host.mac = {algorithm_of(config.mac), from_hex(channel.key.reveal())};
  if (!suits(host.mac)) refuse(channel, "key", "must be hex of the length that 'bank_host.mac' wants");
  for (const auto& further : channel.channel_keys) {
    host.further_macs.push_back({host.mac.algorithm, from_hex(further.pem.reveal())});
    if (!suits(host.further_macs.back()))
      refuse(channel, "channel_keys", "must be hex of the length that 'bank_host.mac' wants");
  }
  host.header = from_hex(config.header);
  if (host.header.size() != static_cast<std::size_t>(host.dialect->header_bytes))
    refuse(channel, "bank_host.header", "must have " + std::to_string(2 * host.dialect->header_bytes) + " hex digits");
  for (const auto& machine : config.machines) host.machines.push_back(machine_of(channel, machine));
  for (const auto& field : config.fields) add_field(channel, host, field);
  return host;
}

}  // namespace tael
