#include "runtime/node/bank_hosts.hpp"

#include "adapters/channels/iso8583/iso8583_messages.hpp"
#include "runtime/institutions/bank_host_of.hpp"

#include <stdexcept>

namespace tael {

Iso8583Options iso8583_options_of(const config::ChannelConfig& channel) {
  const auto host = bank_host_of(channel);
  Iso8583Options options;
  for (const auto currency : channel.policy.currencies)
    if (iso8583::numeric_currency(currency).empty())
      throw std::invalid_argument("channels/" + channel.policy.channel + ".yaml: 'currencies' has '" + currency.text() +
                                  "', whose number (DE49) the adapter does not know");
  options.channel = channel.policy.channel;
  options.dialect = host.dialect;
  options.mac = host.mac;
  options.further_macs = host.further_macs;
  options.merchant = channel.merchant;
  options.terminals = channel.bank_host.terminals;
  options.constants = host.fields;
  options.header = host.header;
  options.when_silent = channel.bank_host.inquires ? WhenSilent::inquire : WhenSilent::reverse;
  options.inquiry_code = channel.bank_host.inquiry_code;
  options.utc_offset = channel.bank_host.utc_offset;
  options.shared_ledger = channel.bank_host.shared_ledger;
  return options;
}

BankHosts::BankHosts(const config::Config& config, Clock& clock, Dice& dice, Log& log) {
  for (const auto& [code, channel] : config.channels) {
    if (channel.adapter != config::Adapter::iso8583) continue;
    PoolOptions options;
    for (const auto& machine : bank_host_of(channel).machines)
      options.machines.push_back({machine.address, std::to_string(machine.port)});
    options.connections = channel.bank_host.connections;
    options.in_flight_max = channel.bank_host.in_flight_max;
    options.connect_deadline = channel.connect_deadline;
    options.echo_every = channel.bank_host.echo_every;
    options.on_change = [&log, name = code](const std::string& machine, bool up, const std::string& why) {
      log.line(up ? Level::info : Level::warning, up ? "front_machine_up" : "front_machine_down",
               {{"channel", name}, {"machine", machine}, {"why", why}});
    };
    auto protocol = iso8583_protocol(iso8583_options_of(channel), clock, channel.bank_host.signs_on);
    pools_[code] = std::make_unique<FramePool>(std::move(options), std::move(protocol), dice);
  }
}

FrameClient* BankHosts::find(const std::string& channel) const {
  const auto found = pools_.find(channel);
  return found == pools_.end() ? nullptr : found->second.get();
}

}  // namespace tael
