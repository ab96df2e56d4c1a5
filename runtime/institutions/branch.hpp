// One institution at its port, or a bank at the ports of its front machines: the machine, the lock that makes it one at
// a time, and the servers.
#pragma once

#include "actors/domain/assert.hpp"
#include "adapters/framed_tcp/frame_server.hpp"
#include "adapters/http/server.hpp"
#include "adapters/simulated/bank_front.hpp"
#include "adapters/simulated/institution.hpp"
#include "runtime/institutions/listen_url.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace tael {

/// How a bank is reached: all its front machines share one ledger.
struct BankFronts {
  BankFrontOptions options;
  std::vector<ListenUrl> machines;
};

class Branch {
 public:
  Branch(InstitutionOptions options, Dice& dice);
  Branch(InstitutionOptions options, BankFronts fronts, Dice& dice);

  InstitutionReply handle(const InstitutionRequest& request, TimePoint now);
  std::vector<InstitutionCallback> tick(TimePoint now);
  /// True when the callback is off the institution's hands.
  bool callback_answered(std::uint64_t id, const HttpAnswer& answer, TimePoint now);
  /// When it wants to be ticked or looked after next.
  std::optional<TimePoint> next_due(TimePoint now);
  std::string channel();

  /// One frame to a front machine of the bank.
  BankFrontReply hear(const std::string& frame, TimePoint now) {
    TAEL_ASSERT(front_.has_value(), "only a bank's branch has front machines");
    return front_->hear(frame, now);
  }

  struct Doors {
    Handler http;
    FrameHandler frames;
  };
  /// Listens on its URL's port, or on its front machines'. Throws std::runtime_error.
  void open(const Doors& doors);
  /// Opens or closes the port as the institution's faults say; never throws.
  void look_after(TimePoint now, const Doors& doors);
  void close();
  std::uint16_t port() const { return listen_.port; }
  /// Of a bank: one for each front machine.
  std::vector<std::uint16_t> machine_ports() const;

 private:
  std::mutex mutex_;  ///< Guards the institution alone; server and port belong to the pacing thread.
  Institution institution_;
  ListenUrl listen_;
  std::unique_ptr<Server> server_;
  std::optional<BankFront> front_;
  std::vector<ListenUrl> machines_;
  std::vector<std::unique_ptr<FrameServer>> fronts_;
};

}  // namespace tael
