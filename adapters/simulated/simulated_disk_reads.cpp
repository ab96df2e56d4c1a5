// What a disk is asked for. What is written to it is judged in simulated_disk.cpp.
#include "adapters/simulated/simulated_disk.hpp"

#include <algorithm>

namespace tael::simulated {

std::vector<std::string> SimulatedDisk::messages_held() const {
  std::vector<std::string> refs;
  for (const auto& record : open_alerts(std::string{quarantined_kind}))
    if (quarantine.contains(record.alert.ref)) refs.push_back(record.alert.ref);
  return refs;
}

std::optional<AlertRecord> SimulatedDisk::load_alert(std::int64_t id) const {
  if (id < 1 || static_cast<std::size_t>(id) > alerts.size()) return std::nullopt;
  auto found = alerts[static_cast<std::size_t>(id - 1)];
  found.told_before = {};
  for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(id); ++i)
    if (alerts[i].alert.kind == found.alert.kind && alerts[i].alert.ref == found.alert.ref)
      found.told_before = std::max(found.told_before, alerts[i].told_at);
  return found;
}

std::vector<AlertRecord> SimulatedDisk::open_alerts(const std::string& kind) const {
  std::vector<AlertRecord> open;
  for (const auto& record : alerts)
    if (!record.is_resolved() && record.alert.kind == kind) open.push_back(record);
  return open;
}

AlertsDue SimulatedDisk::alerts_due(const Epochs& held) const {
  const auto is_ours = [&](Shard shard) { return held[shard] == epochs[shard]; };
  AlertsDue due;
  std::map<Severity, std::int64_t> open;
  for (const auto& record : alerts) {
    if (!is_ours(record.alert.shard)) continue;
    if (!record.is_resolved()) ++open[record.alert.severity];
    if (record.next_at == TimePoint{}) continue;
    if (auto found = load_alert(record.id)) due.alerts.push_back(*std::move(found));
  }
  std::ranges::stable_sort(due.alerts, {}, &AlertRecord::next_at);
  for (const auto& [id, message] : alert_messages)
    if (message.state == NoticeState::due && is_ours(message.shard)) due.messages.push_back(message);
  std::ranges::stable_sort(due.messages, {},
                           [](const AlertMessage& m) { return std::make_tuple(m.next_at, m.alert, m.no, m.way); });
  due.open.assign(open.begin(), open.end());
  return due;
}

namespace {

/// Ids end in a counter without leading zeros beyond two digits.
auto age(const Notice& notice) { return std::make_tuple(notice.created_at, notice.id.size(), notice.id); }

}  // namespace

std::optional<OrderRecord> SimulatedDisk::load_order(const std::string& id) const {
  const auto found = orders.find(id);
  if (found == orders.end()) return std::nullopt;
  OrderRecord record{found->second, std::nullopt};
  // A notice's id begins with its order's.
  for (auto at = notices.lower_bound("msg_" + id); at != notices.end() && at->second.order_id == id; ++at)
    if (!record.notice || age(*record.notice) < age(at->second)) record.notice = at->second;
  return record;
}

std::vector<std::string> SimulatedDisk::interrupted() const {
  std::vector<std::string> ids;
  for (const auto& [id, order] : orders) {
    const bool has_call_out =
        order.state == OrderState::closing ||
        std::ranges::any_of(order.attempts, [](const Attempt& a) { return a.state == AttemptState::sent; }) ||
        std::ranges::any_of(order.refunds, [](const Refund& r) {
          return r.state == RefundState::requested || r.state == RefundState::sent;
        });
    if (has_call_out) ids.push_back(id);
  }
  return ids;
}

std::vector<Notice> SimulatedDisk::due_notices() const {
  std::vector<Notice> due;
  for (const auto& [id, notice] : notices)
    if (notice.state == NoticeState::due) due.push_back(notice);
  std::ranges::stable_sort(due, {}, &Notice::next_at);
  return due;
}

std::vector<Notice> SimulatedDisk::parked_notices(const std::string& order_id) const {
  std::vector<Notice> parked;
  for (const auto& [id, notice] : notices)
    if (notice.order_id == order_id && notice.state == NoticeState::parked) parked.push_back(notice);
  std::ranges::sort(parked, {}, age);
  return parked;
}

}  // namespace tael::simulated
