#include "runtime/config/check_bank_host.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <string>

namespace tael::config {
namespace {

int line_of(const Yaml& yaml, std::string_view key) {
  const auto* child = yaml.find(key);
  return child == nullptr ? yaml.line : child->line;
}

/// Of the n-th entry of a list, wherever it stands.
int line_of(const Yaml& yaml, std::string_view key, std::size_t entry) {
  const auto* list = yaml.find(key);
  return list != nullptr && entry < list->children.size() ? list->children[entry].line : line_of(yaml, key);
}

std::optional<int> number_in(std::string_view text) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

bool is_machine(std::string_view text) {
  constexpr int port_max = 65'535;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto port = number_in(text.substr(colon + 1));
  return port && *port >= 1 && *port <= port_max;
}

/// `25` of `25=00`.
std::optional<int> data_element_of(std::string_view text) {
  constexpr int data_element_max = 128;
  const auto equals = text.find('=');
  const auto de = equals == std::string_view::npos ? std::nullopt : number_in(text.substr(0, equals));
  return de && *de >= 2 && *de <= data_element_max && equals + 1 < text.size() ? de : std::nullopt;
}

/// What a message says of itself; the rows of one dialect stand beside those of both.
constexpr auto own_fields = std::to_array<int>({3, 4, 11, 37, 39, 41, 42, 49, 64, 128});
constexpr auto own_fields_of_ascii87 = std::to_array<int>({7, 12, 13, 70, 90});
constexpr auto own_fields_of_cup_bcd = std::to_array<int>({60, 61});

bool is_own(int de, BankDialect dialect) {
  const auto in = [de](const auto& fields) { return std::ranges::find(fields, de) != fields.end(); };
  return in(own_fields) || (dialect == BankDialect::ascii87 ? in(own_fields_of_ascii87) : in(own_fields_of_cup_bcd));
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

struct MacRow {
  BankMac mac;
  std::string_view name;
  std::size_t digits, or_digits;
};
constexpr auto macs = std::to_array<MacRow>({{BankMac::x99, "x99", 16, 16},
                                             {BankMac::x919, "x919", 32, 32},
                                             {BankMac::unionpay_ecb, "unionpay_ecb", 16, 32},
                                             {BankMac::aes_cmac, "aes_cmac", 32, 32}});

/// Of a secret that was not followed nothing is said: it is empty, or another stands in for it.
void check_key(Reader& reader, const Yaml& yaml, const ChannelConfig& channel, const std::string& key,
               const Secret& secret) {
  const auto& digits = secret.reveal();
  const auto* row = std::ranges::find(macs, channel.bank_host.mac, &MacRow::mac);
  const bool fits = is_hex(digits) && (digits.size() == row->digits || digits.size() == row->or_digits);
  if (digits.empty() || secret.is_stand_in() || fits) return;
  auto wanted = std::to_string(row->digits);
  if (row->or_digits != row->digits) wanted += " or " + std::to_string(row->or_digits);
  reader.error(line_of(yaml, key), "'" + key + "': what " + secret.reference() + " leads to must be " + wanted +
                                       " hex digits, which 'bank_host.mac: " + std::string{row->name} + "' wants");
}

void check_header(Reader& reader, const Yaml& host, const BankHostConfig& config) {
  constexpr std::size_t cup_bcd_digits = 22;
  const bool good = config.header.size() == cup_bcd_digits && is_hex(config.header);
  if (config.dialect == BankDialect::cup_bcd && !good)
    reader.error(line_of(host, "header"),
                 "'bank_host.header' must be 22 hex digits, TPDU and message header, with 'dialect: cup_bcd'");
  if (config.dialect == BankDialect::ascii87 && !config.header.empty())
    reader.error(line_of(host, "header"),
                 "'bank_host.header' must be left out with 'dialect: ascii87', which has none");
}

void check_fields(Reader& reader, const Yaml& host, const BankHostConfig& config) {
  std::set<int> seen;
  for (std::size_t i = 0; i < config.fields.size(); ++i) {
    const auto de = data_element_of(config.fields[i]);
    const auto refuse = [&](const std::string& why) {
      reader.error(line_of(host, "fields", i), "'bank_host.fields' " + why);
    };
    if (!de)
      refuse("must be 'DE=value' each, as '25=00', which '" + shown(config.fields[i]) + "' is not");
    else if (is_own(*de, config.dialect))
      refuse("cannot have DE" + std::to_string(*de) + ": each message fills it in by itself");
    else if (!seen.insert(*de).second)
      refuse("has DE" + std::to_string(*de) + " twice");
  }
}

}  // namespace

void check_bank_host(Reader& reader, const Yaml& yaml, const ChannelConfig& channel) {
  const auto* host = yaml.find("bank_host");
  if (channel.adapter != Adapter::iso8583 || host == nullptr) return;
  const auto& config = channel.bank_host;
  for (std::size_t i = 0; i < config.machines.size(); ++i)
    if (!is_machine(config.machines[i]))
      reader.error(line_of(*host, "machines", i),
                   "'bank_host.machines' must be 'host:port' each, port 1 to 65535, which '" +
                       shown(config.machines[i]) + "' is not");
  check_fields(reader, *host, config);
  if (config.inquiry_code.size() != 6 || !number_in(config.inquiry_code))
    reader.error(line_of(*host, "inquiry_code"), "'bank_host.inquiry_code' must be six digits (DE3)");
  check_header(reader, *host, config);
  check_key(reader, yaml, channel, "key", channel.key);
  for (const auto& further : channel.channel_keys) check_key(reader, yaml, channel, "channel_keys", further.pem);
}

}  // namespace tael::config
