#include "adapters/simulated/simulated_disk.hpp"

#include <algorithm>
#include <initializer_list>

namespace tael::simulated {
namespace {

struct Guard {
  std::int64_t lowest, highest;
  bool admits(std::int64_t version) const { return lowest <= version && version <= highest; }
};

Guard guard_for(const Commit& commit, const std::string& entity, std::int64_t version) {
  std::int64_t first = 0;
  for (const auto& row : commit.journal)
    if (row.entity == entity && (first == 0 || row.version < first)) first = row.version;
  return first == 0 ? Guard{version - 1, version} : Guard{first - 1, first - 1};
}

std::string order_of_row(const Commit& commit, const std::string& number) {
  return commit.order ? commit.order->row.id : order_of(number).value_or("");
}

std::vector<Shard> shards_of(const Commit& commit) {
  std::vector<Shard> shards{commit.shard};
  for (const auto& row : commit.journal) shards.push_back(row.shard);
  for (const auto& write : commit.notices) shards.push_back(write.row.shard);
  for (const auto& moved : commit.transactions) shards.push_back(moved.shard);
  for (const auto& entry : commit.entries) shards.push_back(entry.shard);
  for (const auto& timer : commit.timers_set) shards.push_back(timer.shard);
  for (const auto& timer : commit.timers_struck) shards.push_back(timer.shard);
  for (const auto& exchange : commit.exchanges) shards.push_back(exchange.shard);
  for (const auto& alert : commit.alerts) shards.push_back(alert.shard);
  for (const auto& resolution : commit.alerts_resolved) shards.push_back(resolution.shard);
  for (const auto& held : commit.quarantined) shards.push_back(held.shard);
  for (const auto& changed : commit.alerts_changed) shards.push_back(changed.alert.shard);
  for (const auto& write : commit.alert_messages) shards.push_back(write.row.shard);
  for (const auto& posting : commit.postings_applied) shards.push_back(posting.shard);
  if (commit.order) shards.push_back(commit.order->row.shard);
  if (commit.key) shards.push_back(commit.key->row.shard);
  if (commit.account) shards.push_back(commit.account->row.shard);
  return shards;
}

bool in_range(std::int64_t amount) { return 1 <= amount && amount <= amount_max; }

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::ranges::find(words, word) != words.end();
}

std::string breach_of_order(const Order& order) {
  if (!in_range(order.amount)) return "orders_amount_check";
  if (order.fee_bps < 0 || order.fee_bps > 10000) return "orders_fee_bps_check";
  if (order.paid_amount != 0 && order.paid_amount != order.amount) return "orders_paid_amount_check";
  if (order.state == OrderState::paid && order.paid_amount != order.amount) return "orders_paid";
  if (order.refunding_amount < 0 || order.refunded_amount < 0) return "orders_refunding_amount_check";
  if (order.refunding_amount + order.refunded_amount > order.paid_amount) return "orders_refunds";
  return order.version > 0 ? "" : "orders_version_check";
}

std::string breach_of_entry(const Entry& entry) {
  if (entry.postings.size() < 2) return "entry " + entry.id + " has fewer than two postings";
  std::map<Currency, std::int64_t> sums;
  for (const auto& posting : entry.postings) {
    if (!in_range(posting.amount) && !in_range(-posting.amount)) return "postings_amount_check";
    sums[posting.currency] += posting.amount;
  }
  const bool balanced = std::ranges::all_of(sums, [](const auto& sum) { return sum.second == 0; });
  return balanced ? "" : "entry " + entry.id + " does not balance";
}

auto facts_of(const PostingOnItsWay& posting) {
  return std::tie(posting.entry, posting.account, posting.amount, posting.currency, posting.shard);
}

auto find_posting(auto& postings, const PostingOnItsWay& posting) {
  return std::ranges::find(postings, facts_of(posting), facts_of);
}

template <class Row>
Row* with_no(std::vector<Row>& rows, int no) {
  const auto found = std::ranges::find(rows, no, &Row::no);
  return found == rows.end() ? nullptr : &*found;
}
template <class Row>
void put(std::vector<Row>& rows, const Write<Row>& write) {
  if (auto* row = with_no(rows, write.row.no))
    *row = write.row;
  else
    rows.insert(std::ranges::upper_bound(rows, write.row.no, {}, &Row::no), write.row);
}

/// The written rows are there when they change and not there when they are new.
template <class Row>
bool fit(const std::vector<Write<Row>>& writes, const std::vector<Row>* stored) {
  std::set<int> nos;
  if (stored)
    for (const auto& row : *stored) nos.insert(row.no);
  for (const auto& write : writes)
    if (nos.contains(write.row.no) == write.insert || !nos.insert(write.row.no).second == write.insert) return false;
  return true;
}

}  // namespace

