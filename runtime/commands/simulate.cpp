// `tael simulate ...`: the outside world as processes of its own, filled from the same configuration.
#include "adapters/http/client.hpp"
#include "runtime/commands/commands.hpp"
#include "runtime/config/config.hpp"
#include "runtime/institutions/bank_host_of.hpp"
#include "runtime/institutions/institution_of.hpp"
#include "runtime/institutions/simulator.hpp"
#include "runtime/receiver/receiver.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <iostream>
#include <stdexcept>

namespace tael::commands {
namespace {

std::optional<config::Config> load(const std::string& folder) {
  auto loaded = config::load_folder(folder);
  for (const auto& error : loaded.errors) std::cerr << to_text(error) << "\n";
  return loaded.config;
}

}  // namespace

int simulate_channels(const std::string& folder, int control_port) {
  const auto config = load(folder);
  if (!config) return 2;
  SimulatorOptions options;
  options.control_port = static_cast<std::uint16_t>(control_port);
  try {
    for (const auto& [code, channel] : config->channels) {
      if (channel.adapter != config::Adapter::iso8583) {
        options.institutions.push_back(institution_of(channel));
        continue;
      }
      const auto host = bank_host_of(channel);
      options.banks.push_back(
          {bank_behind_front(code),
           {{host.dialect, host.mac, channel.bank_host.inquiry_code, host.further_macs, channel.bank_host.utc_offset},
            host.machines}});
    }
  } catch (const std::invalid_argument& why) {
    std::cerr << "tael: " << why.what() << "\n";
    return 2;
  }
  CurlClient client;
  WallClock clock;
  SystemDice dice;
  return tael::simulate_channels(std::move(options), {client, clock, dice}, std::cout, std::cerr);
}

int simulate_business(const std::string& folder, const std::string& business, int port) {
  const auto config = load(folder);
  if (!config) return 2;
  const auto found = config->businesses.find(business);
  if (found == config->businesses.end()) {
    std::cerr << "tael: there is no business '" << business << "' in " << folder << "\n";
    return 2;
  }
  ReceiverOptions options;
  options.port = static_cast<std::uint16_t>(port);
  options.secrets = {found->second.notice.secret.reveal()};
  options.json = true;
  return tael::simulate_business(options);
}

}  // namespace tael::commands
