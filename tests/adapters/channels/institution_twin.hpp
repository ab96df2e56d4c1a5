// What the twins of all protocols share: the simulated institution with its faults, behind the HttpClient interface,
// and payments whose amounts choose a fate. A protocol's twin brings the channel, the dialect and the tampering.
#pragma once

#include "adapters/simulated/institution_http_client.hpp"
#include "tests/adapters/channels/channel_twin.hpp"
#include "tests/support/hand_clock.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael::testing {

class InstitutionTwin : public ChannelTwin {
 public:
  explicit InstitutionTwin(InstitutionOptions options);
  Channel& channel() override { return *channel_; }
  TimePoint now() override { return clock.now(); }
  void turn(Duration by) override { clock.turn(by); }
  void ail(Ailment ailment, ChannelOp op) override;
  ChannelRequest payment(std::string number, Fate fate) override;
  ChannelRequest refund(std::string number, const ChannelRequest& payment, Fate fate) override;
  std::vector<RawCallback> callbacks() override;

  HandClock clock;
  EvenDice dice;
  Institution institution;
  InstitutionHttpClient client{institution, clock};
  std::string method = "wallet", method_at_once = "balance";
  std::string payer;  ///< JSON.

 protected:
  std::unique_ptr<Channel> channel_;
};

/// What an institution's callback looks like on arrival: header names in lower case.
RawCallback arrived(const InstitutionCallback& callback, TimePoint at);

/// Replaces what must be there.
void replace(std::string& text, std::string_view what, std::string_view by);
/// The header of this name, which must be there.
std::string& header(RawCallback& callback, std::string_view name);

}  // namespace tael::testing
