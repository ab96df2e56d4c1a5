// `tael bench payments`: how many complete payments a second one node makes on this machine, how long their steps take,
// and how that compares with the naive way of writing.
#pragma once

#include "runtime/bench/load.hpp"
#include "runtime/bench/machine.hpp"
#include "runtime/bench/store_bench.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tael::bench {

enum class Naive { off, beside, only };

struct PaymentsBenchOptions {
  double rate = 0;  ///< Of the open loop; 0: half of the peak.
  int seconds = 10;
  int in_flight = 128;
  int rounds = 1;  ///< Of everything; medians and the best are reported.
  bool json = false;
  bool keep = false;  ///< The folder with logs, configuration and database stays.
  Naive naive = Naive::beside;
};

/// One node's life under load and what the database says of it afterwards.
struct NodeRun {
  int batch_max = 0;
  LoadResult peak;
  std::optional<LoadResult> steady;
  double steady_rate = 0;
  CpuUse peak_cpu, steady_cpu;
  double commits_per_payment = 0, commits_per_transaction = 0;  ///< At peak.
  double node_mib = 0;
  std::int64_t payments = 0;        ///< All that this node finished.
  std::vector<std::string> wrongs;  ///< Orders not paid, notices not delivered, money that does not add up.
};

struct PaymentsReport {
  PaymentsBenchOptions options;
  MachineFacts machine;
  std::string postgres;
  std::vector<NodeRun> node, node_naive;
  std::vector<StoreRun> store;
  bool ok() const;
};

/// 0 when every payment was complete and the money is right, 1 when not, 74 when it could not be measured.
int bench_payments(const PaymentsBenchOptions& options);

void print_text(const PaymentsReport& report);
void print_json(const PaymentsReport& report);

}  // namespace tael::bench
