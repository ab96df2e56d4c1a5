#include "adapters/simulated/simulated_store.hpp"

namespace tael::simulated {
namespace {

/// Counts one fault down; true when it was due.
bool due(int& count) {
  if (count == 0) return false;
  --count;
  return true;
}

template <class Map>
std::vector<typename Map::mapped_type> values_of(const Map& map) {
  std::vector<typename Map::mapped_type> values;
  for (const auto& [name, value] : map) values.push_back(value);
  return values;
}

template <class Map>
std::optional<typename Map::mapped_type> value_of(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

}  // namespace

SimulatedStore::SimulatedStore(SimulatedDisk& disk, Executor executor) : disk_(disk), executor_(std::move(executor)) {
  lose_all_shards();  // Whoever had them.
  held_ = disk_.epochs;
}

SimulatedStore::~SimulatedStore() = default;

void SimulatedStore::lose_all_shards() {
  for (auto& epoch : disk_.epochs) epoch += 1;
}

void SimulatedStore::crash() { life_ = std::make_shared<int>(); }

void SimulatedStore::later(std::function<void()> work) {
  executor_([work = std::move(work), life = std::weak_ptr<int>{life_}] {
    if (!life.expired()) work();
  });
}

// Durable and heard are two steps: a crash in between is the commit that nobody knows of.
void SimulatedStore::write(std::vector<Commit> batch, std::function<void(std::vector<CommitResult>)> done) {
  later([this, batch = std::move(batch), done = std::move(done)] {
    later([done, results = commit(batch)] { done(results); });
  });
}

std::vector<CommitResult> SimulatedStore::commit(const std::vector<Commit>& batch) {
  const CommitResult away{CommitOutcome::unavailable, "", "the store is away"};
  std::vector<CommitResult> results(batch.size(), away);
  if (due(writes_refused_)) return results;
  const bool unheard = due(answers_lost_);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto result = disk_.take(batch[i], held_);
    if (!unheard) results[i] = std::move(result);
  }
  return results;
}

void SimulatedStore::prove(std::function<void(bool)> done) {
  later([this, done = std::move(done)] {
    if (!holds()) proved_ = !due(reads_refused_);
    done(holds());
  });
}

template <class T, class Look>
void SimulatedStore::read(std::function<void(Read<T>)> done, Look look) {
  later([this, done = std::move(done), look = std::move(look)] {
    if (due(reads_refused_))
      done({.value = {}, .error = "the store is away"});
    else
      done({.value = look(), .error = {}});
  });
}

void SimulatedStore::load_order(std::string id, std::function<void(Read<std::optional<OrderRecord>>)> done) {
  read(std::move(done), [this, id = std::move(id)] { return disk_.load_order(id); });
}
void SimulatedStore::find_order(std::string business, std::string order_no,
                                std::function<void(Read<std::optional<std::string>>)> done) {
  read(std::move(done), [this, name = std::pair{std::move(business), std::move(order_no)}] {
    return value_of(disk_.order_numbers, name);
  });
}
void SimulatedStore::find_key(std::string business, std::string route, std::string key,
                              std::function<void(Read<std::optional<IdempotencyKey>>)> done) {
  read(std::move(done), [this, name = std::tuple{std::move(business), std::move(route), std::move(key)}] {
    return value_of(disk_.keys, name);
  });
}
void SimulatedStore::load_timers(std::function<void(Read<std::vector<Timer>>)> done) {
  read(std::move(done), [this] { return std::vector<Timer>{disk_.timers.begin(), disk_.timers.end()}; });
}
void SimulatedStore::load_interrupted(std::function<void(Read<std::vector<std::string>>)> done) {
  read(std::move(done), [this] { return disk_.interrupted(); });
}
void SimulatedStore::load_parked_notices(std::string order_id, std::function<void(Read<std::vector<Notice>>)> done) {
  read(std::move(done), [this, id = std::move(order_id)] { return disk_.parked_notices(id); });
}

void SimulatedStore::load_notices(std::function<void(Read<std::vector<Notice>>)> done) {
  read(std::move(done), [this] { return disk_.due_notices(); });
}
void SimulatedStore::load_account(std::string id, std::function<void(Read<std::optional<AccountRow>>)> done) {
  read(std::move(done), [this, id = std::move(id)] { return value_of(disk_.accounts, id); });
}
void SimulatedStore::load_postings(std::function<void(Read<std::vector<PostingOnItsWay>>)> done) {
  read(std::move(done), [this] { return disk_.postings; });
}
void SimulatedStore::load_breakers(std::function<void(Read<std::vector<BreakerRow>>)> done) {
  read(std::move(done), [this] { return values_of(disk_.breakers); });
}
void SimulatedStore::load_alerts_due(std::function<void(Read<AlertsDue>)> done) {
  read(std::move(done), [this] { return disk_.alerts_due(held_); });
}
void SimulatedStore::load_open_alerts(std::string kind, std::function<void(Read<std::vector<AlertRecord>>)> done) {
  read(std::move(done), [this, kind = std::move(kind)] { return disk_.open_alerts(kind); });
}
void SimulatedStore::load_alert(std::int64_t id, std::function<void(Read<std::optional<AlertRecord>>)> done) {
  read(std::move(done), [this, id] { return disk_.load_alert(id); });
}

}  // namespace tael::simulated
