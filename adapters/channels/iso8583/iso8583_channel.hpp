// A bank's host over ISO 8583 (README.md beside it). Money moves by 0200 and is taken back by 0400; what the
// host knows a message by, its trace number, is in the trace book before the first byte leaves, so that a reversal can
// be made after any crash, by any node.
#pragma once

#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/frame_client.hpp"
#include "actors/ports/trace_book.hpp"
#include "adapters/iso8583/mac.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tael {

/// What becomes of a payment that nobody answered for.
enum class WhenSilent {
  reverse,  ///< An inquiry sends a reversal, again and again until the host answers it: the payer is not charged.
  inquire,  ///< An inquiry asks the host by `inquiry_code`. Only for hosts that know such a message.
};

struct Iso8583Options {
  std::string channel;
  const iso8583::Dialect* dialect = &iso8583::ascii87;
  iso8583::MacKey mac;
  std::string merchant;                  ///< DE42.
  std::vector<std::string> terminals;    ///< DE41, in turn; each has a sequence of trace numbers of its own.
  std::map<int, std::string> constants;  ///< Further fields of every sale and refund, as the bank's contract has them.
  WhenSilent when_silent = WhenSilent::reverse;
  std::string inquiry_code = "380000";          ///< DE3 of a status inquiry.
  bool shared_ledger = true;                    ///< False: reversals go back to the machine that took the original.
  int subject_field = 0;                        ///< Where the order's subject travels; zero: nowhere.
  Duration utc_offset{8h};                      ///< Of local times on the wire.
  std::string header;                           ///< Of the dialects that have one: TPDU and message header.
  std::string batch = "000001";                 ///< DE60.2 of the UnionPay form.
  std::vector<iso8583::MacKey> further_macs{};  ///< While `mac` is changed: what the host seals with these holds too.
};

/// Client, book and clock outlive the channel and every call of it. The key suits its algorithm; there is a terminal.
std::unique_ptr<Channel> make_iso8583_channel(Iso8583Options options, FrameClient& client, TraceBook& book,
                                              Clock& clock);

/// Keys, echoes and, when `signs_on`, the sign-on, for the pool that carries the channel's frames.
FrameProtocol iso8583_protocol(const Iso8583Options& options, Clock& clock, bool signs_on);

}  // namespace tael
