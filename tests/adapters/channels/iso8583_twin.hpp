// The bank host's channel, a front machine and the bank behind it, in one process.
#pragma once

#include "adapters/channels/iso8583/iso8583_channel.hpp"
#include "adapters/encoding/hex.hpp"
#include "adapters/simulated/bank_front_client.hpp"
#include "adapters/simulated/memory_trace_book.hpp"
#include "tests/adapters/channels/channel_twin.hpp"
#include "tests/support/hand_clock.hpp"

namespace tael::testing {

inline Iso8583Options harbor_options() {
  Iso8583Options options;
  options.channel = "harbor";
  options.mac = {iso8583::MacAlgorithm::x919, from_hex("0123456789abcdeffedcba9876543210")};
  options.merchant = "MERCHANT0000001";
  options.terminals = {"TERM0001", "TERM0002"};
  options.constants = {{22, "012"}, {25, "00"}, {32, "10200000"}};
  options.subject_field = 63;
  options.when_silent = WhenSilent::inquire;
  return options;
}

inline Iso8583Options harbor_pos_options() {
  auto options = harbor_options();
  options.dialect = &iso8583::cup_bcd;
  options.mac = {iso8583::MacAlgorithm::unionpay_ecb, from_hex("c24a8fb57aa20123")};
  options.constants = {{22, "012"}, {25, "00"}};
  options.header = from_hex("6000030000603100311003");
  return options;
}

class Iso8583Twin : public ChannelTwin {
 public:
  explicit Iso8583Twin(Iso8583Options given);
  Channel& channel() override { return *channel_; }
  TimePoint now() override { return clock.now(); }
  void turn(Duration by) override;
  bool has(Trait trait) const override;
  bool can_ail(Ailment ailment, ChannelOp op) const override;
  void ail(Ailment ailment, ChannelOp op) override;
  ChannelRequest payment(std::string number, Fate fate) override;
  ChannelRequest refund(std::string number, const ChannelRequest& payment, Fate fate) override;
  std::vector<RawCallback> callbacks() override { return {}; }
  RawCallback tamper(RawCallback callback, Tampering) override { return callback; }
  std::vector<std::string> secrets() override { return {options.mac.bytes}; }

  /// By the bank's own book: payments less what went back.
  std::int64_t charged();

  const Iso8583Options options;
  HandClock clock;
  EvenDice dice;
  Institution bank{bank_behind_front("harbor"), dice};
  BankFront front;
  FrameProtocol protocol;
  BankFrontClient client;
  MemoryTraceBook book;

 private:
  std::unique_ptr<Channel> channel_;
};

}  // namespace tael::testing
