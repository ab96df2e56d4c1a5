// The round that looks whether channels still call back.
#pragma once

#include "actors/alert_rounds_actor.hpp"
#include "runtime/config/config.hpp"
#include "runtime/watch/callback_watch.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

/// Those whose protocol has callbacks: a bank's host has none.
std::vector<std::string> channels_that_call_back(const config::Config& config);

/// Looks every minute.
AlertRound callback_round_of(const std::shared_ptr<CallbackWatch>& callbacks);

}  // namespace tael
