// The trace book without a database: for tests, scenarios and measurements. It answers before it returns, and forgets
// everything when it goes.
#pragma once

#include "actors/ports/trace_book.hpp"

#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace tael {

class MemoryTraceBook final : public TraceBook {
 public:
  void open(WireTrace draft, Done done) override;
  void settle(TraceState from, WireTrace to, Done done) override;
  void find(std::string channel, std::string number, Done done) override;
  std::vector<WireTrace> all() const;

 private:
  using Key = std::pair<std::string, std::string>;
  mutable std::mutex mutex_;
  std::map<Key, WireTrace> traces_;  ///< By channel and number.
  std::map<Key, int> last_of_terminal_;
};

}  // namespace tael
