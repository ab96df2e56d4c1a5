// Alipay's OpenAPI gateway: signed forms in, JSON out whose inner object is signed byte for byte, forms as
// notifications. The protocol's page is README.md beside it; its words are rows of alipay.codes.
#pragma once

#include "actors/ports/bill_source.hpp"
#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/http_client.hpp"
#include "adapters/channels/access/key_store.hpp"
#include "adapters/channels/access/status_map.hpp"

#include <memory>
#include <string>

namespace tael {

struct AlipayOptions {
  std::string channel;                      ///< Its name, for exchanges.
  std::string base_url;                     ///< The gateway's; `/gateway.do` comes behind it.
  std::string merchant;                     ///< seller_id
  std::string app;                          ///< app_id
  PrivateKey key;                           ///< Of our application.
  std::shared_ptr<VerifyKeys> alipay_keys;  ///< In certificate mode by alipay_cert_sn.
  std::string app_cert_sn, alipay_root_sn;  ///< Certificate mode: sent with every call.
  std::string callback_url;
  std::string return_url;  ///< Where the payer comes back to; the order's id follows.
  Duration connect_deadline{2'000};
  StatusMap codes;  ///< An operator's rows, before ours.
};

/// Client and clock outlive the channel and every call of it.
std::unique_ptr<Channel> make_alipay_channel(AlipayOptions options, HttpClient& client, Clock& clock);

/// The daily bill: kind `trade` or `signcustomer`.
std::unique_ptr<BillSource> make_alipay_bills(AlipayOptions options, HttpClient& client, Clock& clock);

}  // namespace tael
