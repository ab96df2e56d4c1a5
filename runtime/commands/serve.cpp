// `tael serve`: one node until a signal.
#include "runtime/commands/commands.hpp"
#include "runtime/node/node.hpp"
#include "runtime/node/start_check.hpp"

#include <csignal>
#include <cstring>
#include <iostream>
#include <pthread.h>
#include <unistd.h>

namespace tael::commands {
namespace {

/// Blocked before any thread exists, or one of CAF's would take the signal. A hang-up is for us unless whoever started
/// us had it ignored, as `nohup` does.
sigset_t block_endings() {
  sigset_t endings;
  sigemptyset(&endings);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&endings, signal);
  struct sigaction hang_up {};
  if (sigaction(SIGHUP, nullptr, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN) sigaddset(&endings, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &endings, nullptr);
  return endings;
}

std::string text_of(int signal) {
  const std::string text = std::string{"SIG"} + sigabbrev_np(signal);
  return signal == SIGHUP
             ? text + ": there is no reload, whoever started us starts us anew with what the folder has now"
             : text;
}

/// The signal that ends the node. A hang-up does so only when the folder could start: with one that is wrong nobody
/// would be there to take payments.
int wait_for_the_end(Node& node, const sigset_t& endings, const std::string& folder, const std::string& node_name) {
  while (true) {
    int signal = 0;
    sigwait(&endings, &signal);
    if (signal != SIGHUP || node.why_it_cannot_go_on()) return signal;
    const auto refusals = refusals_of_restart(folder, node_name, node.store_url());
    if (refusals.empty()) return signal;
    for (const auto& error : refusals) std::cerr << to_text(error) << "\n";
    node.stay_up(refusals);
  }
}

}  // namespace

int serve(const std::string& folder, const std::string& node_name) {
  auto loaded = config::load_folder(folder);
  if (!loaded.config) {
    for (const auto& error : loaded.errors) std::cerr << to_text(error) << "\n";
    return 2;
  }
  if (!node_name.empty()) loaded.config->node.name = node_name;

  const auto endings = block_endings();
  std::signal(SIGPIPE, SIG_IGN);

  try {
    Node node{std::move(*loaded.config), [] { kill(getpid(), SIGTERM); }};  // Ends the wait below.
    node.start();
    // One line on standard output for whoever started us: where we are.
    std::cout << "{\"api\":\"" << node.api_port() << "\",\"admin\":\"" << node.admin_port() << "\"}" << std::endl;
    const auto signal = wait_for_the_end(node, endings, folder, node_name);
    if (const auto why = node.why_it_cannot_go_on()) {
      node.stop(why->what());
      throw *why;
    }
    node.stop(text_of(signal));
    return 0;
  } catch (const Fatal& fatal) {
    std::cerr << "tael: " << fatal.what() << "\n";
    return static_cast<int>(fatal.reason());
  } catch (const std::exception& error) {  // By now the node has stopped what it had started.
    std::cerr << "tael: " << error.what() << "\n";
    return static_cast<int>(FatalReason::internal);
  }
}

}  // namespace tael::commands
