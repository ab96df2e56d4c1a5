// A channel and its institution in one process, as the contract suite drives them. Every later channel's
// test brings one; the suite is `channel_contract.hpp`.
#pragma once

#include "actors/ports/channel.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael::testing {

using namespace std::chrono_literals;

/// What befalls the next call of one op.
enum class Ailment {
  refuse,        // nobody listens
  busy,          // an authentic "not now"
  hang,          // no answer within the deadline
  cut,           // executed, the connection closes
  late,          // executed, answered after the deadline
  server_error,  // not executed, 5xx
  executed_5xx,  // executed, 5xx all the same
  forged,        // a signature that does not verify
  not_signed,
  unknown_key,
  stale,           // signed an hour ago
  broken,          // signed, but no body of the protocol
  amount_missing,  // success without an amount
  other_number,    // about another number
};

/// What becomes of the next payment or refund.
enum class Fate { paid, paid_at_once, unpaid, refused, fails, paid_after_close, refund_pending, refund_rejected };

/// What not every protocol can do. A twin says which of these its protocol does not know; the suite then says so too.
enum class Trait {
  decides_at_once,       // a payment can be paid in the answer to the call
  repeats_when_paid,     // a repeat of a paid payment is answered with it
  remembers_closed,      // closing a number before it arrives keeps it from ever being paid
  tells_of_failures,     // a failed payment has a callback
  tells_of_refunds,      // a refund has a callback
  refuses_reuse,         // a number with other parameters is refused
  closes_unknown,        // closing a number that never arrived is answered
  refunds_at_once,       // a refund can be done in the answer to the call
  remembers_rejections,  // a rejected refund can be asked about
  shows_vouchers,        // the payer is shown something to pay with
  calls_back,            // the institution tells us, unasked
  dates_payments,        // an answer that it is paid says when
  names_refunds,         // a refund has a transaction of its own at the institution
  knows_its_numbers,     // an inquiry about a number that never came says so; false: it may be an index that lags
};

/// What is done to a callback between the institution and us.
enum class Tampering {
  other_key,
  unknown_key,
  stale,
  truncated,
  amount_changed,
  not_signed,
  other_merchant,
  not_protocol
};

class ChannelTwin {
 public:
  virtual ~ChannelTwin() = default;
  virtual Channel& channel() = 0;
  virtual TimePoint now() = 0;
  virtual void turn(Duration by) = 0;
  virtual bool has(Trait) const { return true; }
  virtual bool can_ail(Ailment, ChannelOp) const { return true; }
  virtual bool can_tamper(Tampering) const { return true; }
  virtual void ail(Ailment ailment, ChannelOp op) = 0;
  /// An amount, op and method with that fate.
  virtual ChannelRequest payment(std::string number, Fate fate) = 0;
  virtual ChannelRequest refund(std::string number, const ChannelRequest& payment, Fate fate) = 0;
  /// Callbacks due by now, as they would arrive.
  virtual std::vector<RawCallback> callbacks() = 0;
  virtual RawCallback tamper(RawCallback callback, Tampering tampering) = 0;
  /// Texts that no exchange may hold.
  virtual std::vector<std::string> secrets() = 0;
};

using MakeTwin = std::unique_ptr<ChannelTwin> (*)();

}  // namespace tael::testing