CommitResult SimulatedDisk::take(const Commit& commit, const Epochs& held) {
  auto result = judge(commit, held);
  if (result.outcome == CommitOutcome::committed) apply(commit);
  return result;
}

CommitResult SimulatedDisk::judge(const Commit& commit, const Epochs& held) const {
  for (const Shard shard : shards_of(commit)) {
    if (shard >= shards_total) return {CommitOutcome::refused, "", "a row of a shard that does not exist"};
    if (held[shard] != epochs[shard]) return {CommitOutcome::fenced, "", "this node does not own the shard"};
  }
  if (commit.key && commit.key->insert) {
    const auto& key = commit.key->row;
    if (keys.contains({key.business, key.route, key.key})) return {CommitOutcome::key_exists, "", ""};
  }
  if (commit.order && commit.order->insert) {
    const auto taken = order_numbers.find({commit.order->row.context.business, commit.order->row.order_no});
    if (taken != order_numbers.end()) return {CommitOutcome::order_exists, taken->second, ""};
  }
  // A step that a rival took already would also book its entry twice: it is a conflict, no mistake of ours.
  if (was_written(commit)) return {CommitOutcome::conflict, "", "journal_pkey"};
  if (auto breach = breach_of(commit); !breach.empty()) return {CommitOutcome::refused, "", std::move(breach)};
  if (auto rival = rival_of(commit); !rival.empty()) return {CommitOutcome::conflict, "", std::move(rival)};
  if (auto owner = transaction_owner(commit); !owner.empty())
    return {CommitOutcome::transaction_taken, std::move(owner), "channel_transactions_pkey"};
  return {CommitOutcome::committed, "", ""};
}

std::string SimulatedDisk::transaction_owner(const Commit& commit) const {
  for (const auto& moved : commit.transactions) {
    const auto known = channel_transactions.find({moved.channel, moved.kind, moved.transaction});
    if (known != channel_transactions.end()) return known->second;
  }
  return {};
}

/// What the schema's checks and unique keys would not have.
std::string SimulatedDisk::breach_of(const Commit& commit) const {
  for (const auto& row : commit.journal)
    if (row.version < 1) return "journal_version_check";
  if (commit.order)
    if (auto breach = breach_of_order(commit.order->row); !breach.empty()) return breach;
  for (const auto& [attempt, insert] : commit.attempts) {
    if (order_of_row(commit, attempt.number).empty() || (insert && !commit.order))
      return "an attempt without its order";
    if (attempt.no < 1 || !in_range(attempt.amount)) return "attempts_amount_check";
    if (attempt.received_amount < 0 || attempt.received_amount > amount_max) return "attempts_received_amount_check";
    if (!is_one_of(attempt.voucher.kind, {"qr", "redirect", "params", "none"})) return "attempts_voucher_kind_check";
  }
  for (const auto& [refund, insert] : commit.refunds) {
    const auto order_id = order_of_row(commit, refund.id);
    if (order_id.empty() || (insert && !commit.order)) return "a refund without its order";
    if (refund.no < 1 || !in_range(refund.amount)) return "refunds_amount_check";
    const auto order = orders.find(order_id);
    if (!insert || order == orders.end()) continue;
    for (const auto& other : order->second.refunds)
      if (other.no != refund.no && other.refund_no == refund.refund_no) return "refunds_refund_no";
  }
  for (const auto& moved : commit.transactions)
    if (moved.transaction.empty() || moved.kind == NumberKind::transfer)
      return "channel_transactions_channel_transaction_check";
  std::set<std::string> new_ids, new_causes;
  for (const auto& entry : commit.entries) {
    if (auto breach = breach_of_entry(entry); !breach.empty()) return breach;
    if (entries.contains(entry.id) || !new_ids.insert(entry.id).second) return "entries_pkey";
    if (causes.contains(entry.cause) || !new_causes.insert(entry.cause).second) return "entries_cause";
  }
  for (const auto& exchange : commit.exchanges)
    if (!is_one_of(exchange.direction, {"out", "in"})) return "exchanges_direction_check";
  if (commit.breaker) {
    const auto& breaker = commit.breaker->row;
    if (!is_one_of(breaker.static_switch, {"on", "off", "forced_open", "forced_closed"}))
      return "breakers_static_switch_check";
    if (!is_one_of(breaker.state, {"closed", "open", "half_open"})) return "breakers_state_check";
  }
  return "";
}

