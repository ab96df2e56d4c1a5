// A Channel made of the four steps. It holds no state of its own: a call under way keeps the steps
// alive, so the channel may be thrown away while answers are still on their way.
#pragma once

#include "actors/ports/clock.hpp"
#include "adapters/channels/access/masking.hpp"
#include "adapters/channels/access/steps.hpp"

#include <memory>
#include <string>

namespace tael {

/// One of each, and what the steps do not decide. Immutable once a channel has it.
struct AccessSteps {
  std::string channel;   ///< Its name, for exchanges.
  std::string merchant;  ///< Whom callbacks must be meant for.
  std::unique_ptr<Assembler> assembler;
  std::unique_ptr<Verifier> verifier;
  std::unique_ptr<Parser> parser;
  std::unique_ptr<Classifier> classifier;
  Masking masking{{}, {}};
  Acknowledgement taken, refused, again;
};

class FrameworkChannel final : public Channel {
 public:
  /// The client and the clock outlive every call.
  FrameworkChannel(AccessSteps steps, HttpClient& client, Clock& clock);

  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) override;
  Callback hear(const RawCallback& raw) override;
  Acknowledgement acknowledge(Reception reception) const override;

 private:
  std::shared_ptr<const AccessSteps> steps_;
  HttpClient& client_;
  Clock& clock_;
};

}  // namespace tael
