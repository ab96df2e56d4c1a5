// Work that waits for its thread. What is left at the end is told so.
#pragma once

#include "actors/domain/time.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace tael::postgres {

class WorkQueue {
 public:
  struct Work {
    std::function<void()> run;
    std::function<void()> refuse;
  };

  explicit WorkQueue(std::size_t waiting_max = std::numeric_limits<std::size_t>::max()) : waiting_max_(waiting_max) {}

  /// Refused at once when too much waits already, or when the queue is closed.
  void put(Work work) {
    std::unique_lock lock{mutex_};
    if (closed_ || waiting_.size() >= waiting_max_) {
      lock.unlock();
      return work.refuse();
    }
    waiting_.push_back(std::move(work));
    lock.unlock();
    changed_.notify_one();
  }
  /// The next work; nothing when `within` passed or a stop was asked for.
  std::optional<Work> next(const std::stop_token& stop, std::optional<Duration> within) {
    std::unique_lock lock{mutex_};
    const auto has_work = [&] { return !waiting_.empty(); };
    const bool found = within ? changed_.wait_for(lock, stop, *within, has_work) : changed_.wait(lock, stop, has_work);
    if (!found || stop.stop_requested()) return std::nullopt;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    return work;
  }
  /// Refuses what waits, and whatever comes later.
  void close() {
    std::unique_lock lock{mutex_};
    for (closed_ = true; !waiting_.empty(); lock.lock()) {
      auto work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work.refuse();
    }
  }

 private:
  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> waiting_;
  bool closed_ = false;
};

}  // namespace tael::postgres
