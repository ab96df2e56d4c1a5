// `tael bench ...`: how fast is it, on this machine, and beside what?
#include "runtime/bench/breaker_bench.hpp"
#include "runtime/bench/payments_bench.hpp"
#include "runtime/commands/commands.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace tael::commands {

namespace {

void add_breaker(CLI::App& bench, int& code) {
  auto* breaker =
      bench.add_subcommand("breaker", "what a permit and a report cost, in the core and through the actors");
  const auto options = std::make_shared<bench::BreakerBenchOptions>();
  breaker->add_option("--calls", options->calls, "permits asked and reported in each loop")
      ->check(CLI::Range(1'000, 100'000'000))
      ->capture_default_str();
  breaker->add_option("--callers", options->callers, "who ask at the same time, in the loop under load")
      ->check(CLI::Range(2, 1'000))
      ->capture_default_str();
  breaker->add_option("--rounds", options->rounds, "how often everything is measured; medians are told")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  breaker
      ->add_option("--beside", options->beside,
                   "a script for Node.js that measures others in the same run, for the ratios")
      ->type_name("FILE");
  breaker->add_flag("--json", options->json, "print JSON for scripts");
  breaker->footer(
      "Example:\n  tests/judges/install.sh && tael bench breaker --beside tests/judges/breakers_bench.mjs\n\n"
      "Exit codes: 0 measured, 2 wrong usage, 74 it could not be measured.");
  breaker->callback([options, &code] { code = bench::bench_breaker(*options); });
}

}  // namespace

void add_bench_commands(CLI::App& app, int& code) {
  auto* bench = app.add_subcommand("bench", "measure this binary on this machine");
  bench->require_subcommand(1);
  add_breaker(*bench, code);
  auto* payments = bench->add_subcommand("payments", "complete payments a second, and how long each step takes");
  const auto options = std::make_shared<bench::PaymentsBenchOptions>();
  payments->add_option("--rate", options->rate, "payments begun a second in the open loop; default: half of the peak")
      ->check(CLI::Range(1.0, 100'000.0));
  payments->add_option("--seconds", options->seconds, "what is measured of each loop, after 3 s of warm-up")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
  payments->add_option("--in-flight", options->in_flight, "payments under way in the closed loop")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  payments
      ->add_option("--rounds", options->rounds, "how often everything is measured; the median and the best are told")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  const std::map<std::string, bench::Naive> ways{
      {"off", bench::Naive::off}, {"beside", bench::Naive::beside}, {"only", bench::Naive::only}};
  payments->add_option("--naive", options->naive, "one transaction a step, measured for comparison: off, beside, only")
      ->transform(CLI::CheckedTransformer(ways))
      ->default_str("beside");
  payments->add_flag("--json", options->json, "print JSON for scripts");
  payments->add_flag("--keep", options->keep, "leave the folder with logs, configuration and database");
  payments->footer(
      "Starts a PostgreSQL, an institution and a node of its own in a temporary folder, and removes them.\n\n"
      "Example:\n  tael bench payments --seconds 10 --rounds 3\n\nExit codes: 0 every payment complete and the "
      "money right, 1 not, 2 wrong usage,\n74 it could not be measured.");
  payments->callback([options, &code] { code = bench::bench_payments(*options); });
}

}  // namespace tael::commands
