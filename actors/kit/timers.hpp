// Cancellable timers with weak references. CAF's own delayed messages cannot be cancelled, keep their
// receiver alive and can freeze the clock thread for good (CAF 0.17.6), so nobody uses them.
#pragma once

#include "actors/domain/time.hpp"
#include "actors/kit/run.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

namespace tael::kit {

using TimerId = std::uint64_t;

class Timers {
 public:
  virtual ~Timers() = default;
  /// Posts `work` to `who` after `wait` (zero or more). Equal times ring in the order they were set.
  virtual TimerId after(Duration wait, caf::weak_actor_ptr who, Run work) = 0;
  /// False when it has rung already; a rung message may still be in the mailbox.
  virtual bool cancel(TimerId id) = 0;
  /// Of the clock that `after` waits by, since whenever: only differences mean something. Nobody sets it back.
  virtual Duration elapsed() const = 0;
};

/// The queue both kinds of timers share: ordered by time, then by order of setting.
template <class Time>
class TimerQueue {
 public:
  struct Item {
    TimerId id = 0;
    caf::weak_actor_ptr who;
    Run work;
  };

  TimerId add(Time at, caf::weak_actor_ptr who, Run work) {
    const auto id = ++last_;
    where_.emplace(id, queue_.emplace(at, Item{id, std::move(who), std::move(work)}));
    return id;
  }
  /// The removed item goes to the caller, who lets it die outside any lock.
  bool remove(TimerId id, Item& removed) {
    const auto found = where_.find(id);
    if (found == where_.end()) return false;
    removed = std::move(found->second->second);
    queue_.erase(found->second);
    where_.erase(found);
    return true;
  }
  Item pop() {
    auto item = std::move(queue_.begin()->second);
    where_.erase(item.id);
    queue_.erase(queue_.begin());
    return item;
  }
  bool empty() const { return queue_.empty(); }
  std::size_t size() const { return queue_.size(); }
  Time next() const { return queue_.begin()->first; }

 private:
  std::multimap<Time, Item> queue_;
  std::unordered_map<TimerId, typename std::multimap<Time, Item>::iterator> where_;
  TimerId last_ = 0;
};

/// Production: one thread, the steady clock.
class ThreadTimers final : public Timers {
 public:
  ThreadTimers();
  ~ThreadTimers() override;
  TimerId after(Duration wait, caf::weak_actor_ptr who, Run work) override;
  bool cancel(TimerId id) override;
  Duration elapsed() const override;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Tests and scenarios: time moves only when told to.
class TurnedTimers final : public Timers {
 public:
  TimerId after(Duration wait, caf::weak_actor_ptr who, Run work) override {
    return queue_.add(now_ + wait, std::move(who), std::move(work));
  }
  bool cancel(TimerId id) override {
    TimerQueue<TimePoint>::Item gone;
    return queue_.remove(id, gone);
  }
  Duration elapsed() const override { return now_.time_since_epoch(); }
  explicit TurnedTimers(TimePoint start) : now_(start) {}
  TimePoint now() const { return now_; }
  bool empty() const { return queue_.empty(); }
  TimePoint next() const { return queue_.next(); }
  /// Moves the clock to the next timer and rings it.
  void ring_next() {
    now_ = std::max(now_, queue_.next());
    auto item = queue_.pop();
    post(item.who, item.work.why, std::move(item.work.what));
  }
  void turn_to(TimePoint at) { now_ = std::max(now_, at); }

 private:
  TimePoint now_;
  TimerQueue<TimePoint> queue_;
};

}  // namespace tael::kit
