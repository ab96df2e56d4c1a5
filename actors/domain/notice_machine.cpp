#include "actors/domain/notice_machine.hpp"

#include "actors/domain/assert.hpp"

#include <algorithm>

namespace tael {

Notice after_try(Notice notice, const NoticePolicy& policy, const NoticeTry& outcome, TimePoint now) {
  TAEL_ASSERT(notice.state == NoticeState::due, "only a due notice is tried");
  const auto rung = static_cast<std::size_t>(notice.tries);
  const auto event = outcome.acknowledged           ? NoticeEvent::acknowledged
                     : outcome.gone                 ? NoticeEvent::gone
                     : outcome.barred               ? NoticeEvent::barred
                     : rung >= policy.ladder.size() ? NoticeEvent::exhausted
                                                    : NoticeEvent::failed;
  const auto rule = find_rule(notice.state, event);
  TAEL_ASSERT(rule.has_value(), "a due notice hears of every kind of try");
  notice.state = rule->to;
  notice.tries += 1;
  notice.version += 1;
  notice.last_error = outcome.error;
  notice.next_at = TimePoint{};
  if (rule->effect == NoticeEffect::try_later)
    notice.next_at = now + std::max(policy.ladder[rung], outcome.retry_after.value_or(Duration{0}));
  return notice;
}

Notice after_replay(Notice notice, TimePoint now) {
  const auto rule = find_rule(notice.state, NoticeEvent::replayed);
  TAEL_ASSERT(rule.has_value(), "only a parked notice is sent again");
  notice.state = rule->to;
  notice.tries = 0;
  notice.version += 1;
  notice.next_at = now;
  return notice;
}

}  // namespace tael
