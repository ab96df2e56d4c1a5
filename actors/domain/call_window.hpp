// What happened lately, in a ring of buckets: the statistics a breaker is judged by. Time only goes forward here
// (whoever owns a breaker sees to that); the sum is kept beside the ring, so that a verdict costs no walk.
#pragma once

#include "actors/domain/breaker_words.hpp"
#include "actors/domain/time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tael {

/// What a window holds, and what an event shows of it. `refused`: turned away by degraded admission.
struct CallCounts {
  int total = 0, failures = 0, timeouts = 0, exceptions = 0, slow = 0, refused = 0;
  constexpr int bad() const { return failures + timeouts + exceptions; }
  constexpr int good() const { return total - bad(); }
  friend constexpr bool operator==(const CallCounts&, const CallCounts&) = default;
};

constexpr void add(CallCounts& sum, const CallCounts& more, int sign) {
  sum.total += sign * more.total;
  sum.failures += sign * more.failures;
  sum.timeouts += sign * more.timeouts;
  sum.exceptions += sign * more.exceptions;
  sum.slow += sign * more.slow;
  sum.refused += sign * more.refused;
}

constexpr CallCounts one_call(CallKind kind, bool slow) {
  return {.total = 1,
          .failures = kind == CallKind::failure,
          .timeouts = kind == CallKind::timeout,
          .exceptions = kind == CallKind::exception,
          .slow = slow,
          .refused = 0};
}

template <int buckets>
class CallRing {
 public:
  explicit constexpr CallRing(Duration window) : width_(std::max<std::int64_t>(1, window.count() / buckets)) {}

  constexpr void count(const CallCounts& what, TimePoint now) {
    advance(now);
    add(ring_[slot(newest_)], what, 1);
    add(sum_, what, 1);
  }
  /// What it holds at `now`.
  constexpr const CallCounts& at(TimePoint now) {
    advance(now);
    return sum_;
  }
  constexpr CallCounts seen(TimePoint now) const {
    auto copy = *this;
    return copy.at(now);
  }
  constexpr void clear() { *this = CallRing{Duration{width_ * buckets}}; }
  /// From when on it holds fewer than `volume` calls if none is added.
  constexpr TimePoint holds_until(int volume) const {
    auto rest = sum_;
    for (std::int64_t no = newest_ - buckets + 1; no <= newest_; ++no) {
      if (rest.total < volume) return TimePoint{Duration{(no - 1 + buckets) * width_}};
      add(rest, ring_[slot(no)], -1);
    }
    return rest.total < volume ? TimePoint{Duration{(newest_ + buckets) * width_}} : TimePoint::max();
  }

 private:
  static constexpr std::size_t slot(std::int64_t no) { return static_cast<std::size_t>(no % buckets); }
  constexpr void advance(TimePoint now) {
    const std::int64_t no = unix_ms(now) / width_;
    if (no <= newest_) return;
    if (no - newest_ >= buckets) {
      ring_ = {};
      sum_ = {};
      newest_ = no;
      return;
    }
    while (newest_ < no) {
      auto& leaving = ring_[slot(++newest_)];
      add(sum_, leaving, -1);
      leaving = {};
    }
  }

  std::array<CallCounts, buckets> ring_{};
  CallCounts sum_;
  std::int64_t newest_ = buckets;  ///< Number of the newest bucket.
  std::int64_t width_;             ///< Of a bucket, in milliseconds.
};

}  // namespace tael
