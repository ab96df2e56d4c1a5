#include "runtime/node/certificate_rounds.hpp"

#include "actors/domain/ids.hpp"

#include <algorithm>
#include <optional>

namespace tael {
namespace {

constexpr const char* kind = "certificate_ends";
constexpr std::string_view downloaded = "the channel's newest certificate ";
constexpr Duration day = 24h;
constexpr int critical_days = 7;

/// The nearest of the steps it has come within; nothing while its end is far.
std::optional<int> step_of(const std::vector<int>& days, Duration left) {
  std::optional<int> nearest;
  for (const auto step : days)
    if (left <= step * day && (!nearest || step < *nearest)) nearest = step;
  return nearest;
}

}  // namespace

std::vector<Alert> certificate_alerts(const std::map<std::string, std::vector<KnownCertificate>>& by_channel,
                                      const std::vector<int>& days, TimePoint now) {
  std::vector<Alert> alerts;
  for (const auto& [channel, certificates] : by_channel)
    for (const auto& certificate : certificates) {
      const auto left = std::chrono::duration_cast<Duration>(certificate.not_after - now);
      const auto step = left <= Duration{0} ? std::optional{0} : step_of(days, left);
      if (!step) continue;
      Alert alert;
      alert.shard = shard_for("certificate", channel);
      alert.kind = kind;
      alert.ref = channel + "/" + certificate.name + "/" + std::to_string(*step) + "d";
      alert.severity = *step <= critical_days ? Severity::critical : Severity::warning;
      alert.message = channel + ": " + certificate.name +
                      (*step == 0 ? " has ended at " : " ends within " + std::to_string(*step) + " days, at ") +
                      to_rfc3339(certificate.not_after) +
                      (certificate.name.starts_with(downloaded)
                           ? ". The channel has handed out no later one yet; ask it for the next."
                           : ". Renew it, and restart the node with the new file.");
      alert.channel = channel;
      alert.at = now;
      alerts.push_back(std::move(alert));
    }
  return alerts;
}

AlertRound certificate_round_of(const config::Config& config, const RunningKeys* running) {
  std::map<std::string, std::vector<KnownCertificate>> by_channel;
  std::vector<std::string> downloading;
  for (const auto& [code, channel] : config.channels) {
    by_channel[code] = certificates_of(channel);
    if (running != nullptr && channel.download_certificates) downloading.push_back(code);
  }
  AlertRound round;
  round.kind = kind;
  round.every = config.node.alerts.certificates_every;
  round.look = [by_channel = std::move(by_channel), downloading, running,
                days = config.node.alerts.certificate_days](TimePoint now) {
    auto known = by_channel;
    for (const auto& code : downloading)
      if (const auto last = running->last_of(code))
        known[code].push_back({std::string{downloaded} + last->id, *last->not_after});
    return certificate_alerts(known, days, now);
  };
  // After a restart an adapter has downloaded nothing yet, and an alert from before is no less true.
  round.sees = [downloading, running](const std::string& ref) {
    return std::ranges::none_of(downloading, [&](const std::string& code) {
      return ref.starts_with(code + "/" + std::string{downloaded}) && !running->last_of(code);
    });
  };
  return round;
}

}  // namespace tael
