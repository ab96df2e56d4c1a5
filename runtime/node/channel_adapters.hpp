// From a channel's configuration to its adapter: the one place that knows every protocol. Whoever adds one adds a case.
#pragma once

#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/frame_client.hpp"
#include "actors/ports/trace_book.hpp"
#include "runtime/config/channel.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

/// They outlive every adapter.
struct AdapterPeers {
  HttpClient& client;
  Clock& clock;
  Dice& dice;
  FrameClient* frames = nullptr;  ///< To this channel's host; null where there are no hosts.
  TraceBook* traces = nullptr;
};

/// Throws std::invalid_argument, naming the channel and the key, when a key or a row of codes cannot be read.
std::unique_ptr<Channel> make_channel_adapter(const config::ChannelConfig& channel, const std::string& public_url,
                                              const AdapterPeers& peers);

/// One sentence for each certificate of the channel that ends within a month, or has ended.
std::vector<std::string> ending_certificates(const config::ChannelConfig& channel, TimePoint now);

}  // namespace tael
