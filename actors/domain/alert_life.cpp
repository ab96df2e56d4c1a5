#include "actors/domain/alert_life.hpp"

#include <algorithm>

namespace tael {
namespace {

/// Nobody needs to look before something happens.
AlertDecision rest(AlertRecord alert) {
  alert.next_at = {};
  return {std::move(alert), std::nullopt};
}

AlertDecision wait_until(AlertRecord alert, TimePoint at) {
  alert.next_at = at;
  return {std::move(alert), std::nullopt};
}

TimePoint next_reminder(const AlertPolicy& policy, const Alert& alert, TimePoint told_at) {
  if (alert.kind == override_rule) return told_at + policy.override_told_after;
  return policy.remind_every == Duration{0} ? TimePoint{} : told_at + std::max(policy.quiet, policy.remind_every);
}

AlertDecision tell(AlertRecord alert, AlertNews news, const AlertPolicy& policy, TimePoint now) {
  alert.told += 1;
  alert.told_at = now;
  alert.next_at = news == AlertNews::resolved ? TimePoint{} : next_reminder(policy, alert.alert, now);
  return {std::move(alert), news};
}

}  // namespace

std::string_view name_of(AlertNews news) {
  switch (news) {
    case AlertNews::raised: return "raised";
    case AlertNews::reminder: return "reminder";
    case AlertNews::resolved: return "resolved";
  }
  return "unnamed";
}

std::string message_id(const AlertMessage& message) {
  return "alert_" + std::to_string(message.alert) + "_" + std::to_string(message.no) + "_" + message.way;
}

AlertDecision look_at(AlertRecord alert, const AlertPolicy& policy, bool has_ways, TimePoint now) {
  alert.version += 1;
  if (!has_ways || alert.alert.severity < policy.told_from) return rest(std::move(alert));
  if (alert.is_resolved()) {
    // Whoever resolved it by hand knows; whoever was never told has nothing to be told the end of.
    const bool is_news = policy.tell_resolved && alert.told > 0 && alert.resolved_by == resolved_by_itself;
    return is_news ? tell(std::move(alert), AlertNews::resolved, policy, now) : rest(std::move(alert));
  }
  if (alert.is_acknowledged()) return rest(std::move(alert));
  if (alert.told == 0) {
    // Trouble that comes and goes is told at the end of the quiet time, if it is there then.
    const auto quiet_ends = alert.told_before == TimePoint{} ? now : alert.told_before + policy.quiet;
    return now < quiet_ends ? wait_until(std::move(alert), quiet_ends)
                            : tell(std::move(alert), AlertNews::raised, policy, now);
  }
  const auto due = next_reminder(policy, alert.alert, alert.told_at);
  if (due == TimePoint{}) return rest(std::move(alert));
  return now < due ? wait_until(std::move(alert), due) : tell(std::move(alert), AlertNews::reminder, policy, now);
}

std::variant<AlertRecord, Refusal> acknowledged(AlertRecord alert, std::string by, std::string note, TimePoint now) {
  if (alert.is_acknowledged() || alert.is_resolved()) return Refusal::alert_settled;
  alert.acknowledged_by = std::move(by);
  alert.acknowledged_note = std::move(note);
  alert.acknowledged_at = now;
  alert.next_at = {};
  alert.version += 1;
  return alert;
}

std::variant<AlertRecord, Refusal> resolved(AlertRecord alert, std::string by, std::string note, TimePoint now) {
  if (alert.is_resolved()) return Refusal::alert_settled;
  alert.resolved_by = std::move(by);
  alert.resolved_note = std::move(note);
  alert.resolved_at = now;
  alert.next_at = {};
  alert.version += 1;
  return alert;
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"!#$%&'*+-/=?^_`{|}~.@"}.find(c) != std::string_view::npos;
  };
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos && text.size() <= 254 && std::ranges::all_of(text, fits);
}

AlertMessage after_try(AlertMessage message, const AlertPolicy& policy, const NoticeTry& outcome, TimePoint now) {
  message.tries += 1;
  message.last_error = outcome.acknowledged ? "" : outcome.error;
  message.next_at = {};
  const auto rung = static_cast<std::size_t>(message.tries - 1);
  if (outcome.acknowledged) {
    message.state = NoticeState::delivered;
  } else if (outcome.gone || outcome.barred || rung >= policy.ladder.size()) {
    message.state = NoticeState::parked;
  } else {
    message.next_at = now + std::max(policy.ladder[rung], outcome.retry_after.value_or(Duration{0}));
  }
  return message;
}

}  // namespace tael
