#include "runtime/bench/breaker_bench.hpp"

#include "runtime/bench/child.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>

namespace tael::bench {
namespace {

namespace json = boost::json;

constexpr Duration others_patience{300'000};

std::vector<OtherBreaker> measure_others(const BreakerBenchOptions& options) {
  if (!std::filesystem::exists(options.beside)) throw ChildError("--beside: there is no " + options.beside);
  Child child{{.program = "node",
               .arguments = {options.beside, "--calls", std::to_string(options.calls)},
               .environment = {},
               .log_file = "/dev/stderr"}};
  std::vector<OtherBreaker> others;
  const auto page = json::parse(child.line(others_patience));
  for (const auto& one : page.at("breakers").as_array()) {
    const auto number = [&](const char* key) { return one.at(key).to_number<double>(); };
    others.push_back({std::string{one.at("name").as_string()}, std::string{one.at("version").as_string()},
                      one.at("levels").to_number<int>(), one.at("calls").to_number<std::int64_t>(), number("mean_ns"),
                      number("p50_us"), number("p99_us"), number("p999_us")});
  }
  if (others.empty()) throw ChildError(options.beside + " measured nothing");
  return others;
}

BreakerRound measure(const BreakerBenchOptions& options) {
  BreakerRound round;
  round.core_ns = core_loop(options.calls);
  round.alone = actor_loop(1, options.calls);
  round.loaded = actor_loop(options.callers, options.calls);
  if (!options.beside.empty()) round.others = measure_others(options);
  return round;
}

double median(const std::vector<BreakerRound>& rounds, const std::function<double(const BreakerRound&)>& value) {
  std::vector<double> values;
  for (const auto& round : rounds) values.push_back(value(round));
  std::ranges::sort(values);
  return values[(values.size() - 1) / 2];
}

/// Each figure is the median of the rounds by itself.
struct Told {
  double core_ns = 0;
  struct Loop {
    int callers = 0;
    double rate = 0, permit_p50 = 0, permit_p99 = 0, p50 = 0, p99 = 0, p999 = 0;  ///< Microseconds.
  } alone, loaded;
  std::vector<OtherBreaker> others;
};

Told told(const std::vector<BreakerRound>& rounds) {
  const auto loop = [&](ActorLoop BreakerRound::*which) {
    const auto at = [&](Latencies ActorLoop::*kind, double Percentiles::*p) {
      return median(rounds, [&](const BreakerRound& r) { return 1e3 * (((r.*which).*kind).percentiles().*p); });
    };
    return Told::Loop{(rounds.front().*which).callers,
                      median(rounds, [&](const BreakerRound& r) { return (r.*which).rate(); }),
                      at(&ActorLoop::permit, &Percentiles::p50),
                      at(&ActorLoop::permit, &Percentiles::p99),
                      at(&ActorLoop::round_trip, &Percentiles::p50),
                      at(&ActorLoop::round_trip, &Percentiles::p99),
                      at(&ActorLoop::round_trip, &Percentiles::p999)};
  };
  Told all{median(rounds, [](const BreakerRound& r) { return r.core_ns; }), loop(&BreakerRound::alone),
           loop(&BreakerRound::loaded), rounds.front().others};
  for (std::size_t i = 0; i < all.others.size(); ++i)
    for (auto figure : {&OtherBreaker::mean_ns, &OtherBreaker::p50_us, &OtherBreaker::p99_us, &OtherBreaker::p999_us})
      all.others[i].*figure = median(rounds, [&](const BreakerRound& r) { return r.others.at(i).*figure; });
  return all;
}

void print_text(const Told& all, const MachineFacts& m, const BreakerBenchOptions& options) {
  std::printf("%s, %d processors, %s, malloc of %s, load before %.2f; %d calls a loop, medians of %d rounds\n",
              m.processor.c_str(), m.processors, m.kernel.c_str(), m.allocator.c_str(), m.load_before, options.calls,
              options.rounds);
  std::printf("\npermit + report over three levels\n  %-34s %9s %9s %9s %9s %12s\n", "", "mean us", "p50 us", "p99 us",
              "p99.9 us", "calls/s");
  std::printf("  %-34s %9.3f %9s %9s %9s %12.0f\n", "core", all.core_ns / 1e3, "", "", "", 1e9 / all.core_ns);
  for (const auto* loop : {&all.alone, &all.loaded})
    std::printf("  %-34s %9.3f %9.3f %9.3f %9.3f %12.0f\n",
                ("actors, " + std::to_string(loop->callers) + (loop->callers == 1 ? " caller" : " callers")).c_str(),
                1e6 / loop->rate * loop->callers, loop->p50, loop->p99, loop->p999, loop->rate);
  for (const auto& other : all.others)
    std::printf("  %-34s %9.3f %9.3f %9.3f %9.3f %12.0f\n",
                (other.name + " " + other.version + ", " + std::to_string(other.levels) +
                 (other.levels == 1 ? " level" : " levels"))
                    .c_str(),
                other.mean_ns / 1e3, other.p50_us, other.p99_us, other.p999_us, 1e9 / other.mean_ns);
  if (all.others.empty()) return;
  std::printf("\nratios: their time for our time\n");
  for (const auto& other : all.others)
    std::printf("  %-34s %6.1f times the core's, p50 %.2f and p99 %.2f times the actors' round trip\n",
                (other.name + ", " + std::to_string(other.levels) + (other.levels == 1 ? " level" : " levels")).c_str(),
                other.mean_ns / all.core_ns, other.p50_us / all.alone.p50, other.p99_us / all.alone.p99);
}

void print_json(const Told& all, const MachineFacts& m, const BreakerBenchOptions& options) {
  const auto of = [](const Told::Loop& loop) {
    return json::object{{"callers", loop.callers},          {"calls_per_second", loop.rate},
                        {"permit_p50_us", loop.permit_p50}, {"permit_p99_us", loop.permit_p99},
                        {"round_trip_p50_us", loop.p50},    {"round_trip_p99_us", loop.p99},
                        {"round_trip_p999_us", loop.p999}};
  };
  json::array others;
  for (const auto& other : all.others)
    others.push_back(json::object{{"name", other.name},
                                  {"version", other.version},
                                  {"levels", other.levels},
                                  {"calls", other.calls},
                                  {"mean_ns", other.mean_ns},
                                  {"p50_us", other.p50_us},
                                  {"p99_us", other.p99_us},
                                  {"p999_us", other.p999_us},
                                  {"mean_over_core", other.mean_ns / all.core_ns},
                                  {"p50_over_actors", other.p50_us / all.alone.p50},
                                  {"p99_over_actors", other.p99_us / all.alone.p99}});
  const json::object page{{"machine",
                           {{"processor", m.processor},
                            {"processors", m.processors},
                            {"kernel", m.kernel},
                            {"allocator", m.allocator},
                            {"load_before", m.load_before}}},
                          {"calls", options.calls},
                          {"rounds", options.rounds},
                          {"core_ns", all.core_ns},
                          {"actors", json::array{of(all.alone), of(all.loaded)}},
                          {"others", others}};
  std::printf("%s\n", json::serialize(page).c_str());
}

}  // namespace

int bench_breaker(const BreakerBenchOptions& options) {
  try {
    const auto machine = machine_facts(std::filesystem::temp_directory_path());
    std::vector<BreakerRound> rounds;
    for (int round = 0; round < options.rounds; ++round) rounds.push_back(measure(options));
    for (const auto& round : rounds)
      if (const auto refused = round.alone.refused + round.loaded.refused; refused > 0)
        throw ChildError("healthy paths refused " + std::to_string(refused) + " calls: these are no figures");
    options.json ? print_json(told(rounds), machine, options) : print_text(told(rounds), machine, options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 74;
  }
}

}  // namespace tael::bench
