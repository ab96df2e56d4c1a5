// The subcommand: start, say where, wait for a signal, stop.
#include "runtime/institutions/simulator.hpp"

#include <pthread.h>
#include <signal.h>
#include <stdexcept>

namespace tael {

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
  int exit_code = 0;
  try {
    Simulator simulator(std::move(options), peers);
    simulator.start();
    for (const auto& channel : channels)
      out << channel << " listens on port " << simulator.port(channel).value_or(0) << ", control "
          << "http://127.0.0.1:" << simulator.control_port() << "/control/" << channel << "/" << std::endl;
    int signal = 0;
    sigwait(&endings, &signal);
  } catch (const std::runtime_error& why) {
    error << "simulate: " << why.what() << std::endl;
    exit_code = 2;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return exit_code;
}

}  // namespace tael
