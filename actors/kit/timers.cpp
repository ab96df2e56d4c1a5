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
  /// Until when the thread sleeps unless it is woken. A timer that was cancelled leaves it as it is: most are deadlines
  /// that never come, and waking the thread for each would cost more than the ask that set it.
  Steady::time_point sleeps_until = Steady::time_point::min();
  std::jthread thread;

  void loop(const std::stop_token& stop) {
    std::unique_lock lock{mutex};
    while (!stop.stop_requested()) {
      if (queue.empty() || Steady::now() < queue.next()) {
        sleep(lock, stop);
        continue;
      }
      auto item = queue.pop();
      lock.unlock();
      post(item.who, item.work.why, std::move(item.work.what));
      item = {};
      lock.lock();
    }
  }

  void sleep(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    sleeps_until = queue.empty() ? Steady::time_point::max() : queue.next();
    const auto is_earlier = [&] { return !queue.empty() && queue.next() < sleeps_until; };
    if (queue.empty())
      changed.wait(lock, stop, is_earlier);
    else
      changed.wait_until(lock, stop, sleeps_until, is_earlier);
    sleeps_until = Steady::time_point::min();
  }
};

ThreadTimers::ThreadTimers() : inside_(std::make_unique<Inside>()) {
  inside_->thread = std::jthread{[inside = inside_.get()](const std::stop_token& stop) { inside->loop(stop); }};
}

ThreadTimers::~ThreadTimers() = default;

TimerId ThreadTimers::after(Duration wait, caf::weak_actor_ptr who, Run work) {
  const auto due = Steady::now() + wait;
  std::unique_lock lock{inside_->mutex};
  const bool sleeps_too_long = due < inside_->sleeps_until;
  const auto id = inside_->queue.add(due, std::move(who), std::move(work));
  lock.unlock();
  if (sleeps_too_long) inside_->changed.notify_one();
  return id;
}

Duration ThreadTimers::elapsed() const {
  return std::chrono::duration_cast<Duration>(Steady::now().time_since_epoch());
}

bool ThreadTimers::cancel(TimerId id) {
  TimerQueue<Steady::time_point>::Item gone;  // Dies after the lock is released.
  std::lock_guard lock{inside_->mutex};
  return inside_->queue.remove(id, gone);
}

}  // namespace tael::kit
