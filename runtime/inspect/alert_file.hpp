// Alerts as the store has them, for the admin API, the console and the command line.
#pragma once

#include "adapters/postgres/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// Open means unresolved, acknowledged or not.
enum class AlertState { any, open, acknowledged, resolved };
/// Empty text is any.
std::optional<AlertState> parse_alert_state(std::string_view text);

/// An alert's id is a number from 1.
std::optional<std::int64_t> parse_alert_id(std::string_view text);

/// `[{id, shard, kind, ref, severity, state, message, owner, count, first_seen, last_seen, ...}]`: those that wait for
/// somebody first, then the newest.
std::string alert_rows(postgres::Snapshot& snapshot, AlertState state, std::int64_t limit);

/// One of these, with `messages`: who was told of it, when, and what came of it; and `quarantined`: the message that it
/// keeps from an adapter, if it does. Empty when there is no such alert.
std::string alert_file(postgres::Snapshot& snapshot, std::int64_t id);

}  // namespace tael