bool SimulatedDisk::was_written(const Commit& commit) const {
  std::set<std::pair<std::string, std::int64_t>> new_versions;
  return std::ranges::any_of(commit.journal, [&](const JournalRow& row) {
    const auto written = versions.find(row.entity);
    if (written != versions.end() && std::ranges::binary_search(written->second, row.version)) return true;
    return commit.journal.size() > 1 && !new_versions.insert({row.entity, row.version}).second;
  });
}

/// What another owner must have written before us.
std::string SimulatedDisk::rival_of(const Commit& commit) const {
  if (commit.order) {
    const auto& [order, insert] = *commit.order;
    const auto found = orders.find(order.id);
    if (insert != (found == orders.end())) return "orders";
    if (!insert && !guard_for(commit, order.id, order.version).admits(found->second.version)) return "orders";
  }
  const auto stored = [&](const std::string& number) -> const Order* {
    const auto found = orders.find(order_of_row(commit, number));
    return found == orders.end() ? nullptr : &found->second;
  };
  const auto* with_attempts = commit.attempts.empty() ? nullptr : stored(commit.attempts.front().row.number);
  if (!fit(commit.attempts, with_attempts ? &with_attempts->attempts : nullptr)) return "attempts";
  const auto* with_refunds = commit.refunds.empty() ? nullptr : stored(commit.refunds.front().row.id);
  if (!fit(commit.refunds, with_refunds ? &with_refunds->refunds : nullptr)) return "refunds";
  for (const auto& [notice, insert] : commit.notices) {
    const auto found = notices.find(notice.id);
    if (insert != (found == notices.end())) return "notices";
    if (!insert && !guard_for(commit, notice.id, notice.version).admits(found->second.version)) return "notices";
  }
  if (commit.account) {
    const auto& [account, insert] = *commit.account;
    const auto found = accounts.find(account.id);
    if (insert != (found == accounts.end())) return "accounts";
    if (!insert && !guard_for(commit, account.id, account.version).admits(found->second.version)) return "accounts";
  }
  if (commit.breaker) {
    const auto& [breaker, insert] = *commit.breaker;
    const auto found = breakers.find(breaker_name(breaker));
    if (insert != (found == breakers.end())) return "breakers";
    if (!insert && found->second.seq != breaker.seq - 1) return "breakers";
  }
  if (commit.key && !commit.key->insert) {
    const auto& key = commit.key->row;
    if (!keys.contains({key.business, key.route, key.key})) return "idempotency_keys";
  }
  for (const auto& changed : commit.alerts_changed) {
    const auto found = load_alert(changed.id);
    if (!found || found->alert.shard != changed.alert.shard || found->version != changed.version - 1) return "alerts";
  }
  for (const auto& [message, insert] : commit.alert_messages)
    if (alert_messages.contains(message_id(message)) == insert) return "alert_messages";
  std::map<std::pair<std::string_view, std::string_view>, int> times;
  for (const auto& posting : commit.postings_applied) {
    const auto many = ++times[{posting.entry, posting.account}];
    if (many == 1 && find_posting(postings, posting) != postings.end()) continue;
    const auto is_this = [&](const PostingOnItsWay& p) { return facts_of(p) == facts_of(posting); };
    if (std::ranges::count_if(postings, is_this) < many) return "postings_due";
  }
  return "";
}

