// A front machine behind the FrameClient interface, in one process and without waiting: an answer that would come after
// the deadline is no answer.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/frame_client.hpp"
#include "adapters/simulated/bank_front.hpp"

namespace tael {

class BankFrontClient final : public FrameClient {
 public:
  /// They outlive the client.
  BankFrontClient(const BankFront& front, const FrameProtocol& protocol, Clock& clock)
      : front_(front), protocol_(protocol), clock_(clock) {}
  void send(FrameCall call, std::function<void(FrameAnswer)> done) override;
  std::string next_machine() override { return {}; }

 private:
  const BankFront& front_;
  const FrameProtocol& protocol_;
  Clock& clock_;
};

}  // namespace tael
