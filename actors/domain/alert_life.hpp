// The life of an alert, as arithmetic: raised, raised again, told, acknowledged, resolved. What is raised again while
// unresolved is the same alert, so a word that nobody knows tells its owner once, however often it comes.
#pragma once

#include "actors/domain/notice_machine.hpp"
#include "actors/domain/records.hpp"
#include "actors/domain/refusal.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tael {

/// Who resolved an alert that ended by its own nature: the path is back, the certificate is replaced.
inline constexpr std::string_view resolved_by_itself = "tael";
/// A switch that a person left without an end. It is reminded of at a pace of its own.
inline constexpr std::string_view override_rule = "override_without_end";

/// All occurrences of one kind and ref between the first one and the end of the trouble.
struct AlertRecord {
  std::int64_t id = 0;  ///< Given by the store.
  Alert alert;          ///< `at`: first seen; `severity`: the worst; `message`: the newest.
  TimePoint last_at{};
  std::int64_t count = 1;
  std::string owner;  ///< Who is told; known once it has been looked at.
  int told = 0;       ///< Messages that were decided on.
  TimePoint told_at{};
  TimePoint next_at{};  ///< When somebody must look at it; zero: when something happens.
  std::string acknowledged_by, acknowledged_note;
  TimePoint acknowledged_at{};
  std::string resolved_by, resolved_note;
  TimePoint resolved_at{};
  std::int64_t version = 1;  ///< Of everything but the count: two who change it at once do not both win.
  TimePoint told_before{};   ///< When an earlier one of this kind and ref was last told. Read, never written.

  bool is_acknowledged() const { return acknowledged_at != TimePoint{}; }
  bool is_resolved() const { return resolved_at != TimePoint{}; }
};

/// An end that needs no person. Resolves what is open; nothing open is nothing to do.
struct AlertResolution {
  Shard shard = 0;
  std::string kind, ref, note;
  TimePoint at{};
  bool is_news = true;  ///< Whoever was told of the alert is told of its end.
};

enum class AlertNews { raised, reminder, resolved };
std::string_view name_of(AlertNews news);

/// One telling of an alert by one way. Its key is shard, alert, no and way.
struct AlertMessage {
  Shard shard = 0;
  std::int64_t alert = 0;
  int no = 0;
  std::string way;  ///< email, webhook
  AlertNews news = AlertNews::raised;
  std::string recipient, subject, body;
  TimePoint at{};
  NoticeState state = NoticeState::due;
  int tries = 0;
  TimePoint next_at{};
  std::string last_error;
  friend bool operator==(const AlertMessage&, const AlertMessage&) = default;
};
/// The same at every try, so that a receiver knows a repeat: `alert_7_1_webhook`.
std::string message_id(const AlertMessage& message);

struct AlertPolicy {
  Severity told_from = Severity::warning;  ///< Less severe ones are shown, and nobody is told.
  Duration quiet{30min};                   ///< No second message about the same trouble within it.
  Duration remind_every{4h};               ///< While nobody has acknowledged; zero: never.
  Duration override_told_after{30min};     ///< Operators forget what they switched.
  bool tell_resolved = true;
  int in_flight_max = 2;                                         ///< Messages out at a time.
  int per_minute_max = 30;                                       ///< The others wait.
  Duration deadline{15s};                                        ///< Of one try.
  Ladder ladder{30s, 1min, 5min, 15min, 30min, 1h, 2h, 4h, 8h};  ///< Waits between tries.
  friend bool operator==(const AlertPolicy&, const AlertPolicy&) = default;
};

struct AlertDecision {
  AlertRecord after;
  std::optional<AlertNews> news;  ///< What is to be told now.
};
/// What is to be done about an alert that is due to be looked at. `has_ways`: somebody can be told at all.
AlertDecision look_at(AlertRecord alert, const AlertPolicy& policy, bool has_ways, TimePoint now);

/// A person takes it on: no reminder comes any more.
std::variant<AlertRecord, Refusal> acknowledged(AlertRecord alert, std::string by, std::string note, TimePoint now);
/// A person says that it is over. Raised again it is a new one.
std::variant<AlertRecord, Refusal> resolved(AlertRecord alert, std::string by, std::string note, TimePoint now);

/// `name@domain` and nothing around it.
bool is_mail_address(std::string_view text);

/// The message after a try that ended at `now`: delivered, on its next rung, or parked.
AlertMessage after_try(AlertMessage message, const AlertPolicy& policy, const NoticeTry& outcome, TimePoint now);

}  // namespace tael
