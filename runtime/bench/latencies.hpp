// Waits of one kind, all of them kept: a percentile is a member of the sample, never an interpolation or a bucket.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace tael::bench {

struct Percentiles {
  double p50 = 0, p99 = 0, p999 = 0, max = 0;  ///< Milliseconds.
  std::size_t count = 0;
};

class Latencies {
 public:
  void add(std::chrono::nanoseconds wait) {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(wait).count();
    sample_.push_back(static_cast<std::uint32_t>(std::clamp<std::int64_t>(microseconds, 0, UINT32_MAX)));
  }
  Percentiles percentiles() const {
    auto sorted = sample_;
    std::ranges::sort(sorted);
    if (sorted.empty()) return {};
    const auto at = [&](double share) {
      const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
      return sorted[std::min(rank, sorted.size() - 1)] / 1000.0;
    };
    return {.p50 = at(0.50), .p99 = at(0.99), .p999 = at(0.999), .max = sorted.back() / 1000.0, .count = sorted.size()};
  }

 private:
  std::vector<std::uint32_t> sample_;  ///< Microseconds.
};

}  // namespace tael::bench
