// What the subcommands do. Each returns the process's exit code: 0 done, 1 the answer is no, 2 wrong usage or
// configuration, 70 and above the node's own reasons (runtime/node/node.hpp).
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace tael::commands {

int serve(const std::string& folder, const std::string& node_name);
int simulate_channels(const std::string& folder, int control_port);
int simulate_business(const std::string& folder, const std::string& business, int port);

// Each adds its subcommands, which write the exit code to `code`.
void add_order_commands(CLI::App& app, int& code);
void add_ledger_commands(CLI::App& app, int& code);
void add_account_commands(CLI::App& app, int& code);
void add_alert_commands(CLI::App& app, int& code);
void add_channel_commands(CLI::App& app, int& code);
/// Beside the others of `tael channel`.
void add_certify_command(CLI::App& app, int& code);
void add_bench_commands(CLI::App& app, int& code);
void add_scenario_commands(CLI::App& app, int& code);
void add_top_command(CLI::App& app, int& code);

}  // namespace tael::commands
