#include "runtime/bench/payments_bench.hpp"

#include "adapters/http/client.hpp"
#include "adapters/postgres/snapshot.hpp"
#include "runtime/ledger/ledger_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>
#include <unistd.h>

namespace tael::bench {
namespace {

constexpr Duration settle_within{20'000};
constexpr Duration sql_within{120'000};
constexpr int node_batch_max = 256;

class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

void say(const std::string& text) {
  std::fputs((text + "\n").c_str(), stderr);
  if (interrupted()) throw Interrupted{};
}

std::string whole(double number) { return std::to_string(std::llround(number)); }

/// What the rows say once the node has nothing left to do.
std::vector<std::string> wrongs_of(const std::string& url, std::int64_t finished, std::int64_t institution_received) {
  postgres::Connection connection{url, sql_within, {.statement = Duration{0}, .lock = Duration{0}}};
  const auto number = [&](const std::string& sql) {
    return connection.query("select (" + sql + ")::bigint", {}, sql_within).integer(0, 0);
  };
  // A business has its notice before the node has written down that it has, and accounts follow their entries.
  const auto unsettled = [&] {
    return number("select count(*) from tael.notices where state <> 'delivered'") +
           number("select count(*) from tael.postings_due");
  };
  const auto deadline = std::chrono::steady_clock::now() + settle_within;
  while (unsettled() > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds{50});

  std::vector<std::string> wrongs;
  const auto expect = [&](const std::string& what, std::int64_t found, std::int64_t expected) {
    if (found != expected)
      wrongs.push_back(what + ": " + std::to_string(found) + " instead of " + std::to_string(expected));
  };
  expect("orders", number("select count(*) from tael.orders"), finished);
  expect("orders paid", number("select count(*) from tael.orders where state = 'paid'"), finished);
  expect("notices", number("select count(*) from tael.notices"), finished);
  expect("notices delivered", number("select count(*) from tael.notices where state = 'delivered'"), finished);
  expect("postings on their way", number("select count(*) from tael.postings_due"), 0);
  expect("alerts", number("select count(*) from tael.alerts"), 0);
  const auto booked =
      number("select coalesce(sum(amount), 0) from tael.postings where account like 'channel_receivable:%'");
  expect("booked", booked, finished * order_amount);
  expect("received by the institution", institution_received, booked);
  postgres::Snapshot snapshot{url};
  for (const auto& verdict : check_ledger(snapshot, {"business_payable", "suspense"}).verdicts)
    if (!verdict.holds()) wrongs.push_back("invariant " + std::string{verdict.invariant.name} + " " + verdict.first);
  return wrongs;
}

class NodeBench {
 public:
  NodeBench(const PaymentsBenchOptions& options, const TemporaryFolder& folder, Cluster& cluster)
      : options_(options), folder_(folder), cluster_(cluster) {}

  NodeRun run(int batch_max, bool with_steady) {
    NodeRun run;
    run.batch_max = batch_max;
    const auto url = cluster_.make_database("bench_node");
    {
      InstitutionProcess institution{folder_};
      NodeProcess node{folder_, url, batch_max, institution.port()};
      CurlClient client;
      Load load{client};
      processes_ = {{"node", node.pid(), false},
                    {"institution", institution.pid(), false},
                    {"bench", getpid(), false},
                    {"postgres", cluster_.postmaster_pid(), true}};
      measure_peak(run, node, load);
      if (with_steady) measure_steady(run, node, load);
      run.node_mib = resident_mib(node.pid());
      run.payments = run.peak.finished + (run.steady ? run.steady->finished : 0);
      say("checking that every payment is complete and the money is right");
      run.wrongs = wrongs_of(url, run.payments, institution.received());
      for (const auto* result : {&run.peak, run.steady ? &*run.steady : nullptr})
        if (result != nullptr)
          for (const auto& [fault, times] : result->faults)
            run.wrongs.push_back(fault + ", " + std::to_string(times) + " times");
      if (const int code = node.stop(); code != 0) run.wrongs.push_back("the node ended with " + std::to_string(code));
    }
    cluster_.drop_database("bench_node");
    return run;
  }

 private:
  void measure_peak(NodeRun& run, NodeProcess& node, Load& load) {
    double commits = 0, transactions = 0;
    LoadOptions options{.node_url = node.url(), .rate = 0, .in_flight = options_.in_flight};
    options.length = std::chrono::seconds{options_.seconds};
    run.peak = measure("peak, " + std::to_string(options_.in_flight) + " under way", options, load, run.peak_cpu,
                       [&](bool begins) {
                         const double sign = begins ? -1 : 1;
                         commits += sign * node.metric("store_commits_total");
                         transactions += sign * node.metric("store_batches_total");
                       });
    run.commits_per_payment = commits / std::max<double>(1, static_cast<double>(run.peak.measured));
    run.commits_per_transaction = commits / std::max(1.0, transactions);
  }

  void measure_steady(NodeRun& run, NodeProcess& node, Load& load) {
    run.steady_rate = options_.rate > 0 ? options_.rate : std::floor(run.peak.rate() / 2);
    LoadOptions options{.node_url = node.url(), .rate = run.steady_rate};
    options.length = std::chrono::seconds{options_.seconds};
    run.steady = measure(whole(run.steady_rate) + " a second", options, load, run.steady_cpu, [](bool) {});
  }

  LoadResult measure(const std::string& what, const LoadOptions& options, Load& load, CpuUse& cpu,
                     const std::function<void(bool)>& at_window) {
    CpuTimes before;
    auto result = load.run(
        options,
        [&](int finished, int under_way) {
          say("  " + what + ": " + std::to_string(finished) + " payments, " + std::to_string(under_way) + " under way");
        },
        [&](bool begins) {
          const auto now = cpu_times(processes_);
          if (begins)
            before = now;
          else
            cpu = cpu_use(before, now);
          at_window(begins);
        });
    say("  " + what + ": " + whole(result.rate()) + " payments a second");
    return result;
  }

  const PaymentsBenchOptions& options_;
  const TemporaryFolder& folder_;
  Cluster& cluster_;
  std::vector<CountedProcess> processes_;
};

/// Recorded payments are written until this long has passed, or all are.
constexpr Duration store_length{4'000};
constexpr int payments_recorded = 12'000;

void bench_store(PaymentsReport& report, const TemporaryFolder& folder, Cluster& cluster) {
  say("recording what the node writes for " + std::to_string(payments_recorded) + " payments");
  const auto payments =
      record_payments(write_config(folder.path() + "/recorded", "dbname=unused", 1, 9), payments_recorded);
  const auto add = [&](StoreRun run) {
    say("  " + run.way + ", " + std::to_string(run.connections) + " connections, " + std::to_string(run.batch) +
        " steps a transaction: " + whole(run.rate()) + " payments a second");
    report.store.push_back(std::move(run));
  };
  for (int round = 0; round < report.options.rounds; ++round) {
    for (const int connections : {1, shops}) add(run_naive(cluster, payments, connections, store_length));
    for (const int batch : {1, 12, 60, 252}) add(run_group_commit(cluster, payments, batch, store_length));
  }
}

}  // namespace

bool PaymentsReport::ok() const {
  const auto is_right = [](const NodeRun& run) { return run.wrongs.empty(); };
  return std::ranges::all_of(node, is_right) && std::ranges::all_of(node_naive, is_right);
}

int bench_payments(const PaymentsBenchOptions& options) {
  hear_signals();
  try {
    PaymentsReport report;
    report.options = options;
    const TemporaryFolder folder{options.keep};
    report.machine = machine_facts(folder.path());
    say("starting PostgreSQL in " + folder.path());
    Cluster cluster{folder.path()};
    report.postgres = cluster.version();
    NodeBench bench{options, folder, cluster};
    for (int round = 0; round < options.rounds && options.naive != Naive::only; ++round) {
      say("the node");
      report.node.push_back(bench.run(node_batch_max, true));
      if (options.naive == Naive::off) continue;
      say("the node with one transaction a step");
      report.node_naive.push_back(bench.run(1, false));
    }
    if (options.naive != Naive::off) bench_store(report, folder, cluster);
    options.json ? print_json(report) : print_text(report);
    return report.ok() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 74;
  }
}

}  // namespace tael::bench
