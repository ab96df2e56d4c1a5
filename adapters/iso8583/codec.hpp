// Messages to bytes and back, by a dialect's table. Pure; nothing a peer sends throws or reads beyond its bytes. The
// length in front of a frame belongs to the transport.
#pragma once

#include "adapters/iso8583/fields.hpp"
#include "adapters/iso8583/message.hpp"

#include <map>
#include <string>
#include <string_view>

namespace tael::iso8583 {

/// A frame's length is two bytes; what is longer than this is no message.
inline constexpr std::size_t message_bytes_max = 8'192;

struct Encoded {
  std::string bytes;
  std::string error;  ///< Names the field and what would be right; empty when `bytes` is the message.
};

Encoded encode(const Message& message, const Dialect& dialect);

struct Decoded {
  Message message;    ///< After an error: the fields before it.
  std::string error;  ///< Empty when all bytes were read: where each field ends is as the dialect says.
  /// Fields whose value is not: they are not in `message`, and it is for the reader to say whether it needs them.
  std::map<int, std::string> unreadable;
};

Decoded decode(std::string_view bytes, const Dialect& dialect);

}  // namespace tael::iso8583
