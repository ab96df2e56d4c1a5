#include "runtime/bench/store_bench.hpp"

#include "adapters/postgres/postgres_store.hpp"
#include "runtime/bench/load.hpp"
#include "runtime/bench/naive_store.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <atomic>
#include <exception>
#include <future>
#include <stdexcept>
#include <thread>

namespace tael::bench {
namespace {

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point began) { return std::chrono::duration<double>(Steady::now() - began).count(); }

}  // namespace

StoreRun run_naive(Cluster& cluster, const std::vector<RecordedPayment>& payments, int connections, Duration length) {
  StoreRun run{.way = "naive", .connections = connections, .batch = 1};
  const auto url = cluster.make_database("bench_naive");
  allow_rows_one_by_one(url);
  std::vector<std::unique_ptr<NaiveStore>> stores;
  for (int i = 0; i < connections; ++i) stores.push_back(std::make_unique<NaiveStore>(url));
  std::atomic<std::int64_t> written = 0;
  std::vector<std::future<void>> workers;
  const auto began = Steady::now();
  for (int worker = 0; worker < connections; ++worker)
    workers.push_back(std::async(std::launch::async, [&, worker] {
      for (const auto& payment : payments) {
        // A shop's payments stay in their order, and no two connections wait for one account.
        if (payment.shop % connections != worker) continue;
        if (Steady::now() - began > length || interrupted()) return;
        for (const auto& commit : payment.commits) stores[static_cast<std::size_t>(worker)]->write(commit);
        ++written;
      }
    }));
  for (auto& worker : workers) worker.get();
  run.seconds = seconds_since(began);
  run.payments = written;
  stores.clear();
  cluster.drop_database("bench_naive");
  return run;
}

StoreRun run_group_commit(Cluster& cluster, const std::vector<RecordedPayment>& payments, int batch, Duration length) {
  const auto steps = payments.front().commits.size();
  const auto cohort = std::max<std::size_t>(1, static_cast<std::size_t>(batch) / steps);
  StoreRun run{.way = "group commit", .connections = 1, .batch = batch == 1 ? 1 : static_cast<int>(cohort * steps)};
  WallClock clock;
  postgres::StoreOptions options;
  options.url = cluster.make_database("bench_group");
  options.node = "bench";
  {
    postgres::PostgresStore store{options, clock};
    const auto write = [&](std::vector<Commit> commits) {
      std::promise<void> durable;
      store.write(std::move(commits), [&](const std::vector<CommitResult>& results) {
        for (const auto& result : results)
          if (result.outcome != CommitOutcome::committed)
            return durable.set_exception(std::make_exception_ptr(std::runtime_error(
                "a recorded commit was not taken: " + std::string{name_of(result.outcome)} + " " + result.error)));
        durable.set_value();
      });
      durable.get_future().get();
    };
    const auto began = Steady::now();
    const auto cohorts = payments.size() / cohort;
    // At turn t cohort c is at step t - c: every transaction has all kinds of steps, no payment has two in one.
    for (std::size_t turn = 0; turn < cohorts + steps - 1; ++turn) {
      if (seconds_since(began) > std::chrono::duration<double>(length).count() || interrupted()) break;
      std::vector<Commit> commits;
      for (std::size_t step = steps; step-- > 0;) {
        if (step > turn || turn - step >= cohorts) continue;
        for (std::size_t i = 0; i < cohort; ++i) {
          commits.push_back(payments[(turn - step) * cohort + i].commits.at(step));
          if (batch == 1) write(std::exchange(commits, {}));
        }
      }
      if (!commits.empty()) write(std::move(commits));
      if (turn >= steps - 1) run.payments += static_cast<std::int64_t>(cohort);
    }
    run.seconds = seconds_since(began);
  }
  cluster.drop_database("bench_group");
  return run;
}

}  // namespace tael::bench
