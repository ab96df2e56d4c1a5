#include "runtime/watch/callback_watch.hpp"

#include "actors/domain/ids.hpp"

namespace tael {

CallbackWatch::CallbackWatch(const std::vector<std::string>& channels) {
  for (const auto& channel : channels) channels_[channel] = {};
}

void CallbackWatch::heard(const std::string& channel) {
  const std::lock_guard lock{mutex_};
  if (const auto found = channels_.find(channel); found != channels_.end()) found->second = {0, true};
}

void CallbackWatch::found_by_inquiry(const std::string& channel) {
  const std::lock_guard lock{mutex_};
  if (const auto found = channels_.find(channel); found != channels_.end()) found->second.missed += 1;
}

std::vector<Alert> CallbackWatch::look(TimePoint now) const {
  const std::lock_guard lock{mutex_};
  std::vector<Alert> alerts;
  for (const auto& [channel, seen] : channels_) {
    if (seen.missed < payments_without_callback_max) continue;
    auto& alert = alerts.emplace_back();
    alert.shard = shard_for("callbacks", channel);
    alert.kind = callbacks_missing_rule;
    alert.ref = channel;
    alert.severity = Severity::warning;
    alert.message =
        "The last " + std::to_string(seen.missed) + " payments through " + channel +
        " were all found by inquiry: its institution does not call back, and payers wait. Look at "
        "'callback_url' and 'public_url', at what the institution has been told, and at the proxy before us.";
    alert.channel = channel;
    alert.at = now;
  }
  return alerts;
}

bool CallbackWatch::calls_back(const std::string& channel) const {
  const std::lock_guard lock{mutex_};
  const auto found = channels_.find(channel);
  return found != channels_.end() && found->second.heard && found->second.missed < payments_without_callback_max;
}

}  // namespace tael