void SimulatedDisk::apply(const Commit& commit) {
  for (const auto& row : commit.journal) {
    journal.push_back(row);
    auto& written = versions[row.entity];
    written.insert(std::ranges::upper_bound(written, row.version), row.version);  // Nearly always at the end.
  }
  if (commit.order) {
    auto& order = orders[commit.order->row.id];
    auto attempts = std::move(order.attempts);
    auto refunds = std::move(order.refunds);
    order = commit.order->row;
    order.attempts = std::move(attempts);
    order.refunds = std::move(refunds);
    order_numbers.insert({{order.context.business, order.order_no}, order.id});
  }
  for (const auto& write : commit.attempts) put(orders[order_of_row(commit, write.row.number)].attempts, write);
  for (const auto& write : commit.refunds) put(orders[order_of_row(commit, write.row.id)].refunds, write);
  for (const auto& write : commit.notices) notices[write.row.id] = write.row;
  for (const auto& moved : commit.transactions)
    channel_transactions.insert({{moved.channel, moved.kind, moved.transaction}, moved.number});
  for (const auto& entry : commit.entries) {
    entries.insert({entry.id, entry});
    causes.insert(entry.cause);
    for (const auto& posting : entry.postings)
      if (posting.running_balance)
        postings.push_back({entry.shard, entry.id, posting.account, posting.amount, posting.currency});
  }
  for (const auto& posting : commit.postings_applied) postings.erase(find_posting(postings, posting));
  for (const auto& timer : commit.timers_struck) timers.erase(timer);
  timers.insert(commit.timers_set.begin(), commit.timers_set.end());
  if (keeps_exchanges) exchanges.insert(exchanges.end(), commit.exchanges.begin(), commit.exchanges.end());
  apply_alerts(commit);
  if (commit.key) keys[{commit.key->row.business, commit.key->row.route, commit.key->row.key}] = commit.key->row;
  if (commit.account) accounts[commit.account->row.id] = commit.account->row;
  if (commit.breaker) {
    breakers[breaker_name(commit.breaker->row)] = commit.breaker->row;
    breaker_events.push_back(commit.breaker->row);
  }
}

AlertRecord* SimulatedDisk::open_alert(const std::string& kind, const std::string& ref) {
  const auto found = std::ranges::find_if(alerts, [&](const AlertRecord& record) {
    return !record.is_resolved() && record.alert.kind == kind && record.alert.ref == ref;
  });
  return found == alerts.end() ? nullptr : &*found;
}

void SimulatedDisk::apply_alerts(const Commit& commit) {
  for (const auto& alert : commit.alerts) {
    if (auto* open = open_alert(alert.kind, alert.ref)) {
      open->count += 1;
      open->last_at = std::max(open->last_at, alert.at);
      open->alert.message = alert.message;
      open->alert.usual = alert.usual;
      open->alert.severity = std::max(open->alert.severity, alert.severity);
      continue;
    }
    auto& raised = alerts.emplace_back();
    raised.id = static_cast<std::int64_t>(alerts.size());
    raised.alert = alert;
    raised.last_at = raised.next_at = alert.at;
  }
  for (const auto& resolution : commit.alerts_resolved) {
    auto* open = open_alert(resolution.kind, resolution.ref);
    if (open == nullptr) continue;
    open->resolved_by = resolved_by_itself;
    open->resolved_note = resolution.note;
    open->resolved_at = resolution.at;
    open->next_at = open->told > 0 && resolution.is_news ? resolution.at : TimePoint{};
    open->version += 1;
  }
  for (const auto& changed : commit.alerts_changed) {
    auto& stored = alerts[static_cast<std::size_t>(changed.id - 1)];
    auto merged = changed;  // What is counted is not changed by whoever read it before.
    merged.alert = std::move(stored.alert);
    merged.last_at = stored.last_at;
    merged.count = stored.count;
    stored = std::move(merged);
  }
  for (const auto& write : commit.alert_messages) alert_messages[message_id(write.row)] = write.row;
  for (const auto& held : commit.quarantined) {
    const auto [found, is_new] = quarantine.try_emplace(ref_of(held), held);
    if (!is_new) found->second = counted_up(found->second, held);
  }
}

}  // namespace tael::simulated
