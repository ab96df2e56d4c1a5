#include "runtime/receiver/late_answers.hpp"

#include <utility>

namespace tael {

LateAnswers::LateAnswers() : thread_([this] { run(); }) {}

LateAnswers::~LateAnswers() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void LateAnswers::after(std::chrono::milliseconds wait, std::function<void()> give) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(std::chrono::steady_clock::now() + wait, std::move(give));
  }
  changed_.notify_one();
}

void LateAnswers::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
    } else if (const auto due = waiting_.begin()->first; due > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, due);
    } else {
      const auto next = waiting_.extract(waiting_.begin());
      lock.unlock();
      next.mapped()();
      lock.lock();
    }
  }
}

}  // namespace tael
