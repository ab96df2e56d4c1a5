// `tael serve`: one node until a signal.
#include "runtime/commands/commands.hpp"
#include "runtime/node/node.hpp"

#include <csignal>
#include <iostream>
#include <pthread.h>

namespace tael::commands {

int serve(const std::string& folder, const std::string& node_name) {
  auto loaded = config::load_folder(folder);
  if (!loaded.config) {
    for (const auto& error : loaded.errors) std::cerr << to_text(error) << "\n";
    return 2;
  }
  if (!node_name.empty()) loaded.config->node.name = node_name;

  // Blocked before any thread exists, or one of CAF's would take the signal.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  try {
    Node node{std::move(*loaded.config)};
    node.start();
    // One line on standard output for whoever started us: where we are.
    std::cout << "{\"api\":\"" << node.api_port() << "\",\"admin\":\"" << node.admin_port() << "\"}" << std::endl;
    int signal = 0;
    sigwait(&signals, &signal);
    node.stop();
    return 0;
  } catch (const Fatal& fatal) {
    std::cerr << "tael: " << fatal.what() << "\n";
    return static_cast<int>(fatal.reason());
  }
}

}  // namespace tael::commands
