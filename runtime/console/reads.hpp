// What the console's pages ask of the store: rows as JSON, newest first, bounded. Each is one snapshot.
#pragma once

#include "actors/domain/time.hpp"
#include "adapters/postgres/snapshot.hpp"

#include <string>
#include <vector>

namespace tael::console {

/// `[{id, business, order_no, state, amount, currency, subject, paid_by, refunded_amount, created_at}]`
std::string newest_orders(postgres::Snapshot& snapshot);

/// The same of those that have this number: ours, a business's or a channel's. Several may share a business's.
std::string orders_by_any_number(postgres::Snapshot& snapshot, const std::string& number,
                                 const std::vector<std::string>& businesses);

/// `[{path, op, seq, from, state, static_switch, cause, actor, reason, at}]`; of one path, or of all when it is empty.
std::string breaker_events(postgres::Snapshot& snapshot, const std::string& path);

/// As `alert_rows` has them: those that wait for somebody first.
std::string alerts(postgres::Snapshot& snapshot);

/// `[{kind, ref, due_at, late_ms}]`, the next due first; `late_ms` is negative before.
std::string timers(postgres::Snapshot& snapshot, TimePoint now);

/// `[{id, kind, currency, balance, on_its_way, version, at}]`
std::string accounts(postgres::Snapshot& snapshot);

/// `[{at, actor, action, target, reason, outcome}]`: what operators did here.
std::string deeds(postgres::Snapshot& snapshot);

}  // namespace tael::console
