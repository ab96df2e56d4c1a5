// From an operator's configuration to the values actors and adapters are given.
#pragma once

#include "actors/ports/channel.hpp"
#include "adapters/http/client.hpp"
#include "runtime/api/business_settings.hpp"
#include "runtime/cashier/cashier_settings.hpp"
#include "runtime/config/config.hpp"
#include "runtime/node/actors_of.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tael {

using MakeAdapter = std::function<std::unique_ptr<Channel>(const config::ChannelConfig&)>;

ActorsSettings actors_settings_of(const config::Config& config, const MakeAdapter& make_adapter);

/// Secrets that sign notices, by business: the current one first.
std::function<std::vector<std::string>(std::string_view)> notice_secrets_of(const config::Config& config);

/// All that no log may ever show.
std::vector<std::string> secrets_of(const config::Config& config);

/// Of the threads that run the actors.
caf::actor_system_config& caf_settings();

/// For whoever calls outside. Without `destinations` whoever the configuration names is called.
ClientOptions way_out_of(const config::ProxyConfig& proxy, std::shared_ptr<const Destinations> destinations = {});

/// Without `destinations` notices may go anywhere.
FindBusiness find_business_of(const config::Config& config,
                              const std::shared_ptr<const Destinations>& destinations = {});

FindCashierBusiness find_cashier_business_of(const config::Config& config);

}  // namespace tael
