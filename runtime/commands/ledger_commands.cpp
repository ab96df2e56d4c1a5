// `tael ledger ...`: are the books right? Answered by the rows themselves.
#include "runtime/commands/commands.hpp"
#include "runtime/inspect/store_to_read.hpp"
#include "runtime/ledger/ledger_check.hpp"
#include "runtime/ledger/trial_balance.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace tael::commands {
namespace {

struct LedgerOptions {
  WhereToRead where;
  bool json = false;
};

std::vector<std::string> kinds_with_balance(const config::Config* config) {
  std::vector<std::string> kinds;
  if (config == nullptr) return kinds;
  for (const auto& account : config->accounts.accounts)
    if (account.heat != AccountHeat::internal) kinds.push_back(account.kind);
  return kinds;
}

int check(const LedgerOptions& options) {
  return with_store(options.where, std::cerr, [&](const OpenStore& store) {
    const auto report = check_ledger(store.snapshot, kinds_with_balance(store.config));
    options.json ? print_json(report, std::cout) : print_text(report, std::cout);
    return report.holds() ? 0 : 1;
  });
}

int print_trial_balance(const LedgerOptions& options) {
  return with_store(options.where, std::cerr, [&](const OpenStore& store) {
    const auto balance = trial_balance(store.snapshot);
    options.json ? print_json(balance, std::cout) : print_text(balance, std::cout);
    return balance.is_zero() ? 0 : 1;
  });
}

void add(CLI::App& parent, const char* name, const char* what, const char* footer, int& code,
         int (*run)(const LedgerOptions&)) {
  const auto options = std::make_shared<LedgerOptions>();
  auto* command = parent.add_subcommand(name, what);
  add_where_to_read(*command, options->where);
  command->add_flag("--json", options->json, "print JSON for scripts");
  command->footer(footer);
  command->callback([options, run, &code] { code = run(*options); });
}

}  // namespace

void add_ledger_commands(CLI::App& app, int& code) {
  auto* ledger = app.add_subcommand("ledger", "prove that the books are right");
  ledger->require_subcommand(1);
  add(*ledger, "check", "ask every invariant of the store, in one snapshot, while payments run",
      "Example:\n  tael ledger check --config config/\n\nExit codes: 0 all hold, 1 some are violated (it says where), "
      "2 bad configuration,\n70 store unreachable, 71 schema too new.",
      code, check);
  add(*ledger, "trial-balance", "debits and credits of all accounts by kind and currency",
      "Example:\n  tael ledger trial-balance --config config/ --json\n\nExit codes: 0 they are equal, 1 they differ, "
      "2 bad configuration,\n70 store unreachable, 71 schema too new.",
      code, print_trial_balance);
}

}  // namespace tael::commands
