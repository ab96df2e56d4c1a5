// What a host's two characters (DE39) mean for each kind of question: rows, not branches (reference 6.5). A code
// without a row is pending, and somebody is alerted. `busy` marks refusals before anything was looked at, `sick` those
// that say the host itself is in trouble.
#pragma once

#include "actors/domain/breaker_words.hpp"
#include "actors/domain/channel_outcome.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tael::iso8583 {

enum class Question { money, inquiry, reversal };  ///< Money: a sale or a refund.
enum class Health { well, busy, sick };

struct CodeRow {
  Question question;
  std::string_view code;
  Ending ending;
  Health health = Health::well;
  bool number_unknown = false;
  FaultScope scope = FaultScope::path;  ///< Whose trouble it is: the issuer's alone, or the host's own.
};

inline constexpr auto code_rows = [] {
  using enum Question;
  using enum Ending;
  using enum Health;
  // clang-format off
  return std::to_array<CodeRow>({
    {money,    "00", approved},
    {money,    "11", approved},             // VIP
    {money,    "09", pending},              // request in progress
    {money,    "01", declined},             // refer to issuer
    {money,    "02", declined},
    {money,    "03", declined},             // bad merchant
    {money,    "04", declined},             // pick up
    {money,    "05", declined},             // do not honour
    {money,    "12", declined},             // invalid transaction
    {money,    "13", declined},             // invalid amount
    {money,    "14", declined},             // invalid card
    {money,    "25", declined},             // no original: of a refund
    {money,    "30", declined},             // format
    {money,    "40", declined},             // not supported
    {money,    "51", declined},             // funds
    {money,    "54", declined},             // expired
    {money,    "55", declined},             // PIN
    {money,    "61", declined},             // amount limit
    {money,    "65", declined},             // count limit
    {money,    "75", declined},             // PIN tries
    {money,    "92", declined},             // no route to the issuer
    {money,    "90", not_sent, busy},       // cut-over: later
    {money,    "99", not_sent, busy},       // PIN format: keys are out of step, nothing was executed
    {money,    "A0", not_sent, busy},       // our MAC was not right: the same
    {money,    "06", silent,   sick, false, FaultScope::channel},
    {money,    "68", silent,   sick, false, FaultScope::bank},       // answered too late by the issuer
    {money,    "91", silent,   sick, false, FaultScope::bank},       // issuer unavailable: the switch may have timed out
    {money,    "94", silent},               // duplicate: what became of the first is the question
    {money,    "96", silent,   sick, false, FaultScope::channel},
    {money,    "98", silent,   sick, false, FaultScope::channel},

    {inquiry,  "00", approved},
    {inquiry,  "11", approved},
    {inquiry,  "09", pending},
    {inquiry,  "25", silent,   well, true},
    {inquiry,  "01", declined},
    {inquiry,  "02", declined},
    {inquiry,  "04", declined},
    {inquiry,  "05", declined},
    {inquiry,  "13", declined},
    {inquiry,  "14", declined},
    {inquiry,  "51", declined},
    {inquiry,  "54", declined},
    {inquiry,  "55", declined},
    {inquiry,  "61", declined},
    {inquiry,  "65", declined},
    {inquiry,  "75", declined},
    {inquiry,  "90", not_sent, busy},
    {inquiry,  "99", not_sent, busy},
    {inquiry,  "A0", not_sent, busy},
    {inquiry,  "91", silent,   sick, false, FaultScope::bank},
    {inquiry,  "96", silent,   sick, false, FaultScope::channel},

    {reversal, "00", approved},
    {reversal, "25", approved},             // no original: it must refuse one that comes late
    {reversal, "12", approved},
    {reversal, "90", not_sent, busy},
    {reversal, "99", not_sent, busy},
    {reversal, "A0", not_sent, busy},
    {reversal, "91", silent,   sick, false, FaultScope::bank},
    {reversal, "96", silent,   sick, false, FaultScope::channel},
  });
  // clang-format on
}();

constexpr const CodeRow* find_code(Question question, std::string_view code) {
  for (const auto& row : code_rows)
    if (row.question == question && row.code == code) return &row;
  return nullptr;
}

static_assert(std::ranges::all_of(code_rows,
                                  [](const CodeRow& row) {
                                    return std::ranges::count_if(code_rows, [&](const CodeRow& other) {
                                             return other.question == row.question && other.code == row.code;
                                           }) == 1;
                                  }),
              "one meaning for each code and question");
static_assert(std::ranges::none_of(code_rows,
                                   [](const CodeRow& row) {
                                     return row.question == Question::reversal && row.ending == Ending::declined;
                                   }),
              "a reversal is repeated until it is answered well: nothing declines it for good");

}  // namespace tael::iso8583
