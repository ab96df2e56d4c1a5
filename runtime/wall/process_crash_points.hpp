// Crash points of a real process. Two environment variables arm them, for tests that kill a node where it hurts:
//
//   TAEL_CRASH_AT=order.decided:3,call.pay:1   SIGKILL at the third passing of one, the first of the other
//   TAEL_CRASH_LOG=FILE                        appends each point's name once, when it is first reached
#pragma once

#include "actors/ports/crash_point.hpp"

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tael {

class NoCrashPoints final : public CrashPoints {
 public:
  void passed(std::string_view) override {}
};

class ProcessCrashPoints final : public CrashPoints {
 public:
  /// Empty texts arm nothing. Throws std::invalid_argument for a text that is no list of `name:nth`, so that a
  /// misspelt test does not pass by never crashing, and std::system_error when the log cannot be written.
  ProcessCrashPoints(std::string_view crash_at, const std::string& log_file);
  ~ProcessCrashPoints() override;
  ProcessCrashPoints(const ProcessCrashPoints&) = delete;
  ProcessCrashPoints& operator=(const ProcessCrashPoints&) = delete;
  void passed(std::string_view name) override;

 private:
  void write_down(std::string_view name);

  std::mutex mutex_;
  std::unordered_map<std::string, unsigned long> passings_left_;
  std::set<std::string, std::less<>> written_;
  int log_ = -1;
};

/// What the environment asks for: `NoCrashPoints` when neither variable is set.
std::unique_ptr<CrashPoints> crash_points_from_environment();

}  // namespace tael
