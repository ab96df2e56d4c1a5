#include "runtime/watch/observed_store.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tael {
namespace {

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  std::ranges::move(more, std::back_inserter(all));
}

}  // namespace

StoreNews news_of(const Commit& commit) {
  StoreNews news;
  if (commit.order) news.orders.push_back(commit.order->row.id);
  if (commit.breaker) news.breakers.push_back(commit.breaker->row);
  news.alerts = !commit.alerts.empty() || !commit.alerts_resolved.empty() || !commit.alerts_changed.empty();
  const auto path_of = [&](const std::string& number) {
    const auto found = std::ranges::find(commit.attempts, number, [](const auto& write) { return write.row.number; });
    return found == commit.attempts.end() ? std::string{} : found->row.path;
  };
  for (const auto& exchange : commit.exchanges) {
    if (exchange.op != "pay" || exchange.direction != "out") continue;
    auto path = path_of(exchange.number);
    if (path.empty()) continue;
    news.calls.push_back(
        {std::move(path), exchange.outcome, exchange.took_ms, exchange.started_at + Duration{exchange.took_ms}});
  }
  for (const auto& row : commit.journal)
    if (row.kind == "order_paid" && commit.order) {
      news.paid.push_back(path_of(commit.order->row.paid_by));
      if (row.cause == "answer/inquire") news.found_by_inquiry.push_back(news.paid.back());
    }
  return news;
}

void ObservedStore::write(std::vector<Commit> batch, std::function<void(std::vector<CommitResult>)> done) {
  std::vector<StoreNews> news;
  news.reserve(batch.size());
  for (const auto& commit : batch) news.push_back(news_of(commit));
  store_.write(std::move(batch),
               [this, news = std::move(news), done = std::move(done)](std::vector<CommitResult> results) mutable {
                 StoreNews durable;
                 for (std::size_t i = 0; i < results.size() && i < news.size(); ++i) {
                   if (results[i].outcome != CommitOutcome::committed) continue;
                   append(durable.orders, std::move(news[i].orders));
                   append(durable.breakers, std::move(news[i].breakers));
                   append(durable.calls, std::move(news[i].calls));
                   append(durable.paid, std::move(news[i].paid));
                   append(durable.found_by_inquiry, std::move(news[i].found_by_inquiry));
                   durable.alerts = durable.alerts || news[i].alerts;
                 }
                 if (!durable.empty()) listener_(durable);
                 done(std::move(results));
               });
}

void ObservedStore::load_order(std::string id, std::function<void(Read<std::optional<OrderRecord>>)> done) {
  store_.load_order(std::move(id), std::move(done));
}
void ObservedStore::find_order(std::string business, std::string order_no,
                               std::function<void(Read<std::optional<std::string>>)> done) {
  store_.find_order(std::move(business), std::move(order_no), std::move(done));
}
void ObservedStore::find_key(std::string business, std::string route, std::string key,
                             std::function<void(Read<std::optional<IdempotencyKey>>)> done) {
  store_.find_key(std::move(business), std::move(route), std::move(key), std::move(done));
}
void ObservedStore::load_timers(std::function<void(Read<std::vector<Timer>>)> done) {
  store_.load_timers(std::move(done));
}
void ObservedStore::load_interrupted(std::function<void(Read<std::vector<std::string>>)> done) {
  store_.load_interrupted(std::move(done));
}
void ObservedStore::load_notices(std::function<void(Read<std::vector<Notice>>)> done) {
  store_.load_notices(std::move(done));
}
void ObservedStore::load_parked_notices(std::string order_id, std::function<void(Read<std::vector<Notice>>)> done) {
  store_.load_parked_notices(std::move(order_id), std::move(done));
}
void ObservedStore::load_account(std::string id, std::function<void(Read<std::optional<AccountRow>>)> done) {
  store_.load_account(std::move(id), std::move(done));
}
void ObservedStore::load_postings(std::function<void(Read<std::vector<PostingOnItsWay>>)> done) {
  store_.load_postings(std::move(done));
}
void ObservedStore::load_breakers(std::function<void(Read<std::vector<BreakerRow>>)> done) {
  store_.load_breakers(std::move(done));
}
void ObservedStore::load_alerts_due(std::function<void(Read<AlertsDue>)> done) {
  store_.load_alerts_due(std::move(done));
}
void ObservedStore::load_open_alerts(std::string kind, std::function<void(Read<std::vector<AlertRecord>>)> done) {
  store_.load_open_alerts(std::move(kind), std::move(done));
}
void ObservedStore::load_alert(std::int64_t id, std::function<void(Read<std::optional<AlertRecord>>)> done) {
  store_.load_alert(id, std::move(done));
}

}  // namespace tael
