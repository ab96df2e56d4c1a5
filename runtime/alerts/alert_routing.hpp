// Whose an alert is, and by which ways its owner is told: from configuration.
#pragma once

#include "actors/alerts_actor.hpp"
#include "runtime/config/config.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tael {

/// A notice nobody takes is its business's trouble; everything else is its channel's. Without either: `alerts.owner`.
std::function<std::string(const Alert&)> alert_owners_of(const config::Config& config);

/// The configured ways. The client outlives them; they outlive the actors.
std::vector<std::unique_ptr<AlertSender>> alert_ways_of(const config::Config& config, HttpClient& client);

}  // namespace tael
