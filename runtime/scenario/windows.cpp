#include "runtime/scenario/windows.hpp"

#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/refund_machine.hpp"
#include "runtime/scenario/stage.hpp"

#include <algorithm>
#include <array>

namespace tael::scenario {
namespace {

using S = Stage&;

template <class Is>
bool any_order(S s, Is is) {
  return std::ranges::any_of(s.machine.disk.orders, [&](const auto& row) { return is(row.second); });
}
template <class Is>
bool any_attempt(S s, Is is) {
  return any_order(s, [&](const Order& order) { return std::ranges::any_of(order.attempts, is); });
}
template <class Is>
bool any_refund(S s, Is is) {
  return any_order(s, [&](const Order& order) { return std::ranges::any_of(order.refunds, is); });
}
template <class Is>
bool any_notice(S s, Is is) {
  return std::ranges::any_of(s.machine.disk.notices, [&](const auto& row) { return is(row.second); });
}
bool any_breaker(S s, std::string_view state) {
  return std::ranges::any_of(s.machine.disk.breakers, [&](const auto& row) { return row.second.state == state; });
}
bool any_move(S s, std::string_view from, std::string_view to) {
  return std::ranges::any_of(s.machine.disk.breaker_events,
                             [&](const BreakerRow& row) { return row.from == from && row.state == to; });
}
bool any_alert(S s, std::string_view kind) {
  return std::ranges::any_of(s.machine.disk.alerts,
                             [&](const AlertRecord& record) { return record.alert.kind == kind; });
}
/// The institution has the payer's money and our books do not say so yet.
bool money_nobody_booked(S s) {
  return any_attempt(s, [&](const Attempt& attempt) {
    if (is_terminal(attempt.state)) return false;
    const auto* payment =
        s.institutions.at(attempt.path.substr(0, attempt.path.find('/'))).book().find_payment(attempt.number);
    return payment != nullptr && payment->status == InstitutionPayment::Status::paid;
  });
}

constexpr bool death = true, end = false;

// clang-format off
constexpr auto table = std::to_array<Window>({
  {"death while an order waits for its first attempt", death, [](S s) { return any_order(s, [](const Order& o) { return o.state == OrderState::created; }); }},
  {"death while an attempt is on the wire", death, [](S s) { return any_attempt(s, [](const Attempt& a) { return a.state == AttemptState::sent; }); }},
  {"death while an attempt waits for its payer", death, [](S s) { return any_attempt(s, [](const Attempt& a) { return a.state == AttemptState::pending; }); }},
  {"death while an attempt is in doubt", death, [](S s) { return any_attempt(s, [](const Attempt& a) { return a.state == AttemptState::in_doubt; }); }},
  {"death while the institution has money we have not booked", death, money_nobody_booked},
  {"death while an order is closing", death, [](S s) { return any_order(s, [](const Order& o) { return o.state == OrderState::closing; }); }},
  {"death while a refund is asked for and not sent", death, [](S s) { return any_refund(s, [](const Refund& r) { return r.state == RefundState::requested; }); }},
  {"death while a refund is on the wire", death, [](S s) { return any_refund(s, [](const Refund& r) { return r.state == RefundState::sent; }); }},
  {"death while a refund is in doubt", death, [](S s) { return any_refund(s, [](const Refund& r) { return r.state == RefundState::in_doubt; }); }},
  {"death while a surplus is on its way back", death, [](S s) { return any_refund(s, [](const Refund& r) { return r.cause != RefundCause::requested && !is_terminal(r.state); }); }},
  {"death while a notice waits for its first try", death, [](S s) { return any_notice(s, [](const Notice& n) { return n.state == NoticeState::due && n.tries == 0; }); }},
  {"death while a notice climbs its ladder", death, [](S s) { return any_notice(s, [](const Notice& n) { return n.state == NoticeState::due && n.tries > 0; }); }},
  {"death while a posting is on its way to its account", death, [](S s) { return !s.machine.disk.postings.empty(); }},
  {"death while a breaker is open", death, [](S s) { return any_breaker(s, "open"); }},
  {"death while a breaker is half open", death, [](S s) { return any_breaker(s, "half_open"); }},
  {"death while the store is down", death, [](S s) { return !s.machine.store_is_up; }},
  {"death soon after a death", death, [](S s) { return s.deaths > 1; }},

  {"a second payment went back", end, [](S s) { return any_refund(s, [](const Refund& r) { return r.cause == RefundCause::duplicate && r.state == RefundState::refunded; }); }},
  {"money after the close went back", end, [](S s) { return any_refund(s, [](const Refund& r) { return r.cause == RefundCause::late && r.state == RefundState::refunded; }); }},
  {"a wrong amount went back", end, [](S s) { return any_refund(s, [](const Refund& r) { return r.cause == RefundCause::mismatch && r.state == RefundState::refunded; }); }},
  {"two refunds of one order", end, [](S s) { return any_order(s, [](const Order& o) { return o.refunds.size() > 1; }); }},
  {"a refund was tried again", end, [](S s) { return any_refund(s, [](const Refund& r) { return r.tries > 1; }); }},
  {"a refund was rejected", end, [](S s) { return any_refund(s, [](const Refund& r) { return r.state == RefundState::rejected; }); }},
  {"a refund was parked", end, [](S s) { return any_refund(s, [](const Refund& r) { return r.state == RefundState::parked; }); }},
  {"a payment was found by asking", end, [](S s) { return any_attempt(s, [](const Attempt& a) { return a.state == AttemptState::succeeded && a.inquiries > 0; }); }},
  {"an attempt was declined", end, [](S s) { return any_attempt(s, [](const Attempt& a) { return a.state == AttemptState::declined; }); }},
  {"an attempt was never sent", end, [](S s) { return any_attempt(s, [](const Attempt& a) { return a.state == AttemptState::not_sent; }); }},
  {"three attempts at one order", end, [](S s) { return any_order(s, [](const Order& o) { return o.attempts.size() > 2; }); }},
  {"an order closed by its time", end, [](S s) { return any_order(s, [](const Order& o) { return o.close_reason == "expiry"; }); }},
  {"an order closed on request", end, [](S s) { return any_order(s, [](const Order& o) { return o.close_reason == "request"; }); }},
  {"a close was tried again", end, [](S s) { return any_order(s, [](const Order& o) { return o.close_tries > 1; }); }},
  {"a notice was delivered after three tries or more", end, [](S s) { return any_notice(s, [](const Notice& n) { return n.state == NoticeState::delivered && n.tries > 2; }); }},
  {"a notice was parked", end, [](S s) { return any_notice(s, [](const Notice& n) { return n.state == NoticeState::parked; }); }},
  {"a breaker opened", end, [](S s) { return any_move(s, "closed", "open"); }},
  {"a breaker probed and closed", end, [](S s) { return any_move(s, "half_open", "closed"); }},
  {"a breaker probed and opened again", end, [](S s) { return any_move(s, "half_open", "open"); }},
  {"a channel closed because its adapter kept falling", end, [](S s) { return any_alert(s, "channel_closed"); }},
  {"a person was told of money in doubt", end, [](S s) { return any_alert(s, "attempt_in_doubt"); }},
});
// clang-format on
static_assert(table.size() <= 64, "a set of windows is one number");

WindowSet hit(Stage& stage, bool at_a_death) {
  WindowSet set = 0;
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].at_a_death == at_a_death && table[i].was_hit(stage)) set |= WindowSet{1} << i;
  return set;
}

}  // namespace

std::span<const Window> windows() { return table; }
WindowSet windows_of_a_death(Stage& stage) { return hit(stage, death); }
WindowSet windows_of_the_end(Stage& stage) { return hit(stage, end); }

}  // namespace tael::scenario
