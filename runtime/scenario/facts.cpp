// What can be expected in a story: one row a sentence, with how it is judged.
#include "actors/domain/order_machine.hpp"
#include "runtime/scenario/mailbox.hpp"
#include "runtime/scenario/stage.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <algorithm>
#include <array>

namespace tael::scenario {
namespace {

struct Fact {
  Phrase phrase;
  Verdict (*judge)(const View&, const Arguments&);
};

const Order* order_of_name(const View& view, const std::string& order_no) {
  const auto* known = view.customers.find(order_no);
  if (known == nullptr) return nullptr;
  const auto found = view.disk.orders.find(known->id);
  return found == view.disk.orders.end() ? nullptr : &found->second;
}

/// Judges the order; what is not on disk holds nothing.
template <class Judge>
Verdict with_order(const View& view, const std::string& order_no, Judge judge) {
  const auto* order = order_of_name(view, order_no);
  return order == nullptr ? Verdict{false, "there is no order " + order_no} : judge(*order);
}

Verdict is(std::string_view found, std::string_view wanted) { return {found == wanted, "it is " + std::string{found}}; }
Verdict count_is(std::int64_t found, std::int64_t wanted) {
  return {found == wanted, "it is " + std::to_string(found) + " times"};
}

std::int64_t open_alerts_of(const View& view, const std::string& kind) {
  return std::ranges::count_if(
      view.disk.alerts, [&](const AlertRecord& record) { return record.alert.kind == kind && !record.is_resolved(); });
}

std::int64_t alerts_of(const View& view, const std::string& kind) {
  std::int64_t times = 0;
  for (const auto& record : view.disk.alerts)
    if (record.alert.kind == kind) times += record.count;
  return times;
}

/// Mails about alerts of this kind to the owner of a channel or a business, each counted once however often it came.
std::int64_t told_of(const View& view, const std::string& owned, const std::string& kind, AlertNews news) {
  return std::ranges::count_if(view.mailbox.letters(), [&](const auto& entry) {
    const auto& letter = entry.second;
    const auto at = static_cast<std::size_t>(letter.alert - 1);
    return letter.news == news && letter.recipient == view.mailbox.address_of(owned) && at < view.disk.alerts.size() &&
           view.disk.alerts[at].alert.kind == kind;
  });
}

/// Tries of the twin that took a notice of this type about this order.
std::int64_t heard_of(const View& view, const std::string& business, const std::string& type,
                      const std::string& order_no) {
  const auto twin = view.businesses.all().find(business);
  const auto* order = order_of_name(view, order_no);
  if (twin == view.businesses.all().end() || order == nullptr) return 0;
  std::int64_t heard = 0;
  for (const auto& [id, times] : twin->second.taken)
    if (const auto notice = view.disk.notices.find(id);
        notice != view.disk.notices.end() && notice->second.order_id == order->id && notice->second.type == type)
      heard += times;
  return heard;
}

/// What callers of a class meet on a path: shut anywhere above is shut.
std::string_view state_on_disk(const View& view, const std::string& path, std::string_view op) {
  std::string_view worst = "closed";
  for (auto end = path.find('/');; end = path.find('/', end + 1)) {
    const auto found = view.disk.breakers.find(breaker_name(path.substr(0, end), op));
    const std::string_view state = found == view.disk.breakers.end() ? "closed" : std::string_view{found->second.state};
    if (state == "open" || worst == "closed") worst = state;
    if (end == std::string::npos || worst == "open") return worst;
  }
}

std::int64_t moves_of(const View& view, const std::string& path, const std::string& cause) {
  return std::ranges::count_if(view.disk.breaker_events, [&](const BreakerRow& row) {
    return row.path == path && row.op == "pay" && row.cause == cause;
  });
}

/// Nothing when nothing was ever booked there.
std::optional<std::int64_t> balance_of(const View& view, const std::string& account) {
  if (const auto found = view.disk.accounts.find(account); found != view.disk.accounts.end())
    return found->second.balance;
  std::optional<std::int64_t> sum;
  for (const auto& [id, entry] : view.disk.entries)
    for (const auto& posting : entry.postings)
      if (posting.account == account && !posting.running_balance) sum = sum.value_or(0) + posting.amount;
  return sum;
}

Verdict share_paid(const View& view, std::int64_t percent, const std::string& path) {
  std::int64_t all = 0, paid = 0;
  for (const auto& [id, order] : view.disk.orders) {
    if (!path.empty() && (order.attempts.empty() || order.attempts.front().path != path)) continue;
    all += 1;
    paid += order.state == OrderState::paid ? 1 : 0;
  }
  return {all > 0 && paid * 100 >= all * percent, std::to_string(paid) + " of " + std::to_string(all) + " are paid"};
}

Verdict share_paid_at_most(const View& view, std::int64_t percent, const std::string& path) {
  auto more = share_paid(view, percent + 1, path);
  more.holds = !more.holds && !more.found.ends_with(" of 0 are paid");
  return more;
}

using A = const Arguments&;
using S = const View&;

// clang-format off
constexpr auto facts = std::to_array<Fact>({
  {{"order ORDER is ORDER_STATE", "order o-1 is paid", "the order's state on disk"},
   [](S s, A a) { return with_order(s, a[0].text, [&](const Order& o) { return is(name_of(o.state), a[1].text); }); }},
  {{"order ORDER is not ORDER_STATE", "order o-1 is not paid", "it is in another state, or not there yet"},
   [](S s, A a) -> Verdict {
     const auto* order = order_of_name(s, a[0].text);
     return {order == nullptr || name_of(order->state) != a[1].text, "it is"};
   }},
  {{"order ORDER was paid by PATH", "order o-1 was paid by aurora/qr/cmb", "which attempt's money was used"},
   [](S s, A a) { return with_order(s, a[0].text, [&](const Order& o) -> Verdict {
     for (const auto& attempt : o.attempts)
       if (attempt.number == o.paid_by) return is(attempt.path, a[1].text);
     return {false, "it is not paid"};
   }); }},
  {{"order ORDER has refunded MONEY", "order o-1 has refunded 10.00 CNY", "given back on the business's request so far"},
   [](S s, A a) { return with_order(s, a[0].text, [&](const Order& o) {
     return is(to_text(Money{o.refunded_amount, o.currency}), to_text(a[1].money)); }); }},
  {{"order ORDER has COUNT attempts", "order o-1 has 2 attempts", "calls for money opened"},
   [](S s, A a) { return with_order(s, a[0].text, [&](const Order& o) { return count_is(std::ssize(o.attempts), a[1].number); }); }},
  {{"attempt COUNT of ORDER is ATTEMPT_STATE", "attempt 1 of o-1 is surplus", "the state of an attempt, counted from 1"},
   [](S s, A a) { return with_order(s, a[1].text, [&](const Order& o) -> Verdict {
     for (const auto& attempt : o.attempts)
       if (attempt.no == a[0].number) return is(name_of(attempt.state), a[2].text);
     return {false, "there is no such attempt"};
   }); }},
  {{"refund REFUND of ORDER is REFUND_STATE", "refund r-1 of o-1 is refunded", "the state of a refund, by the business's number"},
   [](S s, A a) { return with_order(s, a[1].text, [&](const Order& o) -> Verdict {
     for (const auto& refund : o.refunds)
       if (refund.refund_no == a[0].text) return is(name_of(refund.state), a[2].text);
     return {false, "there is no such refund"};
   }); }},
  {{"surplus of ORDER is REFUND_STATE", "surplus of o-1 is refunded", "money that had no order to pay, on its way back"},
   [](S s, A a) { return with_order(s, a[0].text, [&](const Order& o) -> Verdict {
     for (const auto& refund : o.refunds)
       if (refund.cause != RefundCause::requested) return is(name_of(refund.state), a[1].text);
     return {false, "there is no surplus"};
   }); }},
  {{"the channel told of ORDER LENGTH or more after it was paid", "the channel told of o-1 10s or more after it was paid", "we heard so much later than the payer paid, and both are kept"},
   [](S s, A a) { return with_order(s, a[0].text, [&](const Order& o) -> Verdict {
     const auto later = o.heard_at - o.paid_at;
     return {o.paid_at != TimePoint{} && later >= a[1].length, "it told " + std::to_string(later.count()) + " ms after"};
   }); }},
  {{"BUSINESS heard NOTICE of ORDER COUNT times", "bakery heard order.paid of o-1 1 times", "notices its endpoint took"},
   [](S s, A a) { return count_is(heard_of(s, a[0].text, a[1].text, a[2].text), a[3].number); }},
  {{"BUSINESS heard NOTICE of ORDER", "bakery heard order.paid of o-1", "at least once"},
   [](S s, A a) -> Verdict { return {heard_of(s, a[0].text, a[1].text, a[2].text) > 0, "it did not"}; }},
  {{"notice NOTICE of ORDER is NOTICE_STATE", "notice order.paid of o-1 is parked", "how its delivery stands"},
   [](S s, A a) { return with_order(s, a[1].text, [&](const Order& o) -> Verdict {
     for (const auto& [id, notice] : s.disk.notices)
       if (notice.order_id == o.id && notice.type == a[0].text) return is(name_of(notice.state), a[2].text);
     return {false, "there is no such notice"};
   }); }},
  {{"BUSINESS was refused CODE", "bakery was refused REFUND_EXCEEDS_PAID", "the code of the last refusal it was answered"},
   [](S s, A a) { return is(s.customers.last_refusal(a[0].text), a[1].text); }},
  {{"alert ALERT was raised", "alert notice_parked was raised", "at least once so far"},
   [](S s, A a) -> Verdict { return {alerts_of(s, a[0].text) > 0, "it was not"}; }},
  {{"alert ALERT was raised COUNT times", "alert amount_mismatch was raised 1 times", "exactly so often"},
   [](S s, A a) { return count_is(alerts_of(s, a[0].text), a[1].number); }},
  {{"alert ALERT is open COUNT times", "alert channel_word is open 1 times", "unresolved ones, however often each was raised"},
   [](S s, A a) { return count_is(open_alerts_of(s, a[0].text), a[1].number); }},
  {{"alert ALERT is over", "alert link_silent is over", "it was raised, and none of it is unresolved"},
   [](S s, A a) -> Verdict {
     return {alerts_of(s, a[0].text) > 0 && open_alerts_of(s, a[0].text) == 0,
             alerts_of(s, a[0].text) == 0 ? "it was never raised" : "it is not"};
   }},
  {{"owner of OWNED was told of ALERT", "owner of aurora was told of link_silent", "a mail arrived; the story's configuration names `alerts` with `email`"},
   [](S s, A a) -> Verdict { return {told_of(s, a[0].text, a[1].text, AlertNews::raised) > 0, "nobody was"}; }},
  {{"owner of OWNED was told of ALERT COUNT times", "owner of aurora was told of link_silent 1 times", "exactly so many mails; one that came twice is one"},
   [](S s, A a) { return count_is(told_of(s, a[0].text, a[1].text, AlertNews::raised), a[2].number); }},
  {{"owner of OWNED was reminded of ALERT COUNT times", "owner of bakery was reminded of notice_parked 2 times", "mails about what nobody has taken on"},
   [](S s, A a) { return count_is(told_of(s, a[0].text, a[1].text, AlertNews::reminder), a[2].number); }},
  {{"owner of OWNED was told that ALERT is over COUNT times", "owner of aurora was told that link_silent is over 1 times", "mails about an end that needed no person"},
   [](S s, A a) { return count_is(told_of(s, a[0].text, a[1].text, AlertNews::resolved), a[2].number); }},
  {{"no alert was raised", "no alert was raised", "nobody had to be called"},
   [](S s, A) -> Verdict {
     const auto& alerts = s.disk.alerts;
     return {alerts.empty(), alerts.empty() ? "" : "there is " + alerts.front().alert.kind + ": " + alerts.front().alert.message};
   }},
  {{"path PATH is BREAKER_STATE", "path aurora/qr/cmb is open", "as a payer meets it: its breaker, its method's or its channel's, the worst of them"},
   [](S s, A a) { return is(state_on_disk(s, a[0].text, "pay"), a[1].text); }},
  {{"refunds by PATH are BREAKER_STATE", "refunds by aurora/qr/cmb are closed", "the same of the breakers that refunds have for themselves"},
   [](S s, A a) { return is(state_on_disk(s, a[0].text, "refund"), a[1].text); }},
  {{"SCOPE itself is BREAKER_STATE", "aurora/qr itself is open", "the breaker of a channel, a method or a bank alone"},
   [](S s, A a) {
     const auto found = s.disk.breakers.find(a[0].text);
     return is(found == s.disk.breakers.end() ? "closed" : found->second.state, a[1].text);
   }},
  {{"SCOPE moved for CAUSE", "aurora/qr moved for children", "at least once; causes: actors/domain/breaker_words.hpp"},
   [](S s, A a) -> Verdict { return {moves_of(s, a[0].text, a[1].text) > 0, "it did not"}; }},
  {{"SCOPE moved for CAUSE COUNT times", "aurora/qr/cmb moved for probes_ok 1 times", "exactly so often"},
   [](S s, A a) { return count_is(moves_of(s, a[0].text, a[1].text), a[2].number); }},
  {{"account ACCOUNT holds MONEY", "account suspense:aurora:CNY holds 0.00 CNY", "its balance, without its sign; a kind without a running one is the sum of its entries"},
   [](S s, A a) -> Verdict {
     const auto balance = balance_of(s, a[0].text);
     if (!balance) return {a[1].money.amount == 0, "nothing was ever booked there"};
     return is(to_text(Money{std::abs(*balance), a[1].money.currency}), to_text(a[1].money));
   }},
  {{"every order is finished", "every order is finished", "paid or closed"},
   [](S s, A) -> Verdict {
     for (const auto& [id, order] : s.disk.orders)
       if (!is_terminal(order.state)) return {false, "order " + order.order_no + " is " + std::string{name_of(order.state)}};
     return {true, {}};
   }},
  {{"at least PERCENT of orders are paid", "at least 95% of orders are paid", "of all that were created"},
   [](S s, A a) { return share_paid(s, a[0].number, {}); }},
  {{"at most PERCENT of orders by PATH are paid", "at most 80% of orders by borealis/qr/ccb are paid", "of those tried on this path first: for showing what a bad setting costs"},
   [](S s, A a) { return share_paid_at_most(s, a[0].number, a[1].text); }},
  {{"at least PERCENT of orders by PATH are paid", "at least 99% of orders by aurora/qr/icbc are paid", "of those tried on this path first"},
   [](S s, A a) { return share_paid(s, a[0].number, a[1].text); }},
  {{"node died COUNT times", "node died 1 times", "deaths so far"},
   [](S s, A a) { return count_is(s.deaths, a[0].number); }},
});
// clang-format on

constexpr auto phrases = [] {
  std::array<Phrase, facts.size()> all;
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = facts[i].phrase;
  return all;
}();

}  // namespace

Verdict judge(const View& view, std::size_t phrase, const Arguments& arguments) {
  return facts[phrase].judge(view, arguments);
}

std::span<const Phrase> fact_phrases() { return phrases; }

bool is_seen_from_outside(std::size_t phrase) {
  constexpr std::array<std::string_view, 8> seen{"order ",          "attempt ",         "refund ",     "surplus ",
                                                 "BUSINESS heard ", "BUSINESS was ref", "every order", "at least "};
  return std::ranges::any_of(seen, [&](std::string_view begin) { return phrases[phrase].pattern.starts_with(begin); });
}

}  // namespace tael::scenario
