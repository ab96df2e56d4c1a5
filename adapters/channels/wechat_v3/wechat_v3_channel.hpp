// WeChat Pay API v3: JSON over HTTPS, signed both ways with RSA, notifications sealed with AES-256-GCM. The protocol's
// page is README.md beside it; its words are rows of wechat_v3.codes.
#pragma once

#include "actors/ports/bill_source.hpp"
#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/http_client.hpp"
#include "adapters/channels/access/key_store.hpp"
#include "adapters/channels/access/status_map.hpp"

#include <memory>
#include <string>

namespace tael {

struct WechatV3Options {
  std::string channel;     ///< Its name, for exchanges.
  std::string base_url;    ///< Without a slash at its end.
  std::string merchant;    ///< mchid
  std::string app;         ///< appid
  std::string serial;      ///< Of our merchant certificate, hex.
  PrivateKey key;          ///< Of our merchant certificate.
  std::string api_v3_key;  ///< 32 characters; opens notifications and platform certificates.
  std::shared_ptr<VerifyKeys>
      platform_keys;                    ///< By PUB_KEY_ID_... or certificate serial; more than one while they change.
  bool download_certificates = false;   ///< Certificate mode: fetch them at the first call and every 12 hours.
  std::string callback_url;             ///< Absolute, without a query.
  std::string transfer_scene = "1000";  ///< transfer_scene_id of transfers to balance.
  Duration connect_deadline{2'000};
  StatusMap codes;  ///< An operator's rows, before ours.
};

/// Client, clock and dice outlive the channel and every call of it.
std::unique_ptr<Channel> make_wechat_v3_channel(WechatV3Options options, HttpClient& client, Clock& clock, Dice& dice);

/// The daily bills: kind `trade` or `fund_flow`.
std::unique_ptr<BillSource> make_wechat_v3_bills(WechatV3Options options, HttpClient& client, Clock& clock, Dice& dice);

}  // namespace tael
