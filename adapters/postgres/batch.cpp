#include "adapters/postgres/batch.hpp"

#include "adapters/postgres/body_json.hpp"

#include <algorithm>

namespace tael::postgres {
namespace {

/// The order that an attempt or refund of this commit belongs to.
std::string order_of_row(const Commit& commit, const std::string& number) {
  return commit.order ? commit.order->row.id : order_of(number).value_or("");
}

/// What `entity` must be found at: just before its first event in the commit. Without an event the row's own
/// version may be new or as it was.
Guard guard_for(const Commit& commit, const std::string& entity, std::int64_t version) {
  std::int64_t first = 0;
  for (const auto& row : commit.journal)
    if (row.entity == entity && (first == 0 || row.version < first)) first = row.version;
  return first == 0 ? Guard{version - 1, version} : Guard{first - 1, first - 1};
}

Guard guard_for(const BreakerRow& breaker) { return {breaker.seq - 1, breaker.seq - 1}; }

const BusinessContext& context_of(const Commit& commit) {
  static const BusinessContext none;
  if (commit.order) return commit.order->row.context;
  return commit.journal.empty() ? none : commit.journal.front().context;
}

// One text as the key of what is once in a batch. Zero bytes never occur in what PostgreSQL keeps.
std::string joined(std::string_view a, std::string_view b, std::string_view c = "") {
  std::string key{a};
  (key += '\0') += b;
  return (key += '\0') += c;
}

std::string key_of(const AlertRecord& alert) { return std::to_string(alert.id); }
Guard guard_for(const AlertRecord& alert) { return {alert.version - 1, alert.version - 1}; }

bool has_zero_byte(const Field& field) {
  const auto* text = std::get_if<std::string>(&field.value);
  return field.name.find('\0') != std::string::npos || (text && text->find('\0') != std::string::npos);
}

template <class Each>
void each_shard(const Commit& commit, Each each) {
  each(commit.shard);
  for (const auto& row : commit.journal) each(row.shard);
  if (commit.order) each(commit.order->row.shard);
  for (const auto& write : commit.notices) each(write.row.shard);
  for (const auto& moved : commit.transactions) each(moved.shard);
  for (const auto& entry : commit.entries) each(entry.shard);
  for (const auto& timer : commit.timers_set) each(timer.shard);
  for (const auto& timer : commit.timers_struck) each(timer.shard);
  for (const auto& exchange : commit.exchanges) each(exchange.shard);
  for (const auto& alert : commit.alerts) each(alert.shard);
  for (const auto& resolution : commit.alerts_resolved) each(resolution.shard);
  for (const auto& changed : commit.alerts_changed) each(changed.alert.shard);
  for (const auto& write : commit.alert_messages) each(write.row.shard);
  for (const auto& held : commit.quarantined) each(held.shard);
  for (const auto& posting : commit.postings_applied) each(posting.shard);
  if (commit.key) each(commit.key->row.shard);
  if (commit.account) each(commit.account->row.shard);
}

}  // namespace

std::string flaw_of(const Commit& commit) {
  bool shards_known = true;
  each_shard(commit, [&](Shard shard) { shards_known = shards_known && shard < shards_total; });
  if (!shards_known) return "a row of a shard that does not exist";
  for (const auto& row : commit.journal)
    if (std::ranges::any_of(row.body, has_zero_byte)) return "a zero byte in the body of " + row.kind;
  for (const auto& write : commit.attempts) {
    if (write.insert && !commit.order) return "a new attempt without its order";
    if (order_of_row(commit, write.row.number).empty()) return "an attempt that belongs to no order";
  }
  for (const auto& write : commit.refunds) {
    if (write.insert && !commit.order) return "a new refund without its order";
    if (order_of_row(commit, write.row.id).empty()) return "a refund that belongs to no order";
  }
  for (const auto& entry : commit.entries)
    if (entry.postings.size() < 2) return "entry " + entry.id + " has fewer than two postings";
  return "";
}

bool Batch::follows(const Commit& commit) const {
  if (commit.order) {
    const auto& [order, insert] = *commit.order;
    if (!orders.follows(order.id, insert, guard_for(commit, order.id, order.version))) return false;
    if (insert && order_numbers_.contains(joined(order.context.business, order.order_no))) return false;
  }
  for (const auto& [attempt, insert] : commit.attempts)
    if (!attempts.follows(attempt.number, insert, {})) return false;
  for (const auto& [refund, insert] : commit.refunds)
    if (!refunds.follows(refund.id, insert, {})) return false;
  for (const auto& [notice, insert] : commit.notices)
    if (!notices.follows(notice.id, insert, guard_for(commit, notice.id, notice.version))) return false;
  if (commit.key) {
    const auto& [key, insert] = *commit.key;
    if (!keys.follows(joined(key.business, key.route, key.key), insert, {})) return false;
  }
  if (commit.account) {
    const auto& [account, insert] = *commit.account;
    if (!accounts.follows(account.id, insert, guard_for(commit, account.id, account.version))) return false;
  }
  // Raised, over, raised again is two alerts: the second begins in a transaction of its own.
  for (const auto& alert : commit.alerts)
    if (alerts_ended_.contains({alert.kind, alert.ref})) return false;
  for (const auto& changed : commit.alerts_changed)
    if (!alerts_changed.follows(key_of(changed), false, guard_for(changed))) return false;
  for (const auto& [message, insert] : commit.alert_messages)
    if (!alert_messages.follows(message_id(message), insert, {})) return false;
  return !commit.breaker ||
         breakers.follows(breaker_name(commit.breaker->row), commit.breaker->insert, guard_for(commit.breaker->row));
}

bool Batch::take(const Commit& commit) {
  if (!follows(commit)) return false;
  each_shard(commit, [&](Shard shard) { touched_.set(shard); });
  take_journal(commit);
  take_order(commit);
  take_money(commit);
  take_others(commit);
  take_alerts(commit);
  return true;
}

void Batch::take_journal(const Commit& commit) {
  for (const auto& row : commit.journal)
    journal.push_back({.row = {.shard = row.shard,
                               .entity = row.entity,
                               .version = row.version,
                               .kind = row.kind,
                               .body = {},
                               .cause = row.cause,
                               .context = row.context,
                               .at = row.at},
                       .body = body_json(row.body),
                       .epoch = epochs_[row.shard]});
}

void Batch::take_order(const Commit& commit) {
  if (commit.order) {
    const auto& [order, insert] = *commit.order;
    if (insert) order_numbers_.emplace(joined(order.context.business, order.order_no), true);
    orders.put(order.id, &order, insert, guard_for(commit, order.id, order.version), order.version);
  }
  auto context = context_of(commit);
  const auto currency = commit.order ? commit.order->row.currency : Currency{};
  for (const auto& [attempt, insert] : commit.attempts)
    attempts.put(attempt.number, {commit.shard, order_of_row(commit, attempt.number), context, currency, attempt},
                 insert, {}, 0);
  for (const auto& [notice, insert] : commit.notices)
    notices.put(notice.id, {context, notice}, insert, guard_for(commit, notice.id, notice.version), notice.version);
  for (const auto& [refund, insert] : commit.refunds)
    refunds.put(refund.id, {commit.shard, order_of_row(commit, refund.id), context, currency, refund}, insert, {}, 0);
}

void Batch::take_money(const Commit& commit) {
  for (const auto& moved : commit.transactions) transactions.push_back(&moved);
  for (const auto& entry : commit.entries) {
    entries.push_back(&entry);
    for (int no = 1; const auto& posting : entry.postings) {
      postings.push_back({entry.shard, entry.id, no++, posting});
      if (posting.running_balance) postings_due.push_back(postings.back());
    }
  }
  for (const auto& posting : commit.postings_applied) postings_applied.push_back(&posting);
  if (!commit.account) return;
  const auto& [account, insert] = *commit.account;
  accounts.put(account.id, &account, insert, guard_for(commit, account.id, account.version), account.version);
}

void Batch::take_others(const Commit& commit) {
  for (const auto& timer : commit.timers_struck) timers_[timer] = false;
  for (const auto& timer : commit.timers_set) timers_[timer] = true;
  for (const auto& exchange : commit.exchanges) exchanges.push_back(&exchange);
  for (const auto& held : commit.quarantined) {
    const auto [found, is_new] = quarantined.try_emplace(ref_of(held), held);
    if (!is_new) found->second = counted_up(found->second, held);
  }
  if (commit.key) {
    const auto& [key, insert] = *commit.key;
    keys.put(joined(key.business, key.route, key.key), &key, insert, {}, 0);
  }
  if (!commit.breaker) return;
  const auto& [breaker, insert] = *commit.breaker;
  breakers.put(breaker_name(breaker), {commit.shard, breaker}, insert, guard_for(breaker), breaker.seq);
  breaker_events.push_back({commit.shard, breaker});
}

void Batch::take_alerts(const Commit& commit) {
  for (const auto& alert : commit.alerts) {
    const auto [found, is_new] = alerts_raised.try_emplace({alert.kind, alert.ref});
    auto& raised = found->second;
    raised.count = is_new ? 1 : raised.count + 1;
    if (is_new) {
      raised.alert = alert;
      raised.next_at = alert.at;
    }
    raised.alert.severity = std::max(raised.alert.severity, alert.severity);
    raised.alert.message = alert.message;
    raised.alert.usual = alert.usual;
    raised.last_at = std::max(raised.last_at, alert.at);
  }
  for (const auto& resolution : commit.alerts_resolved) {
    alerts_resolved.push_back(&resolution);
    alerts_ended_.insert({resolution.kind, resolution.ref});
  }
  for (const auto& changed : commit.alerts_changed)
    alerts_changed.put(key_of(changed), &changed, false, guard_for(changed), changed.version);
  for (const auto& [message, insert] : commit.alert_messages)
    alert_messages.put(message_id(message), &message, insert, {}, 0);
}

std::vector<Shard> Batch::shards() const {
  std::vector<Shard> shards;
  for (Shard shard = 0; shard < shards_total; ++shard)
    if (touched_[shard]) shards.push_back(shard);
  return shards;
}

std::vector<Timer> Batch::chosen(bool armed) const {
  std::vector<Timer> timers;
  for (const auto& [timer, is_armed] : timers_)
    if (is_armed == armed) timers.push_back(timer);
  return timers;
}

}  // namespace tael::postgres
