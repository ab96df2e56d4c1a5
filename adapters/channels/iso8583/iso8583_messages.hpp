// Requests as messages, and what an answer must repeat of them. Pure: a trace and the options go in.
#pragma once

#include "adapters/channels/iso8583/iso8583_channel.hpp"

#include <optional>
#include <string>

namespace tael::iso8583 {

Message sale(const Iso8583Options& options, const WireTrace& trace, const std::string& subject);
/// `repeated`: the same message again, x1, for an answer that never came.
Message refund(const Iso8583Options& options, const WireTrace& trace, const WireTrace& original, bool repeated);
Message reversal(const Iso8583Options& options, const WireTrace& trace, const WireTrace& original, bool repeated);
/// Asks what became of a trace; moves nothing.
Message inquiry(const Iso8583Options& options, const WireTrace& original, ChannelOp op, TimePoint now);
/// 0800: 001 signs on, 301 asks for life.
Message greeting(const Iso8583Options& options, std::uint32_t serial, TimePoint now, std::string_view network_code);

/// Type class, processing code, trace number and terminal: the same in a request and its answer.
std::string key_of(const Message& message);

/// Why the answer is not one to this request: malformed, stale, other_number; empty when it is. A field that cannot be
/// read spoils it only when it would have been looked at.
std::string disbelief(const Message& request, const Decoded& answer);

/// DE4 in the currency of DE49; nothing when either is missing or unknown.
std::optional<Money> amount_in(const Message& message);
/// When it happened, by the host's local time; the year is the one nearest to `now`.
std::optional<TimePoint> time_in(const Message& message, Duration utc_offset, TimePoint now);
/// Terminal and retrieval reference: unique within a channel.
std::string transaction_in(const Message& message);
/// What an answer calls the movement it was asked for. A refund of the POS form (0220) goes under the reference of its
/// sale, as do all refunds of it: that one is nobody's own.
std::string own_transaction(const Message& asked, const Message& answer);

/// ISO 4217 number; empty when we do not know it.
std::string numeric_currency(Currency currency);
/// DE4 has twelve digits, of the minor units that ISO 4217 gives the currency of DE49.
inline constexpr std::int64_t wire_amount_max = 999'999'999'999;

}  // namespace tael::iso8583
