// The pools to banks' hosts, one a channel: they outlive their adapters, so an adapter that is restarted finds its
// connections up.
#pragma once

#include "actors/ports/dice.hpp"
#include "actors/ports/log.hpp"
#include "adapters/channels/iso8583/iso8583_channel.hpp"
#include "adapters/framed_tcp/pool.hpp"
#include "runtime/config/config.hpp"

#include <map>
#include <memory>
#include <string>

namespace tael {

/// Throws std::invalid_argument, naming the channel and the key.
Iso8583Options iso8583_options_of(const config::ChannelConfig& channel);

class BankHosts {
 public:
  /// Dials the hosts of every channel that has one. They outlive this. Throws std::invalid_argument.
  BankHosts(const config::Config& config, Clock& clock, Dice& dice, Log& log);
  /// Null for a channel without a host.
  FrameClient* find(const std::string& channel) const;

 private:
  std::map<std::string, std::unique_ptr<FramePool>> pools_;
};

}  // namespace tael
