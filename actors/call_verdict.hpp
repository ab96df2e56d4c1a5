// What the end of a call says about the channel's health, for the breaker: a table, no state.
#pragma once

#include "actors/domain/breaker.hpp"
#include "actors/messages.hpp"

namespace tael {

/// An authentic answer is health, also a decline, also "I have no such number". Our own refusals say nothing: they are
/// `not_sent` without a transport that tried (`unknown`); a transport that tried and could not is an `exception`.
constexpr CallKind kind_of(Ending ending, Transport transport, bool authentic, int status, bool number_unknown) {
  const bool channel_broken = status >= 500;
  switch (ending) {
    case Ending::approved:
    case Ending::declined:
    case Ending::pending: return CallKind::ok;
    case Ending::not_sent:
    case Ending::silent: break;
  }
  switch (transport) {
    case Transport::not_sent: return CallKind::exception;
    case Transport::unknown: return ending == Ending::not_sent ? CallKind::ignored : CallKind::timeout;
    case Transport::answered: break;
  }
  if (status == 429) return CallKind::throttled;
  if (channel_broken) return CallKind::failure;
  if (ending == Ending::not_sent) return CallKind::ok;         // It refused what we asked before taking it.
  if (authentic && number_unknown) return CallKind::ok;        // It looked, and said so: we stay in doubt, it is well.
  return authentic ? CallKind::failure : CallKind::exception;  // "System error"; or nothing we can believe.
}

inline CallVerdict verdict_of(const ReportCall& call) {
  const auto kind = call.ignored
                        ? CallKind::ignored
                        : kind_of(call.ending, call.transport, call.authentic, call.status, call.number_unknown);
  // Nothing came to the institution: that is our end of the line, whichever bank was meant.
  const bool ours = kind == CallKind::exception && call.transport == Transport::not_sent;
  return {kind, call.took, ours ? FaultScope::local : call.scope};
}

namespace proof {

static_assert(kind_of(Ending::declined, Transport::answered, true, 200, false) == CallKind::ok,
              "a decline never counts");
static_assert(kind_of(Ending::not_sent, Transport::unknown, false, 0, false) == CallKind::ignored, "busy, restarting");
static_assert(kind_of(Ending::not_sent, Transport::not_sent, false, 0, false) == CallKind::exception,
              "connection refused");

}  // namespace proof
}  // namespace tael
