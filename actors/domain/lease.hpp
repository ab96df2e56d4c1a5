// How long a node may answer from memory, as arithmetic. Writes need no lease: each proves its owner inside its own
// transaction. What is only read would come from the past once somebody else has written.
//
// An owner proves that it is one and may then answer from memory for `lease_time`, counted from before it asked.
// Whoever takes over from a node that may be alive stays silent for longer than that.
#pragma once

#include "actors/domain/time.hpp"

#include <optional>

namespace tael {

inline constexpr Duration lease_time{500};
/// The clocks of two machines run at different speeds, never by a fifth.
inline constexpr Duration take_over_silence = lease_time + lease_time / 5;

/// Both as a clock that counts sleep tells them: `asked_at` is from before the question was sent.
constexpr bool lease_holds(std::optional<Duration> asked_at, Duration now) {
  return asked_at && now >= *asked_at && now - *asked_at < lease_time;
}

namespace proof {

static_assert(!lease_holds(std::nullopt, Duration{0}), "who never asked knows nothing");
static_assert(lease_holds(Duration{7}, Duration{7} + lease_time - Duration{1}));
static_assert(!lease_holds(Duration{7}, Duration{7} + lease_time), "it ends, however long one slept");
static_assert(!lease_holds(Duration{7}, Duration{6}), "a clock that went back proves nothing");
static_assert(take_over_silence > lease_time, "the old owner is silent before the new one speaks");

}  // namespace proof
}  // namespace tael
