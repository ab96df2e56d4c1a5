// What happened when, in numbers: read off the journal as it is written, for the timeline of a report. Seconds are fine
// enough for a page and small enough for a whole day of a million orders.
#pragma once

#include "adapters/simulated/simulated_disk.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace tael::scenario {

struct Chronicle {
  struct Second {
    std::int64_t created = 0, paid = 0, closed = 0, refunded = 0;
  };
  /// What became of the calls for money that left in this second: taken by the path, or not.
  struct Calls {
    std::int64_t good = 0, bad = 0;
  };
  /// A sentence of the story, or a death; `until` is when it ended by itself, zero when it is a moment.
  struct Happening {
    Duration at{0}, until{0};
    std::string text;
    bool is_fault = false;
  };
  struct BreakerMove {
    Duration at{0};
    std::string path, state, static_switch, cause;
  };

  std::map<std::int64_t, Second> seconds;  ///< Since the start.
  std::map<std::string, std::map<std::int64_t, Calls>> paths;
  std::vector<Happening> happenings;
  std::vector<BreakerMove> breaker_moves;
};

/// Reads a disk from where it stopped reading.
class Chronicler {
 public:
  explicit Chronicler(TimePoint start) : start_(start) {}
  void read(const JournalRow& row);
  void note(Duration at, const std::string& text, bool is_fault, Duration until = Duration{0}) {
    chronicle_.happenings.push_back({at, until, text, is_fault});
  }
  Chronicle finish(const simulated::SimulatedDisk& disk) &&;

 private:
  struct Sent {
    std::string path;
    std::int64_t second = 0;
  };
  TimePoint start_;
  Chronicle chronicle_;
  std::unordered_map<std::string, Sent> sent_;  ///< Attempts without a first word from their path.
};

}  // namespace tael::scenario
