// Authentic callbacks that are no news of ours: of a kind that nobody follows, of another merchant, or about a number
// that we cannot have made. They are taken: a channel that is refused for ever repeats itself, and may end by telling
// nothing.
#pragma once

#include "actors/ports/channel.hpp"

namespace tael {

inline bool is_not_ours(const Callback& callback) {
  const auto& why = callback.refusal;
  return why == "not_followed" || why == "wrong_merchant" || why == "foreign_number";
}

}  // namespace tael
