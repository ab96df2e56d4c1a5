// From a channel's configuration to its adapter: the one place that knows every protocol. Whoever adds one adds a case.
#pragma once

#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/frame_client.hpp"
#include "actors/ports/trace_book.hpp"
#include "runtime/config/channel.hpp"
#include "runtime/node/running_keys.hpp"

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
  RunningKeys* running_keys = nullptr;  ///< Told of the keys of adapters that download some; null: nobody asks.
};

/// Throws std::invalid_argument, naming the channel and the key, when a key or a row of codes cannot be read.
std::unique_ptr<Channel> make_channel_adapter(const config::ChannelConfig& channel, const std::string& public_url,
                                              const AdapterPeers& peers);

struct KnownCertificate {
  std::string name;  ///< `our certificate 1A2B`, `the channel's certificate 3C4D`
  TimePoint not_after{};
};
/// Of the channel's files, but for the channel's own where its adapter downloads them (`RunningKeys` has those). Throws
/// as above.
std::vector<KnownCertificate> certificates_of(const config::ChannelConfig& channel);

}  // namespace tael
