// What each path did, second by second, for the last minutes: the figures behind charts and `tael top`. Memory only:
// it starts empty with the node, and the store has the truth.
#pragma once

#include "runtime/watch/observed_store.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tael {

/// Calls to be paid that ended within some time.
struct PathFigures {
  std::int64_t calls = 0;
  std::int64_t answered = 0;  ///< Approved, pending or declined: the institution spoke.
  std::int64_t declined = 0;
  std::int64_t paid = 0;     ///< Orders that were paid by the path.
  std::int64_t took_ms = 0;  ///< All calls together.
  std::int64_t slowest_ms = 0;
};
PathFigures operator+(PathFigures a, const PathFigures& b);

/// Safe to call from any thread.
class PathSeries {
 public:
  static constexpr std::chrono::seconds kept{600};

  void hear(const StoreNews& news, TimePoint now);
  /// The whole seconds that ended within `length` before `now`, oldest first, by path. Silent ones are zeros.
  std::map<std::string, std::vector<PathFigures>> last(std::chrono::seconds length, TimePoint now) const;
  /// The same, added up.
  std::map<std::string, PathFigures> total(std::chrono::seconds length, TimePoint now) const;

 private:
  struct Second {
    std::int64_t at = 0;  ///< Unix time.
    PathFigures figures;
  };
  PathFigures& figures_at(const std::string& path, std::int64_t second);

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Second>> paths_;
};

}  // namespace tael
