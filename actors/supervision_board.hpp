// Who is watched by whom, and how they fare: supervisors write it, operators read it. Names are paths of the tree,
// `channels/aurora/adapter`. It holds the present only; what happened is in alerts and the log.
#pragma once

#include "actors/domain/time.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace tael {

enum class Lifetime { permanent, transient, temporary };
enum class Health { up, restarting, parked, stuck, down };

constexpr std::string_view name_of(Lifetime lifetime) {
  switch (lifetime) {
    case Lifetime::permanent: return "permanent";
    case Lifetime::transient: return "transient";
    case Lifetime::temporary: return "temporary";
  }
  return "unknown";
}
constexpr std::string_view name_of(Health health) {
  switch (health) {
    case Health::up: return "up";
    case Health::restarting: return "restarting";
    case Health::parked: return "parked";
    case Health::stuck: return "stuck";
    case Health::down: return "down";
  }
  return "unknown";
}

struct Supervised {
  std::string name;
  Lifetime lifetime = Lifetime::permanent;
  Health health = Health::up;
  TimePoint since{};    ///< Of `health`.
  TimePoint next_at{};  ///< Of the next start, while restarting or parked; else zero.
  int starts = 0;
  std::string reason;  ///< Of its last end.
};

class SupervisionBoard {
 public:
  void started(const std::string& name, Lifetime lifetime, TimePoint now) {
    const std::lock_guard lock{mutex_};
    auto& row = rows_[name];
    row = {name, lifetime, Health::up, now, {}, row.starts + 1, std::move(row.reason)};
  }
  void fell(const std::string& name, Health health, TimePoint now, TimePoint next_at, std::string reason) {
    const std::lock_guard lock{mutex_};
    auto& row = rows_[name];
    row = {name, row.lifetime, health, now, next_at, row.starts, std::move(reason)};
  }
  /// It was stuck, and is the same that it was before.
  void answers(const std::string& name, TimePoint now) {
    const std::lock_guard lock{mutex_};
    auto& row = rows_[name];
    row = {name, row.lifetime, Health::up, now, {}, row.starts, std::move(row.reason)};
  }
  /// By name, so that each stands after the one that watches it.
  std::vector<Supervised> rows() const {
    const std::lock_guard lock{mutex_};
    std::vector<Supervised> all;
    for (const auto& [name, row] : rows_) all.push_back(row);
    return all;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Supervised> rows_;
};

}  // namespace tael
