// Gives answers later, on one thread, without holding up whoever asked for it. Ends by giving none of those left.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace tael {

class LateAnswers {
 public:
  LateAnswers();
  ~LateAnswers();
  LateAnswers(const LateAnswers&) = delete;
  LateAnswers& operator=(const LateAnswers&) = delete;
  void after(std::chrono::milliseconds wait, std::function<void()> give);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace tael
