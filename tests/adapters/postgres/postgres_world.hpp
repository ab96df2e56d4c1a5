// A store on a database of its own, for tests that PostgreSQL alone must pass.
#pragma once

#include "adapters/postgres/postgres_store.hpp"
#include "tests/adapters/postgres/store_suite.hpp"
#include "tests/support/test_database.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>

namespace tael::testing {

struct FixedClock final : Clock {
  TimePoint now() const override { return morning; }
};

/// Does something once when a point is passed.
class AtPoint final : public CrashPoints {
 public:
  void once(std::string name, std::function<void()> action) {
    name_ = std::move(name);
    action_ = std::move(action);
  }
  void passed(std::string_view name) override {
    if (name != name_ || !action_) return;
    std::exchange(action_, nullptr)();
  }

 private:
  std::string name_;
  std::function<void()> action_;
};

/// Remembers events by name.
class HeardLog final : public Log {
 public:
  void line(Level, std::string_view event, const Fields& fields) override {
    const std::lock_guard lock{mutex_};
    lines_.emplace_back(event, fields);
  }
  int count(std::string_view event) const {
    const std::lock_guard lock{mutex_};
    return static_cast<int>(std::ranges::count(
        lines_, event, [](const auto& line) -> const auto& { return line.first; }));
  }
  /// The fields of the last line with this event.
  std::optional<Fields> last(std::string_view event) const {
    const std::lock_guard lock{mutex_};
    std::optional<Fields> found;
    for (const auto& [name, fields] : lines_)
      if (name == event) found = fields;
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Fields>> lines_;
};

inline postgres::StoreOptions options_for(const std::string& url, const std::string& node = "one") {
  postgres::StoreOptions options;
  options.url = url;
  options.node = node;
  return options;
}

}  // namespace tael::testing
