// Stripe: forms in, JSON out, webhooks signed with HMAC. Answers are not signed: TLS alone vouches for them, so the
// address must be https. The protocol's page is README.md beside it; its words are rows of stripe.codes.
#pragma once

#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/http_client.hpp"
#include "adapters/channels/access/status_map.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

struct StripeOptions {
  std::string channel;                       ///< Its name, for exchanges.
  std::string base_url;                      ///< Without a slash at its end.
  std::string merchant;                      ///< acct_...; callbacks of another account are refused.
  std::string key;                           ///< sk_...
  std::vector<std::string> webhook_secrets;  ///< whsec_...; two while one is rolled.
  std::string version;                       ///< Stripe-Version.
  Duration connect_deadline{2'000};
  StatusMap codes;  ///< An operator's rows, before ours.
};

inline constexpr auto stripe_version = "2026-10-28.endive";

/// Client and clock outlive the channel and every call of it.
std::unique_ptr<Channel> make_stripe_channel(StripeOptions options, HttpClient& client, Clock& clock);

}  // namespace tael
