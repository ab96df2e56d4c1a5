#include "runtime/scenario/promises.hpp"

#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/order_invariants.hpp"
#include "actors/domain/order_machine.hpp"
#include "actors/domain/posting_rules.hpp"
#include "actors/domain/refund_machine.hpp"

#include <algorithm>

namespace tael::scenario {
namespace {

/// Longer than a timer that was rung in vain waits for its next ring.
constexpr Duration late_max = 15min;

std::string channel_in(const std::string& path) { return path.substr(0, path.find('/')); }

std::string sum_text(std::int64_t amount) { return std::to_string(amount); }

}  // namespace

void Promises::look(const std::function<void(const JournalRow&)>& read) {
  std::set<std::string> changed;
  for (; rows_read_ < disk_.journal.size(); ++rows_read_) {
    const auto& row = disk_.journal[rows_read_];
    rows_seen_ += 1;
    if (read) read(row);
    const auto [last, first_seen] = versions_.try_emplace(row.entity, row.version);
    // A notice is born with its order's row; its own rows begin with the second version.
    if (first_seen ? row.version > 2 : row.version != last->second + 1)
      broken("versions of " + row.entity + " have a gap before " + std::to_string(row.version));
    last->second = row.version;
    if (order_of(row.entity) == row.entity) changed.insert(row.entity);
  }
  look_at_breakers();
  for (const auto& id : changed) {
    const auto order = disk_.orders.find(id);
    if (order == disk_.orders.end())
      broken("order " + id + " has a journal and no row");
    else
      look_at(order->second);
  }
}

/// Half open lets through no more than its probes, and every move follows the one before it.
void Promises::look_at_breakers() {
  for (; moves_read_ < disk_.breaker_events.size(); ++moves_read_) {
    const auto& move = disk_.breaker_events[moves_read_];
    const auto name = breaker_name(move);
    auto& state = breaker_states_.try_emplace(name, "closed").first->second;
    if (move.from != state) broken("breaker " + name + " moves from " + move.from + ", but it was " + state);
    state = move.state;
    if (move.probes_admitted > move.probes_allowed)
      broken("breaker " + name + " let " + std::to_string(move.probes_admitted) + " probes through of " +
             std::to_string(move.probes_allowed));
  }
}

void Promises::look_at_timers(TimePoint now, TimePoint since) {
  if (now < timers_read_at_ + 1min) return;
  timers_read_at_ = now;
  for (const auto& timer : disk_.timers) {
    if (std::max(timer.due_at, since) + late_max > now) {
      if (timer.due_at > now) break;  // They are ordered by it.
      continue;
    }
    if (!is_held_up(timer, now))
      broken("timer " + std::string{name_of(timer.kind)} + " of " + timer.ref + " was due at " +
             to_rfc3339(timer.due_at) + " and is not heard at " + to_rfc3339(now));
  }
}

bool Promises::is_held_up(const Timer& timer, TimePoint now) const {
  if (timer.kind == TimerKind::notice_try) return true;  // A business that is slow holds up its own notices.
  const auto order = disk_.orders.find(order_of(timer.ref).value_or(timer.ref));
  if (order == disk_.orders.end() || order->second.poisoned) return true;
  std::string path;
  for (const auto& attempt : order->second.attempts)
    if (attempt.number == timer.ref) path = attempt.path;
  for (const auto& refund : order->second.refunds)
    if (refund.id == timer.ref) path = refund.path;
  return std::ranges::any_of(disk_.breakers, [&](const auto& entry) {
    const BreakerRow& row = entry.second;
    return (path + "/").starts_with(row.path + "/") &&
           (row.state != "closed" || row.static_switch != "on" || row.at + late_max > now);
  });
}

void Promises::look_at(const Order& order) {
  for (const auto& sentence : violations(order)) broken("order " + order.order_no + ": " + sentence);
  const auto [found, is_new] = seen_.try_emplace(order.id);
  auto& before = found->second;
  if (!is_new && is_terminal(before.state) && before.state != order.state)
    broken("order " + order.order_no + " was " + std::string{name_of(before.state)} + " and is " +
           std::string{name_of(order.state)});
  for (std::size_t i = 0; i < order.attempts.size(); ++i) {
    const auto& attempt = order.attempts[i];
    const bool was_terminal = i < before.attempts.size() && is_terminal(before.attempts[i]);
    if (was_terminal && before.attempts[i] != attempt.state) broken("attempt " + attempt.number + " left its end");
    if (!was_terminal && is_terminal(attempt.state)) look_at_attempt(order, attempt);
  }
  for (std::size_t i = 0; i < order.refunds.size(); ++i) {
    const auto& refund = order.refunds[i];
    const bool was_terminal = i < before.refunds.size() && is_terminal(before.refunds[i]);
    if (was_terminal && before.refunds[i] != refund.state) broken("refund " + refund.id + " left its end");
    if (!was_terminal && refund.state == RefundState::refunded) look_at_refund(order, refund);
  }
  before.state = order.state;
  before.attempts.clear();
  before.refunds.clear();
  for (const auto& attempt : order.attempts) before.attempts.push_back(attempt.state);
  for (const auto& refund : order.refunds) before.refunds.push_back(refund.state);
}

void Promises::look_at_attempt(const Order& order, const Attempt& attempt) {
  const bool used = attempt.state == AttemptState::succeeded;
  look_at_transaction(NumberKind::payment, attempt.path, attempt.channel_transaction, attempt.number);
  look_at_entry(order, attempt.number + (used ? ":payment" : ":surplus"), attempt.received_amount);
  const auto* payment = institutions_.at(channel_in(attempt.path)).book().find_payment(attempt.number);
  if (payment == nullptr || payment->status != InstitutionPayment::Status::paid)
    return broken("attempt " + attempt.number + " is " + std::string{name_of(attempt.state)} +
                  ", but its institution has received nothing");
  if (payment->received != attempt.received_amount || payment->amount.currency != order.currency)
    broken("attempt " + attempt.number + " was booked with " + sum_text(attempt.received_amount) +
           ", but its institution received " + sum_text(payment->received));
}

void Promises::look_at_refund(const Order& order, const Refund& refund) {
  look_at_entry(order, refund.id + ":refund", refund.amount);
  look_at_transaction(NumberKind::refund, refund.path, refund.channel_transaction, refund.id);
  const auto* returned = institutions_.at(channel_in(refund.path)).book().find_refund(refund.id);
  if (returned == nullptr || returned->status != InstitutionRefund::Status::refunded ||
      returned->amount.amount != refund.amount)
    broken("refund " + refund.id + " is refunded, but its institution did not give that money back");
}

void Promises::look_at_transaction(NumberKind kind, const std::string& path, const std::string& transaction,
                                   const std::string& number) {
  if (transaction.empty()) return;
  const auto [known, is_new] = transactions_.try_emplace({channel_in(path), kind, transaction}, number);
  if (known->second != number)
    broken("transaction " + transaction + " of " + channel_in(path) + " moved the money of " + known->second +
           " and of " + number);
}

void Promises::look_at_entry(const Order& order, const std::string& id, std::int64_t amount) {
  const auto entry = disk_.entries.find(id);
  if (entry == disk_.entries.end()) return broken("money of order " + order.order_no + " has no entry " + id);
  if (imbalance(entry->second) != 0) broken("entry " + id + " does not balance");
  std::int64_t debits = 0;
  for (const auto& posting : entry->second.postings) debits += std::max<std::int64_t>(posting.amount, 0);
  if (debits != amount) broken("entry " + id + " books " + sum_text(debits) + " instead of " + sum_text(amount));
}

void Promises::told(const std::string& order_id, std::int64_t version) {
  const auto order = disk_.orders.find(order_id);
  if (order == disk_.orders.end() || order->second.version < version)
    broken("a caller was told of order " + order_id + " at version " + std::to_string(version) +
           ", which is not on disk");
}

void Promises::look_at_rest(TimePoint now) {
  look();
  for (const auto& [id, order] : disk_.orders) rest_of_order(order);
  rest_of_notices();
  rest_of_money();
  for (const auto& timer : disk_.timers)
    if (timer.due_at <= now)
      broken("timer " + std::string{name_of(timer.kind)} + " of " + timer.ref + " was due at " +
             to_rfc3339(timer.due_at) + " and nobody heard it");
}

void Promises::rest_of_order(const Order& order) {
  const auto name = "order " + order.order_no;
  if (order.poisoned) return;  // A person has been told.
  if (!is_terminal(order.state)) broken(name + " never ended: it is " + std::string{name_of(order.state)});
  for (const auto& attempt : order.attempts) {
    if (is_terminal(attempt.state)) continue;
    if (attempt.state == AttemptState::sent) broken(name + ": attempt " + attempt.number + " is sent for ever");
    const auto* payment = institutions_.at(channel_in(attempt.path)).book().find_payment(attempt.number);
    const bool paid = payment != nullptr && payment->status == InstitutionPayment::Status::paid;
    if (paid && !has_alert("attempt_in_doubt", attempt.number))
      broken(name + ": attempt " + attempt.number + " is " + std::string{name_of(attempt.state)} +
             " while its institution holds " + sum_text(payment->received) + ", and nobody was told");
  }
  for (const auto& refund : order.refunds) {
    if (is_terminal(refund.state)) continue;
    if (refund.state != RefundState::parked || !has_alert("refund_parked", refund.id))
      broken(name + ": refund " + refund.id + " never ended: it is " + std::string{name_of(refund.state)});
  }
  if (!is_terminal(order.state)) return;
  const auto type = order.state == OrderState::paid ? "order.paid" : "order.closed";
  const auto first = disk_.notices.lower_bound("msg_" + order.id);
  bool told = false;
  for (auto at = first; at != disk_.notices.end() && at->second.order_id == order.id; ++at)
    told = told || at->second.type == type;
  const auto& url = order.state == OrderState::paid || order.cancel_url.empty() ? order.notify_url : order.cancel_url;
  if (!told && !url.empty()) broken(name + " is " + std::string{name_of(order.state)} + " and has no notice of it");
}

void Promises::rest_of_notices() {
  for (const auto& [id, notice] : disk_.notices) {
    if (notice.state == NoticeState::due) broken("notice " + id + " was neither delivered nor parked");
    if (notice.state == NoticeState::parked && !has_alert("notice_parked", id))
      broken("notice " + id + " is parked without an alert");
    if (notice.state != NoticeState::delivered) continue;
    const auto twin = businesses_.all().find(notice.business);
    if (twin == businesses_.all().end() || !twin->second.taken.contains(id))
      broken("notice " + id + " counts as delivered, but " + notice.business + " never took it");
  }
}

void Promises::rest_of_money() {
  std::map<Currency, std::int64_t> trial;
  std::map<std::string, std::int64_t> running;
  std::map<std::pair<std::string, Currency>, std::int64_t> receivable;
  for (const auto& [id, entry] : disk_.entries)
    for (const auto& posting : entry.postings) {
      trial[posting.currency] += posting.amount;
      if (posting.running_balance) running[posting.account] += posting.amount;
      // `channel_receivable:CHANNEL:CUR`: what the institution owes us by our books.
      constexpr std::string_view kind = "channel_receivable:";
      if (posting.account.starts_with(kind))
        receivable[{posting.account.substr(kind.size(), posting.account.rfind(':') - kind.size()), posting.currency}] +=
            posting.amount;
    }
  for (const auto& [currency, sum] : trial)
    if (sum != 0) broken("the trial balance in " + currency.text() + " is " + sum_text(sum));
  if (!disk_.postings.empty()) broken(std::to_string(disk_.postings.size()) + " postings never reached their accounts");
  for (const auto& [id, sum] : running) {
    const auto account = disk_.accounts.find(id);
    const auto balance = account == disk_.accounts.end() ? 0 : account->second.balance;
    if (balance != sum) broken("account " + id + " holds " + sum_text(balance) + ", its entries say " + sum_text(sum));
  }
  // Money in doubt that a person was told of is in the institution's book and not yet in ours.
  std::map<std::pair<std::string, Currency>, std::int64_t> in_doubt;
  for (const auto& [id, order] : disk_.orders) {
    for (const auto& attempt : order.attempts) {
      if (is_terminal(attempt.state)) continue;
      const auto* payment = institutions_.at(channel_in(attempt.path)).book().find_payment(attempt.number);
      if (payment != nullptr && payment->status == InstitutionPayment::Status::paid)
        in_doubt[{channel_in(attempt.path), order.currency}] += payment->received;
    }
    for (const auto& refund : order.refunds) {
      if (refund.state == RefundState::refunded) continue;
      const auto* returned = institutions_.at(channel_in(refund.path)).book().find_refund(refund.id);
      if (returned != nullptr && returned->status == InstitutionRefund::Status::refunded)
        in_doubt[{channel_in(refund.path), order.currency}] -= refund.amount;
    }
  }
  for (const auto& channel : institutions_.channels())
    for (const auto& [currency, total] : institutions_.at(channel).book().totals()) {
      const auto ours = receivable[{channel, currency}] + in_doubt[{channel, currency}];
      if (total.received - total.refunded != ours)
        broken(channel + " holds " + sum_text(total.received - total.refunded) + " " + currency.text() +
               " for us by its book; ours says " + sum_text(ours));
    }
}

bool Promises::has_alert(std::string_view kind, std::string_view ref) const {
  return std::ranges::any_of(
      disk_.alerts, [&](const AlertRecord& record) { return record.alert.kind == kind && record.alert.ref == ref; });
}

}  // namespace tael::scenario
