// `tael top`: a running node at a glance, once a second.
#include "runtime/admin/admin_client.hpp"
#include "runtime/commands/commands.hpp"
#include "runtime/commands/top_screen.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <unistd.h>

namespace tael::commands {
namespace {

struct TopOptions {
  AdminDoor door;
  bool once = false, as_json = false;
};

constexpr std::string_view home_and_clear = "\x1b[H\x1b[2J";

/// Between two looks and in the middle of one: nothing is left behind, so the process may end where it stands.
void end_at_ctrl_c() {
  std::signal(SIGINT, [](int) {
    constexpr std::string_view next_line = "\n";
    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, next_line.data(), next_line.size());
    ::_exit(0);
  });
}

int top(const TopOptions& options) {
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  const bool colours = is_terminal && std::getenv("NO_COLOR") == nullptr;
  const bool once = options.once || options.as_json || !is_terminal;
  if (!once) end_at_ctrl_c();
  for (;;) {
    const auto answer = ask_admin(options.door, "/admin/overview", "", std::cerr);
    if (answer.code != 0) return answer.code;
    if (options.as_json)
      std::cout << answer.body << "\n";
    else
      std::cout << (once ? std::string_view{} : home_and_clear) << top_screen(boost::json::parse(answer.body), colours)
                << std::flush;
    if (once) return 0;
    std::this_thread::sleep_for(std::chrono::seconds{1});
  }
}

}  // namespace

void add_top_command(CLI::App& app, int& code) {
  const auto options = std::make_shared<TopOptions>();
  auto* command = app.add_subcommand("top", "a running node at a glance: paths, open work, money");
  add_admin_door(*command, options->door);
  command->add_flag("--once", options->once, "print once and end; so it is anyway when the output is no terminal");
  command->add_flag("--json", options->as_json, "what the node says, as JSON, once");
  command->footer(
      "Examples:\n  tael top --config config/\n  tael top --once --json | jq .counts\n\nThe node wants its admin "
      "token: "
      "TAEL_ADMIN_TOKEN, or what node.yaml's `admin_token` leads to.\nCtrl-C ends it. Exit codes: 0 done, 2 wrong "
      "usage, "
      "token or configuration, 70 the node does not answer.");
  command->callback([options, &code] { code = top(*options); });
}

}  // namespace tael::commands
