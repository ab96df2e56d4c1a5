// When a message is kept from an adapter, what is written down of it, and by what alert it is known to be.
#pragma once

#include "actors/domain/records.hpp"

#include <string>
#include <string_view>

namespace tael {

/// A message that its adapter has died of this often is kept from it.
inline constexpr int crashes_of_one_message_max = 3;

/// The kind of the alert that says so. Its ref is the channel and the message; while it is open the message is held.
inline constexpr std::string_view quarantined_kind = "message_quarantined";

/// What is known of a message that kills. The alert says who was told and who let it go; this says what it was.
struct QuarantinedMessage {
  Shard shard = 0;
  std::string channel;
  std::string message;   ///< What it was and its number: `pay P1`, `callback 85944171f73967e8`.
  std::string order_id;  ///< Empty: nobody could read whose it is.
  std::string error;     ///< The words of the last crash.
  std::string error_hash;
  int crashes = 0;  ///< Of all times it was tried.
  TimePoint first_at{}, last_at{};
  friend bool operator==(const QuarantinedMessage&, const QuarantinedMessage&) = default;
};

inline std::string ref_of(const QuarantinedMessage& held) { return held.channel + " " + held.message; }

/// A message held once more.
QuarantinedMessage counted_up(QuarantinedMessage known, const QuarantinedMessage& again);

/// A name for bytes that have none: sixteen hex digits, the same in every build and on every machine.
std::string fingerprint(std::string_view bytes);

/// The same for crashes alike: of one type and with the same words, but for numbers and the like. The stack is gone
/// when an exception has come to where it is caught, so it takes no part.
std::string crash_hash(std::string_view type_and_words);

/// Words of a stranger as every store takes them: at most 1000 bytes, without control characters and beyond ASCII.
std::string plain_words(std::string_view words);

}  // namespace tael
