// The house protocol: JSON over HTTP, HMAC-SHA256 in headers both ways (README.md beside it).
// The simulated institutions speak it; a real one that does needs nothing but its options.
#pragma once

#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/http_client.hpp"
#include "adapters/channels/access/key_store.hpp"
#include "adapters/channels/access/status_map.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

struct HttpJsonOptions {
  std::string channel;                   ///< Its name, for exchanges.
  std::string base_url;                  ///< Without a slash at its end.
  std::string merchant;                  ///< Who we are there.
  ChannelKey key;                        ///< Signs what we send.
  std::vector<ChannelKey> channel_keys;  ///< Verify what the institution signed; two during a rotation.
  std::string callback_url;              ///< Absolute; where the institution tells us.
  Duration connect_deadline{2'000};
  StatusMap codes{};  ///< An operator's rows, before ours.
};

/// Client, clock and dice outlive the channel and every call of it.
std::unique_ptr<Channel> make_http_json_channel(HttpJsonOptions options, HttpClient& client, Clock& clock, Dice& dice);

}  // namespace tael
