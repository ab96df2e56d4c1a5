#include "runtime/node/callback_rounds.hpp"

namespace tael {

std::vector<std::string> channels_that_call_back(const config::Config& config) {
  std::vector<std::string> channels;
  for (const auto& [code, channel] : config.channels)
    if (channel.adapter != config::Adapter::iso8583) channels.push_back(code);
  return channels;
}

AlertRound callback_round_of(const std::shared_ptr<CallbackWatch>& callbacks) {
  return {.kind = std::string{callbacks_missing_rule},
          .every = 1min,
          .look = [callbacks](TimePoint now) { return callbacks->look(now); },
          .sees = [callbacks](const std::string& channel) { return callbacks->calls_back(channel); }};
}

}  // namespace tael
