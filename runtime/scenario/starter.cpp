#include "runtime/scenario/starter.hpp"

namespace tael::scenario {

std::string starter_story() {
  return R"(# yaml-language-server: $schema=story.schema.json
# Play it:                  tael scenario run FILE
# Every word it may use:    tael scenario words
# Look at one order:        tael scenario run FILE --trace o-1
# A timeline as one page:   tael scenario run FILE --report DIR
# A hundred other seeds:    tael scenario run FILE --explore 100

# What would hurt if this failed. A story without it is refused.
why: a payer whose bank is slow to tell us must not stand at the till for long

# It plays on the real configuration in config/. What a story needs otherwise is laid over it:
# given:
#   config:
#     channels/aurora: {deadline: 5s, breaker: {consecutive_max: 3}}

# Arrivals by the second, for days instead of single orders:
# load:
#   business: bakery
#   rate: 5/s
#   for: 10min
#   mix: {aurora/qr/cmb: 70%, borealis/qr/ccb: 30%}
#   twice: 2%

# What happens, and when, since the start: 00:01 is a minute, 36:00 is 36 hours, 00:00:02.500 is two and a half seconds.
script:
  - 00:00 bakery creates o-1 for 25.00 CNY
  - 00:01 channel aurora has callback_lost
  - 00:01 bakery pays o-1 by aurora/qr/cmb
  - 00:02 payer pays o-1
  - 00:03 expect order o-1 is paid

# What must hold: always, eventually within a time (since the story's start), at a time, or at the end, when everything
# has come to rest. The
# promises of the ledger (one entry per movement, nobody charged twice, every notice delivered or parked...) are checked
# without being asked.
expect:
  - eventually order o-1 is paid within 5min
  - at the end bakery heard order.paid of o-1
  - at the end no alert was raised
)";
}

}  // namespace tael::scenario
