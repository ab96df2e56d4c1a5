// The life of one notice: due until the business acknowledged it, or parked with an alert.
#pragma once

#include "actors/domain/order.hpp"
#include "actors/domain/policy.hpp"
#include "actors/domain/rules.hpp"

namespace tael {

enum class NoticeEvent { acknowledged, failed, exhausted, gone, barred, replayed };
enum class NoticeEffect { none, try_later, ask_for_help };

using NoticeRule = Rule<NoticeState, NoticeEvent, NoticeEffect>;

inline constexpr auto notice_rules = [] {
  using enum NoticeState;
  using E = NoticeEvent;
  using enum NoticeEffect;
  // clang-format off
  return std::to_array<NoticeRule>({
    // from   on                to          effect
    {due,    E::acknowledged,  delivered,  none},
    {due,    E::failed,        due,        try_later},
    {due,    E::exhausted,     parked,     ask_for_help},
    {due,    E::gone,          parked,     ask_for_help},  // 410: the endpoint wants no more (Standard Webhooks 1.0).
    {due,    E::barred,        parked,     ask_for_help},  // No try changes where the address leads.
    {parked, E::replayed,      due,        try_later},     // An operator sends it again.
  });
  // clang-format on
}();

constexpr auto find_rule(NoticeState state, NoticeEvent event) { return find_rule(notice_rules, state, event); }

namespace proof {
static_assert(one_rule_per_state_and_event(notice_rules), "one rule per state and event");
static_assert(is_left_by_no_rule(notice_rules, NoticeState::delivered), "delivered never changes");
static_assert(every_rule(notice_rules,
                         [](const NoticeRule& r) {
                           return (r.to == NoticeState::parked) == (r.effect == NoticeEffect::ask_for_help);
                         }),
              "no notice is parked without an alert");
}  // namespace proof

/// What the business's endpoint did with one try.
struct NoticeTry {
  bool acknowledged = false;  ///< Any 2xx.
  bool gone = false;          ///< 410.
  bool barred = false;        ///< Not sent: notices may not go to this address.
  int status = 0;
  std::string error;
  std::optional<Duration> retry_after;  ///< From 429 or 503; never shortens the ladder's rung.
};

/// The notice after a try that ended at `now`. With `parked` an alert is due.
Notice after_try(Notice notice, const NoticePolicy& policy, const NoticeTry& outcome, TimePoint now);

/// A parked notice that an operator sends again: due at once, at the foot of its ladder.
Notice after_replay(Notice notice, TimePoint now);

}  // namespace tael
