// Makes payments happen and measures them from outside: the businesses that create and pay orders, and the endpoint
// that hears their notices. Closed loop to find how many a second there can be, open loop for how long each then takes.
#pragma once

#include "actors/ports/http_client.hpp"
#include "runtime/bench/latencies.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace tael::bench {

struct LoadOptions {
  std::string node_url;
  double rate = 0;      ///< Payments begun a second, evenly; 0: as many as `in_flight` allows.
  int in_flight = 128;  ///< Closed loop: payments under way, always.
  Duration warm_up{3'000};
  Duration length{10'000};  ///< What is measured, after the warm-up.
};

/// Waits in the order a payment has them. In the open loop the first and the last count from when the payment should
/// have begun, whether or not anybody was free to begin it.
struct StepLatencies {
  Latencies create;  ///< Order answered.
  Latencies pay;     ///< Payment answered, since it was asked for.
  Latencies paid;    ///< Order paid, by the node's clock, since the payment was answered; 0 when it was before that.
  Latencies notice;  ///< Notice heard, since the order was paid by the node's clock.
  Latencies whole;   ///< Notice heard, since the beginning.
};

struct LoadResult {
  double seconds = 0;         ///< Measured.
  std::int64_t begun = 0;     ///< All, warm-up included.
  std::int64_t finished = 0;  ///< All: answered, answered, noticed.
  std::int64_t measured = 0;  ///< Closed: finished while it was measured. Open: of those due while it was measured.
  std::int64_t repeated = 0;  ///< Notices of payments that had finished.
  std::int64_t verified = 0;  ///< Notices whose signature was checked, a sample.
  std::map<std::string, std::int64_t> faults;  ///< What went wrong, and how often. Empty is right.
  StepLatencies latencies;
  double rate() const { return seconds > 0 ? static_cast<double>(measured) / seconds : 0; }
};

class Load {
 public:
  /// The client outlives the load.
  explicit Load(HttpClient& client);
  ~Load();

  /// Runs until everything begun has finished, or nothing has for `patience`. `each_second` hears what finished in
  /// the last second and what is under way; `at_window` is called when what is measured begins and ends.
  LoadResult run(const LoadOptions& options, const std::function<void(int finished, int under_way)>& each_second,
                 const std::function<void(bool begins)>& at_window);

 private:
  struct Life;
  std::unique_ptr<Life> life_;
};

/// Set by SIGINT and SIGTERM once `hear_signals` was called: whatever runs long looks at it.
bool interrupted();
void hear_signals();

}  // namespace tael::bench
