// How a bench is told: a page for people, JSON for scripts. Of several rounds the median and the best, named as such.
#include "runtime/bench/payments_bench.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>

namespace tael::bench {
namespace {

namespace json = boost::json;

struct StepRow {
  std::string_view key, words;
  Latencies StepLatencies::*member;
};
constexpr auto step_rows = std::to_array<StepRow>({
    {"create", "order answered", &StepLatencies::create},
    {"pay", "payment answered", &StepLatencies::pay},
    {"paid", "paid, since answered", &StepLatencies::paid},
    {"notice", "notice, since paid", &StepLatencies::notice},
    {"whole", "whole payment", &StepLatencies::whole},
});

struct Spread {
  double median = 0, best = 0;
};

template <class Runs, class Value>
Spread spread(const Runs& runs, Value value) {
  std::vector<double> values;
  for (const auto& run : runs) values.push_back(value(run));
  if (values.empty()) return {};
  std::ranges::sort(values);
  return {.median = values[(values.size() - 1) / 2], .best = values.back()};
}

Spread peak_of(const std::vector<NodeRun>& runs) {
  return spread(runs, [](const NodeRun& run) { return run.peak.rate(); });
}

/// The round whose peak is the median one; its latencies and processor times are shown.
const NodeRun& median_run(const std::vector<NodeRun>& runs) {
  const auto median = peak_of(runs).median;
  return *std::ranges::find_if(runs, [&](const NodeRun& run) { return run.peak.rate() == median; });
}

struct StoreWay {
  std::string words;
  int connections = 0, batch = 0;
  Spread rate;
  std::int64_t payments = 0;
};

std::vector<StoreWay> store_ways(const std::vector<StoreRun>& runs) {
  std::vector<StoreWay> ways;
  for (const auto& run : runs) {
    const bool is_known = std::ranges::any_of(ways, [&](const StoreWay& way) {
      return way.words == run.way && way.connections == run.connections && way.batch == run.batch;
    });
    if (is_known) continue;
    std::vector<StoreRun> alike;
    for (const auto& other : runs)
      if (other.way == run.way && other.connections == run.connections && other.batch == run.batch)
        alike.push_back(other);
    ways.push_back({run.way, run.connections, run.batch, spread(alike, std::mem_fn(&StoreRun::rate)), run.payments});
  }
  return ways;
}

double best_naive(const std::vector<StoreWay>& ways) {
  double best = 0;
  for (const auto& way : ways)
    if (way.words == "naive") best = std::max(best, way.rate.median);
  return best;
}

void print_latencies(const LoadResult& result) {
  std::printf("  %-22s %9s %9s %9s %9s\n", "milliseconds", "p50", "p99", "p99.9", "max");
  for (const auto& row : step_rows) {
    const auto p = (result.latencies.*row.member).percentiles();
    std::printf("  %-22s %9.1f %9.1f %9.1f %9.1f\n", std::string{row.words}.c_str(), p.p50, p.p99, p.p999, p.max);
  }
}

void print_cpu(const CpuUse& use, std::int64_t payments, int processors) {
  const auto per_payment = [&](double seconds) {
    return seconds * 1e6 / std::max<double>(1, static_cast<double>(payments));
  };
  std::printf("  processors: ours %.0f %%, others %.0f %% of %d; microseconds a payment: %.0f\n",
              100 * use.ours / (use.seconds * processors), 100 * use.others / (use.seconds * processors), processors,
              per_payment(use.ours));
  std::map<std::string, double> by_process;
  for (const auto& part : use.parts) by_process[part.part.substr(0, part.part.find('/'))] += part.seconds;
  for (const auto& [process, seconds] : by_process) {
    std::printf("    %-12s %5.0f:", process.c_str(), per_payment(seconds));
    for (const auto& part : use.parts)
      if (part.part.starts_with(process + "/") && per_payment(part.seconds) >= 1)
        std::printf("  %s %.0f", part.part.substr(process.size() + 1).c_str(), per_payment(part.seconds));
    std::printf("\n");
  }
}

json::object to_json(const LoadResult& result) {
  json::object steps, faults;
  for (const auto& row : step_rows) {
    const auto p = (result.latencies.*row.member).percentiles();
    steps[row.key] = {{"p50_ms", p.p50}, {"p99_ms", p.p99}, {"p999_ms", p.p999}, {"max_ms", p.max}, {"count", p.count}};
  }
  for (const auto& [fault, times] : result.faults) faults[fault] = times;
  return {{"payments_per_second", result.rate()},
          {"seconds", result.seconds},
          {"measured", result.measured},
          {"begun", result.begun},
          {"finished", result.finished},
          {"notices_repeated", result.repeated},
          {"notices_verified", result.verified},
          {"faults", faults},
          {"steps", steps}};
}

json::object to_json(const CpuUse& use) {
  json::object parts;
  for (const auto& part : use.parts) parts[part.part] = part.seconds;
  return {{"seconds", use.seconds}, {"ours", use.ours}, {"others", use.others}, {"parts", parts}};
}

json::array to_json(const std::vector<NodeRun>& runs) {
  json::array all;
  for (const auto& run : runs) {
    json::object one{{"batch_max", run.batch_max},
                     {"payments", run.payments},
                     {"peak", to_json(run.peak)},
                     {"peak_processor_seconds", to_json(run.peak_cpu)},
                     {"commits_per_payment", run.commits_per_payment},
                     {"commits_per_transaction", run.commits_per_transaction},
                     {"node_resident_mib", run.node_mib},
                     {"wrongs", json::array(run.wrongs.begin(), run.wrongs.end())}};
    if (run.steady) {
      one["steady_rate"] = run.steady_rate;
      one["steady"] = to_json(*run.steady);
      one["steady_processor_seconds"] = to_json(run.steady_cpu);
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

void print_text(const PaymentsReport& report) {
  const auto& m = report.machine;
  std::printf(
      "%s, %d processors, %.0f GiB, %s, PostgreSQL %s, fdatasync of 8 KiB %.0f us, malloc of %s, load before %.2f\n",
      m.processor.c_str(), m.processors, m.memory_gib, m.kernel.c_str(), report.postgres.c_str(), m.fdatasync_us,
      m.allocator.c_str(), m.load_before);
  const auto print_peak = [&](const char* words, const std::vector<NodeRun>& runs) {
    const auto& run = median_run(runs);
    const auto rate = peak_of(runs);
    std::printf("\n%s: %.0f complete payments a second (best of %zu: %.0f)\n", words, rate.median, runs.size(),
                rate.best);
    std::printf("  %d under way, %.1f commits a payment, %.1f commits a transaction, node %.0f MiB\n",
                report.options.in_flight, run.commits_per_payment, run.commits_per_transaction, run.node_mib);
    print_latencies(run.peak);
    print_cpu(run.peak_cpu, run.peak.measured, m.processors);
  };
  if (!report.node.empty()) {
    print_peak("peak", report.node);
    const auto& run = median_run(report.node);
    if (run.steady) {
      std::printf("\nat %.0f a second, evenly, counted from when each should have begun: %lld payments\n",
                  run.steady_rate, static_cast<long long>(run.steady->measured));
      print_latencies(*run.steady);
      print_cpu(run.steady_cpu, run.steady->measured, m.processors);
    }
  }
  if (!report.node_naive.empty()) {
    print_peak("the same node with one transaction a step (store.batch_max: 1)", report.node_naive);
    std::printf(
        "\nratio, end to end: %.1f (HTTP, signatures and the institution share the processors with both sides)\n",
        peak_of(report.node).median / peak_of(report.node_naive).median);
  }
  if (!report.store.empty()) {
    const auto ways = store_ways(report.store);
    std::printf("\nthe database alone, the same recorded payments\n  %-14s %12s %18s %12s %8s %8s\n", "way",
                "connections", "steps/transaction", "payments/s", "best", "ratio");
    for (const auto& way : ways)
      std::printf("  %-14s %12d %18d %12.0f %8.0f %8.1f\n", way.words.c_str(), way.connections, way.batch,
                  way.rate.median, way.rate.best, way.rate.median / std::max(1.0, best_naive(ways)));
    std::printf("  ratio: against the better of the naive ones\n");
  }
  for (const auto* runs : {&report.node, &report.node_naive})
    for (const auto& run : *runs) {
      if (run.wrongs.empty())
        std::printf(
            "\n%lld payments: every order paid, every notice delivered, received = booked, all invariants hold\n",
            static_cast<long long>(run.payments));
      for (const auto& wrong : run.wrongs) std::printf("\nWRONG: %s\n", wrong.c_str());
    }
}

void print_json(const PaymentsReport& report) {
  const auto& m = report.machine;
  json::array store;
  for (const auto& run : report.store)
    store.push_back(json::object{{"way", run.way},
                                 {"connections", run.connections},
                                 {"steps_per_transaction", run.batch},
                                 {"payments", run.payments},
                                 {"seconds", run.seconds},
                                 {"payments_per_second", run.rate()}});
  json::object ratios;
  if (!report.node.empty() && !report.node_naive.empty())
    ratios["end_to_end"] = peak_of(report.node).median / peak_of(report.node_naive).median;
  const auto ways = store_ways(report.store);
  for (const auto& way : ways)
    if (way.words != "naive")
      ratios["store_" + std::to_string(way.batch) + "_steps_per_transaction"] =
          way.rate.median / std::max(1.0, best_naive(ways));
  const json::object all{{"ok", report.ok()},
                         {"machine",
                          {{"processor", m.processor},
                           {"processors", m.processors},
                           {"memory_gib", m.memory_gib},
                           {"kernel", m.kernel},
                           {"postgres", report.postgres},
                           {"fdatasync_us", m.fdatasync_us},
                           {"allocator", m.allocator},
                           {"load_before", m.load_before}}},
                         {"in_flight", report.options.in_flight},
                         {"node", to_json(report.node)},
                         {"node_one_transaction_a_step", to_json(report.node_naive)},
                         {"store", store},
                         {"ratios", ratios}};
  std::printf("%s\n", json::serialize(all).c_str());
}

}  // namespace tael::bench
