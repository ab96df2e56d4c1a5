// The simulated institutions behind real ports: each is the pure machine of `adapters/simulated`, served over
// HTTP on its URL's port, with one thread that paces payers, late answers and callbacks for all of them.
// A port of its own for control stays open while an institution refuses connections.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/http_client.hpp"
#include "runtime/institutions/branch.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

struct SimulatorOptions {
  struct Bank {
    InstitutionOptions ledger;
    BankFronts fronts;
  };
  std::vector<InstitutionOptions> institutions;
  std::vector<Bank> banks;
  std::uint16_t control_port = 0;  ///< `/control/{channel}/...` for all of them; 0: any free one.
  Duration hang_for{300'000};      ///< How long a call that is left hanging keeps its connection.
  Duration callback_deadline{5'000};
  int callbacks_in_flight_max = 128;  ///< Of all institutions together; fewer than a client has connections to a host.
};

/// They outlive the simulator; the client also sends the callbacks.
struct SimulatorPeers {
  HttpClient& client;
  Clock& clock;
  Dice& dice;
};

class Simulator {
 public:
  /// Throws std::invalid_argument when a URL is not plain HTTP.
  Simulator(SimulatorOptions options, SimulatorPeers peers);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  /// Throws std::runtime_error when a port cannot be had.
  void start();
  void stop();
  /// Nothing when there is no such channel.
  std::optional<std::uint16_t> port(std::string_view channel) const;
  /// Of a bank: the port of each front machine, in their order; empty for other channels.
  std::vector<std::uint16_t> machine_ports(std::string_view channel) const;
  std::uint16_t control_port() const;

 private:
  struct Life;
  std::shared_ptr<Life> life_;
};

/// What a method of this name usually gives the payer: qr, redirect, params or none.
std::string_view usual_voucher(std::string_view method);

/// Runs until SIGINT or SIGTERM. 0 after a signal, 2 when a URL is none to listen on, 73 when a port is taken.
int simulate_channels(SimulatorOptions options, SimulatorPeers peers, std::ostream& out, std::ostream& error);

}  // namespace tael
