// The timer thread. It never runs an actor and never destroys one under its lock.
#include "actors/kit/timers.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace tael::kit {

using Steady = std::chrono::steady_clock;

struct ThreadTimers::Inside {
  std::mutex mutex;
  std::condition_variable_any changed;
  TimerQueue<Steady::time_point> queue;
  std::jthread thread;

  void loop(const std::stop_token& stop) {
    std::unique_lock lock{mutex};
    while (!stop.stop_requested()) {
      if (queue.empty()) {
        changed.wait(lock, stop, [&] { return !queue.empty(); });
        continue;
      }
      const auto due = queue.next();
      if (Steady::now() < due) {
        changed.wait_until(lock, stop, due, [&] { return !queue.empty() && queue.next() < due; });
        continue;
      }
      auto item = queue.pop();
      lock.unlock();
      post(item.who, item.work.why, std::move(item.work.what));
      item = {};
      lock.lock();
    }
  }
};

ThreadTimers::ThreadTimers() : inside_(std::make_unique<Inside>()) {
  inside_->thread = std::jthread{[inside = inside_.get()](const std::stop_token& stop) { inside->loop(stop); }};
}

ThreadTimers::~ThreadTimers() = default;

TimerId ThreadTimers::after(Duration wait, caf::weak_actor_ptr who, Run work) {
  const auto due = Steady::now() + wait;
  std::unique_lock lock{inside_->mutex};
  const bool first = inside_->queue.empty() || due < inside_->queue.next();
  const auto id = inside_->queue.add(due, std::move(who), std::move(work));
  lock.unlock();
  if (first) inside_->changed.notify_one();
  return id;
}

bool ThreadTimers::cancel(TimerId id) {
  TimerQueue<Steady::time_point>::Item gone;  // Dies after the lock is released.
  std::lock_guard lock{inside_->mutex};
  return inside_->queue.remove(id, gone);
}

}  // namespace tael::kit
