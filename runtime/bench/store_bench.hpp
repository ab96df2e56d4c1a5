// The database alone: recorded payments written as fast as it takes them, by the naive way and by ours.
#pragma once

#include "runtime/bench/recorded.hpp"

#include <string>
#include <vector>

namespace tael::bench {

/// One way of writing and what it came to.
struct StoreRun {
  std::string way;
  int connections = 1;
  int batch = 1;  ///< Steps in one transaction.
  std::int64_t payments = 0;
  double seconds = 0;
  double rate() const { return seconds > 0 ? static_cast<double>(payments) / seconds : 0; }
};

/// Each run writes into a new database, until `length` is over or everything recorded is written.
StoreRun run_naive(Cluster& cluster, const std::vector<RecordedPayment>& payments, int connections, Duration length);
/// `under_way` payments at a time, each at another step, so a transaction holds that many times their mean share.
StoreRun run_group_commit(Cluster& cluster, const std::vector<RecordedPayment>& payments, int batch, Duration length);

}  // namespace tael::bench
