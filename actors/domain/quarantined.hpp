// When a message is kept from an adapter, and by what alert it is known to be.
#pragma once

#include <string_view>

namespace tael {

/// A message that its adapter has died of this often is kept from it.
inline constexpr int crashes_of_one_message_max = 3;

/// The kind of the alert that says so. Its ref is the channel and the message.
inline constexpr std::string_view quarantined_kind = "message_quarantined";

}  // namespace tael
