// A bank host's configuration as both of its ends want it: dialect, key and machines.
#pragma once

#include "adapters/iso8583/mac.hpp"
#include "runtime/config/channel.hpp"
#include "runtime/institutions/listen_url.hpp"

#include <map>
#include <vector>

namespace tael {

struct BankHost {
  const iso8583::Dialect* dialect = &iso8583::ascii87;
  iso8583::MacKey mac;
  std::vector<iso8583::MacKey> further_macs;  ///< While `mac` is changed.
  std::vector<ListenUrl> machines;
  std::map<int, std::string> fields;
  std::string header;  ///< Bytes.
};

/// Throws std::invalid_argument, naming the channel and the key, for what cannot be.
BankHost bank_host_of(const config::ChannelConfig& channel);

}  // namespace tael
