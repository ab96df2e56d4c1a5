// The five endings of a call to a channel. Only `not_sent` may be retried freely or routed
// elsewhere; `silent` means ask by our own number, never charge again (DESIGN.md section 6).
#pragma once

#include <string_view>

namespace tael {

enum class Ending {
  approved,  ///< Authentic answer: it happened (paid, closed, refunded).
  declined,  ///< Authentic answer: it did not and will not happen under this number.
  not_sent,  ///< No byte of the request left us, or the channel refused before accepting.
  pending,   ///< Authentic answer: accepted, not decided (the payer has yet to pay).
  silent,    ///< No answer, or none that can be believed: it may have happened.
};

enum class ChannelOp { pay, inquire, close, refund, inquire_refund, transfer, inquire_transfer };

/// What a number of ours is about, and what a channel's word is about: a word about another kind of thing than its
/// number names is believed by nobody.
enum class NumberKind { payment, refund, transfer };

constexpr NumberKind number_kind_of(ChannelOp op) {
  switch (op) {
    case ChannelOp::pay:
    case ChannelOp::inquire:
    case ChannelOp::close: return NumberKind::payment;
    case ChannelOp::refund:
    case ChannelOp::inquire_refund: return NumberKind::refund;
    case ChannelOp::transfer:
    case ChannelOp::inquire_transfer: return NumberKind::transfer;
  }
  return NumberKind::payment;
}

std::string_view name_of(Ending ending);
std::string_view name_of(ChannelOp op);
std::string_view name_of(NumberKind kind);

}  // namespace tael
