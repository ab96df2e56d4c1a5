// What a decision costs in the core: permit + report over three levels, of healthy paths, of a path that is shut, and
// of one half open. Prints; run by hand in a release build: `breaker_core_bench`.
#include "actors/domain/breaker_tree.hpp"

#include <benchmark/benchmark.h>

namespace tael {
namespace {

struct Tree {
  explicit Tree(const BreakerPolicy& policy = {}) : tree{OpClass::pay, policy} {
    const auto root = tree.add("channel", {}, 1, now);
    for (const std::string method : {"channel/qr", "channel/card"}) {
      const auto node = tree.add(method, root, 1, now);
      for (const char* bank : {"/cmb", "/icbc", "/ccb", "/abc"})
        leaves.push_back(tree.add(method + bank, node, 1, now));
    }
  }
  BreakerMoment moment() {
    return {now, Luck{seed++}, cap, [](std::uint32_t, const BreakerEvent&) {}};
  }
  bool call(std::uint32_t leaf, CallKind kind) {
    auto at = moment();
    const auto answer = tree.ask(leaf, at);
    const auto* permit = std::get_if<PathPermit>(&answer);
    if (permit != nullptr) tree.report(*permit, {kind, 100ms, FaultScope::path}, at);
    return permit != nullptr;
  }
  std::uint32_t leaf() { return leaves[++last % leaves.size()]; }

  BreakerTree tree;
  EjectionCap cap;
  TimePoint now{1'000'000s};
  std::vector<std::uint32_t> leaves;
  std::size_t last = 0;
  std::uint64_t seed = 1;
};

/// The virtual clock moves a millisecond every `calls_a_ms` calls, so the windows' buckets turn as they would.
void permit_and_report(benchmark::State& state) {
  Tree tree;
  const auto calls_a_ms = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    if (!tree.call(tree.leaf(), CallKind::ok)) state.SkipWithError("a healthy path refused");
    tree.now += Duration{tree.seed % calls_a_ms == 0};
  }
}
BENCHMARK(permit_and_report)->Arg(1)->Arg(100)->ArgName("calls_a_ms");

void one_call_in_five_fails(benchmark::State& state) {
  BreakerPolicy policy;
  policy.long_bad_percent = 100;  // It shall not open: the cost of counting is asked for.
  Tree tree{policy};
  for (auto _ : state) {
    if (!tree.call(tree.leaf(), tree.seed % 5 == 0 ? CallKind::failure : CallKind::ok))
      state.SkipWithError("it opened");
    tree.now += Duration{tree.seed % 10 == 0};
  }
}
BENCHMARK(one_call_in_five_fails);

void refused_by_an_open_path(benchmark::State& state) {
  Tree tree;
  for (int i = 0; i < 6; ++i) tree.call(tree.leaves[0], CallKind::timeout);
  for (auto _ : state)
    if (tree.call(tree.leaves[0], CallKind::ok)) state.SkipWithError("an open path let a call through");
}
BENCHMARK(refused_by_an_open_path);

/// Trips, waits, probes and closes again and again; a row is one call of that life.
void a_life_of_trips_and_recoveries(benchmark::State& state) {
  Tree tree;
  for (auto _ : state) {
    const bool is_ill = (tree.seed >> 9U) % 2 == 0;
    tree.call(tree.leaves[0], is_ill ? CallKind::timeout : CallKind::ok);
    tree.now += 20ms;
    auto at = tree.moment();
    tree.tree.tick(at);
  }
}
BENCHMARK(a_life_of_trips_and_recoveries);

}  // namespace
}  // namespace tael

BENCHMARK_MAIN();
