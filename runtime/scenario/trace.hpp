// What happened, line by line, and one number for all of it. The same seed gives the same lines and the same number.
#pragma once

#include "actors/domain/time.hpp"
#include "runtime/scenario/words.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tael::scenario {

class Trace {
 public:
  Trace(bool keeps_lines, TimePoint start) : keeps_lines_(keeps_lines), start_(start) {}

  bool keeps_lines() const { return keeps_lines_; }
  void line(TimePoint at, std::string_view text) {
    if (keeps_lines_) lines_.push_back(story_time(at - start_) + "  " + std::string{text});
  }
  /// Folds a number into the digest; called for every message of every actor, also without lines.
  void fold(std::uint64_t value) {
    for (int i = 0; i < 8; ++i, value >>= 8) digest_ = (digest_ ^ (value & 255)) * 0x100000001b3;
  }
  std::uint64_t digest() const { return digest_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  bool keeps_lines_;
  TimePoint start_;
  std::uint64_t digest_ = 0xcbf29ce484222325;
  std::vector<std::string> lines_;
};

}  // namespace tael::scenario
