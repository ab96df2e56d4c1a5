// The command line: one binary, its subcommands, their exit codes. What a command does is in runtime/commands.
#include "runtime/commands/commands.hpp"
#include "runtime/config/config_command.hpp"
#include "runtime/config/nearest.hpp"
#include "runtime/config/shape.hpp"
#include "runtime/node/start_check.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <vector>

namespace {

/// A word where a command should stand, with the command that was probably meant; nothing when that is not what is
/// wrong. CLI11 only says that a command is required.
std::string unknown_command(const CLI::App& app) {
  const CLI::App* deepest = &app;
  std::string path = "tael";
  while (!deepest->get_subcommands().empty()) {
    deepest = deepest->get_subcommands().front();
    path += " " + deepest->get_name();
  }
  const auto all = deepest->get_subcommands([](const CLI::App*) { return true; });
  const auto words = deepest->remaining();
  if (all.empty() || words.empty() || words.front().starts_with('-')) return "";
  std::vector<std::string> names;
  for (const auto* command : all) names.push_back(command->get_name());
  return path + ": there is no command '" + words.front() + "'" + tael::config::suggestion(words.front(), names);
}

/// CLI11 reports with codes of its own; ours are 0 done, 1 the answer is no, 2 wrong usage.
int exit_code_of(const CLI::App& app, const CLI::ParseError& error) {
  if (const auto unknown = unknown_command(app); !unknown.empty() && error.get_exit_code() != 0) {
    std::cerr << unknown << "\n";
    return 2;
  }
  const int code = app.exit(error);
  return code == 0 ? 0 : 2;
}

std::string refusal_of_node_name(const std::string& name) {
  return tael::config::is_code(name) ? ""
                                     : "a node's name is small letters, digits and _, at most 32, not '" + name + "'";
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tael;
  CLI::App app{"Tael, an actor-model payment runtime: takes and refunds money, and never loses a cent."};
  app.require_subcommand(1);
  app.set_version_flag("--version", TAEL_VERSION);
  int code = 0;
  std::string folder = "config";
  bool json = false;
  const auto with_config = [&](CLI::App* command) {
    command->add_option("--config", folder, "folder with node.yaml, channels/, businesses/, accounts.yaml")
        ->default_str("config");
  };
  const auto with_json = [&](CLI::App* command) { command->add_flag("--json", json, "print JSON for scripts"); };

  // tael serve
  std::string node_name;
  auto* serve = app.add_subcommand("serve", "run one node");
  with_config(serve);
  serve->add_option("--node", node_name, "name of this node, instead of node.yaml's")->check(refusal_of_node_name);
  serve->footer(
      "Example:\n  tael serve --config config/\n\nExit codes: 0 stopped by a signal, 2 bad configuration, "
      "70 store unreachable, 71 schema too new,\n72 private PostgreSQL failed, 73 port taken, 74 internal, "
      "75 another node has the private PostgreSQL,\n76 another node has taken the store's shards.\nIt ends in order on "
      "SIGTERM and SIGINT, and on SIGHUP when the folder is good, so that whoever started it starts it anew with what\n"
      "the folder has now; with one that is wrong it stays up, and its log and an alert name the line.");
  serve->callback([&] { code = commands::serve(folder, node_name); });

  // tael simulate
  auto* simulate = app.add_subcommand("simulate", "play the outside world: institutions, a business");
  simulate->require_subcommand(1);
  auto* channels = simulate->add_subcommand("channels", "the institutions of all configured channels, one process");
  int control_port = 0;
  with_config(channels);
  channels->add_option("--control-port", control_port, "port of the control API; 0: any free one")
      ->check(CLI::Range(0, 65535));
  channels->footer(
      "Example:\n  tael simulate channels --config config/ --control-port 9490\n\nFaults by control API and by "
      "magic amounts: adapters/channels/README.md.\n\nExit codes: 0 stopped by a signal, 2 wrong usage or "
      "configuration, 73 port taken.");
  channels->callback([&] { code = commands::simulate_channels(folder, control_port); });
  auto* business = simulate->add_subcommand("business", "a business that receives and verifies notices");
  int business_port = 0;
  std::string business_code;
  with_config(business);
  business->add_option("--business", business_code, "whose notices it verifies")->required();
  business->add_option("--port", business_port, "port to listen on; 0: any free one")->check(CLI::Range(0, 65535));
  business->footer(
      "Example:\n  tael simulate business --config config/ --business bakery --port 9500\n\nExit codes: 0 stopped by a "
      "signal, 2 wrong usage or configuration, 73 port taken.");
  business->callback([&] { code = commands::simulate_business(folder, business_code, business_port); });

  commands::add_bench_commands(app, code);

  // tael config
  auto* config_command = app.add_subcommand("config", "check and explain configuration");
  config_command->require_subcommand(1);
  auto* check = config_command->add_subcommand("check", "read a folder as a node would; say everything that is wrong");
  std::string dir, other_dir, key;
  check->add_option("DIR", dir, "the folder")->required();
  with_json(check);
  check->footer(
      "Example:\n  tael config check config/\n\nExit codes: 0 good, 1 errors were found, 2 there is no such folder.");
  check->callback(
      [&] { code = config::check_command(dir, json, std::cout, config::process_environment(), findings_of); });
  auto* reference = config_command->add_subcommand("reference", "print every key with bounds, default and meaning");
  reference->footer("Example:\n  tael config reference > config/README.md");
  reference->callback([&] { code = config::reference_command(std::cout); });
  auto* schema = config_command->add_subcommand("schema", "print a JSON Schema (draft-07) for editors");
  schema->footer("Example:\n  tael config schema > config/tael.schema.json");
  schema->callback([&] { code = config::schema_command(std::cout); });
  auto* explain = config_command->add_subcommand("explain", "one key: meaning, bounds, default");
  explain->add_option("KEY", key, "for example breaker.open_min")->required();
  explain->footer("Example:\n  tael config explain inquiry_ladder");
  explain->callback([&] { code = config::explain_command(key, std::cout); });
  auto* diff = config_command->add_subcommand("diff", "what is in force in one folder and not in the other");
  diff->add_option("BEFORE", dir, "a folder")->required();
  diff->add_option("AFTER", other_dir, "another")->required();
  diff->footer("Example:\n  tael config diff config/ config.new/");
  diff->callback([&] { code = config::diff_command(dir, other_dir, std::cout); });

  commands::add_order_commands(app, code);
  commands::add_ledger_commands(app, code);
  commands::add_account_commands(app, code);
  commands::add_channel_commands(app, code);
  commands::add_certify_command(app, code);
  commands::add_alert_commands(app, code);
  commands::add_scenario_commands(app, code);
  commands::add_top_command(app, code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return exit_code_of(app, error);
  }
  return code;
}
