// A command line of operators' commands in this process: what it printed and how it ended.
#pragma once

#include "runtime/commands/commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace tael::testing {

struct Printed {
  int code = 0;
  std::string out, errors;
};

inline Printed run_command(std::vector<std::string> words) {
  std::ostringstream out, errors;
  auto* old_out = std::cout.rdbuf(out.rdbuf());
  auto* old_errors = std::cerr.rdbuf(errors.rdbuf());
  CLI::App app{"test"};
  app.require_subcommand(1);
  Printed printed;
  commands::add_order_commands(app, printed.code);
  commands::add_ledger_commands(app, printed.code);
  commands::add_account_commands(app, printed.code);
  commands::add_channel_commands(app, printed.code);
  commands::add_alert_commands(app, printed.code);
  std::vector<std::string> backwards(words.rbegin(), words.rend());  // As CLI11 wants them.
  try {
    app.parse(std::move(backwards));
  } catch (const CLI::ParseError& error) {
    printed.code = app.exit(error) == 0 ? 0 : 2;
  }
  std::cout.rdbuf(old_out);
  std::cerr.rdbuf(old_errors);
  printed.out = out.str();
  printed.errors = errors.str();
  return printed;
}

}  // namespace tael::testing
