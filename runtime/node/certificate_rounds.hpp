// Certificates of channels that end soon, as alerts.
#pragma once

#include "actors/alert_rounds_actor.hpp"
#include "runtime/config/config.hpp"
#include "runtime/node/channel_adapters.hpp"

#include <map>
#include <string>
#include <vector>

namespace tael {

/// What is wrong with these at `now`: one alert for each that has come within one of `days` of its end, named by the
/// nearest of them, so that each step nearer is an alert of its own.
std::vector<Alert> certificate_alerts(const std::map<std::string, std::vector<KnownCertificate>>& by_channel,
                                      const std::vector<int>& days, TimePoint now);

/// `running` outlives the round; without it only files are looked at.
AlertRound certificate_round_of(const config::Config& config, const RunningKeys* running = nullptr);

}  // namespace tael
