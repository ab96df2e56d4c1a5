// What happened in a play, one JSON object a line, for scripts that draw or count for themselves.
#pragma once

#include <iosfwd>

namespace tael::scenario {

struct Played;

/// In the order of virtual time, each with `file`, `seed`, `at` (HH:MM:SS.mmm since the start) and `event`:
///  - `orders`: of one second: `created`, `paid`, `closed`, `refunded`
///  - `calls`: calls for money that left in one second by one path: `path`, `good`, `bad`
///  - `breaker_moved`: `scope` (channel, method or bank), `state`, `static_switch`, `cause`; of payments
///  - `fault`, `sentence`: `text`, and `until` when it ended by itself
///  - `broken`: `promise`
/// Needs the play's chronicle; without one only broken promises are told.
void write_events(std::ostream& out, const Played& played);

}  // namespace tael::scenario
