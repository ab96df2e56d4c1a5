// WeChat Pay v2: XML, signed both ways with a shared key (HMAC-SHA256, or MD5), a client certificate for refunds and
// reversals. Still the way to take a payer's bar code. The protocol's page is README.md beside it.
#pragma once

#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/http_client.hpp"
#include "adapters/channels/access/status_map.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

struct WechatV2Options {
  std::string channel;                                    ///< Its name, for exchanges.
  std::string base_url;                                   ///< Without a slash at its end.
  std::string merchant;                                   ///< mch_id
  std::string app;                                        ///< appid
  std::string key;                                        ///< The API key, 32 characters.
  bool sign_with_md5 = false;                             ///< Otherwise HMAC-SHA256, and MD5 is not believed.
  std::shared_ptr<const std::string> client_certificate;  ///< PEM; without it nothing is refunded or reversed.
  std::string callback_url;                               ///< Absolute, without a query.
  Duration connect_deadline{2'000};
  std::vector<std::string> further_keys;  ///< While `key` is changed: what they sign or seal with these holds too.
  StatusMap codes;                        ///< An operator's rows, before ours.
};

/// Client, clock and dice outlive the channel and every call of it.
std::unique_ptr<Channel> make_wechat_v2_channel(WechatV2Options options, HttpClient& client, Clock& clock, Dice& dice);

}  // namespace tael
