// How the contract suites speak to a store, whatever it is made of. A `World` has
//   Store& store();   Lease& lease();   void reopen();   void lose_ownership();
// `reopen` ends the store and opens another one on what is durable; `lose_ownership` gives the shards to another node.
#pragma once

#include "tests/support/commits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>

namespace tael::testing {

/// What `ask` is told through the callback it is given.
template <class T, class Ask>
T heard(Ask ask) {
  std::promise<T> promise;
  auto future = promise.get_future();
  ask([&promise](T value) { promise.set_value(std::move(value)); });
  if (future.wait_for(std::chrono::seconds{60}) != std::future_status::ready) throw std::runtime_error("no answer");
  return future.get();
}

template <class World>
class StoreSuite : public ::testing::Test {
 protected:
  std::vector<CommitResult> write_all(std::vector<Commit> batch) {
    return heard<std::vector<CommitResult>>([&](auto done) { world.store().write(std::move(batch), std::move(done)); });
  }
  CommitOutcome write(Commit commit) {
    const auto results = write_all({std::move(commit)});
    error = results.front().error;
    return results.front().outcome;
  }
  std::vector<CommitOutcome> outcomes(std::vector<Commit> batch) {
    std::vector<CommitOutcome> outcomes;
    for (const auto& result : write_all(std::move(batch))) outcomes.push_back(result.outcome);
    return outcomes;
  }
  std::optional<OrderRecord> load(const std::string& id) {
    return read<std::optional<OrderRecord>>([&](auto done) { world.store().load_order(id, std::move(done)); });
  }
  /// 0 when it is not there.
  std::int64_t version_of(const std::string& id) {
    const auto record = load(id);
    return record ? record->order.version : 0;
  }
  std::vector<Timer> timers() {
    return read<std::vector<Timer>>([&](auto done) { world.store().load_timers(std::move(done)); });
  }
  std::vector<PostingOnItsWay> postings() {
    return read<std::vector<PostingOnItsWay>>([&](auto done) { world.store().load_postings(std::move(done)); });
  }
  std::optional<IdempotencyKey> key(const std::string& name) {
    return read<std::optional<IdempotencyKey>>(
        [&](auto done) { world.store().find_key("bakery", "POST /v1/orders", name, std::move(done)); });
  }
  AlertsDue alerts() {
    return read<AlertsDue>([&](auto done) { world.store().load_alerts_due(std::move(done)); });
  }
  std::vector<AlertRecord> open_alerts(const std::string& kind) {
    return read<std::vector<AlertRecord>>([&](auto done) { world.store().load_open_alerts(kind, std::move(done)); });
  }
  std::optional<AlertRecord> alert(std::int64_t id) {
    return read<std::optional<AlertRecord>>([&](auto done) { world.store().load_alert(id, std::move(done)); });
  }
  template <class T, class Ask>
  T read(Ask ask) {
    auto answer = heard<Read<T>>(ask);
    EXPECT_EQ(answer.error, "");
    return std::move(answer.value);
  }
  World world;
  std::string error;  ///< Of the last `write`.
};

}  // namespace tael::testing
