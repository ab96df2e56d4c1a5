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
  void add(std::chrono::nanoseconds wait) { sample_.push_back(std::max<std::int64_t>(wait.count(), 0)); }
  void add(const Latencies& others) { sample_.insert(sample_.end(), others.sample_.begin(), others.sample_.end()); }
  Percentiles percentiles() const {
    auto sorted = sample_;
    std::ranges::sort(sorted);
    if (sorted.empty()) return {};
    const auto at = [&](double share) {
      const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
      return static_cast<double>(sorted[std::min(rank, sorted.size() - 1)]) / 1e6;
    };
    return {.p50 = at(0.50),
            .p99 = at(0.99),
            .p999 = at(0.999),
            .max = static_cast<double>(sorted.back()) / 1e6,
            .count = sorted.size()};
  }

 private:
  std::vector<std::int64_t> sample_;  ///< Nanoseconds.
};

}  // namespace tael::bench
