// The subcommand: start, say where, wait for a signal, stop.
#include "runtime/institutions/simulator.hpp"

#include <pthread.h>
#include <signal.h>
#include <stdexcept>

namespace tael {
namespace {

/// As a node's own codes have them.
enum Exit { done = 0, wrong_configuration = 2, port_taken = 73 };

/// `port 9400`, or `ports 9461, 9462` of a bank's front machines.
std::string ports_of(const Simulator& simulator, const std::string& channel) {
  std::string text;
  for (const auto port : simulator.machine_ports(channel)) text += (text.empty() ? "" : ", ") + std::to_string(port);
  const bool several = text.find(',') != std::string::npos;
  if (text.empty()) text = std::to_string(simulator.port(channel).value_or(0));
  return (several ? "ports " : "port ") + text;
}

}  // namespace

int simulate_channels(SimulatorOptions options, SimulatorPeers peers, std::ostream& out, std::ostream& error) {
  // Blocked before any thread is made, so that only the wait below ever hears them.
  sigset_t endings, before;
  sigemptyset(&endings);
  sigaddset(&endings, SIGINT);
  sigaddset(&endings, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &endings, &before);

  std::vector<std::string> channels;
  for (const auto& institution : options.institutions) channels.push_back(institution.channel);
  for (const auto& bank : options.banks) channels.push_back(bank.ledger.channel);
  int exit_code = done;
  try {
    Simulator simulator(std::move(options), peers);
    simulator.start();
    for (const auto& channel : channels)
      out << channel << " listens on " << ports_of(simulator, channel) << ", control "
          << "http://127.0.0.1:" << simulator.control_port() << "/control/" << channel << "/" << std::endl;
    int signal = 0;
    sigwait(&endings, &signal);
  } catch (const std::invalid_argument& why) {
    error << "simulate: " << why.what() << std::endl;
    exit_code = wrong_configuration;
  } catch (const std::runtime_error& why) {
    error << "simulate: " << why.what() << std::endl;
    exit_code = port_taken;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return exit_code;
}

}  // namespace tael
