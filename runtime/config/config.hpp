// A folder of configuration, read and checked as a whole: either all of it is good, or every wrong in
// every file is told at once. Nobody gets half a configuration.
#pragma once

#include "runtime/config/business.hpp"
#include "runtime/config/channel.hpp"
#include "runtime/config/error.hpp"
#include "runtime/config/node.hpp"
#include "runtime/config/reader.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tael::config {

struct Config {
  NodeConfig node;
  std::map<std::string, ChannelConfig> channels;     ///< By code.
  std::map<std::string, BusinessConfig> businesses;  ///< By code.
  ChartOfAccounts accounts;
  friend bool operator==(const Config&, const Config&) = default;
};

struct Loaded {
  std::optional<Config> config;  ///< Nothing when there are errors.
  std::vector<Error> errors;     ///< Sorted by file and line.
};

/// Reads `node.yaml`, `accounts.yaml`, `channels/*.yaml` and `businesses/*.yaml`. Secrets are resolved.
Loaded load_folder(const std::string& folder, const Environment& environment = process_environment());

struct LoadedChannel {
  std::optional<ChannelConfig> channel;
  std::vector<Error> errors;
};

/// One channel of a folder, enabled or not, without its secrets: those are not read.
LoadedChannel load_channel(const std::string& folder, const std::string& name);

/// Every setting in force, defaults included, as `channels/aurora.yaml: deadline` = `8s`. Secrets show
/// as their references.
std::vector<std::pair<std::string, std::string>> settings_of(const Config& config);

}  // namespace tael::config
