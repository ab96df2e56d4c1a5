// What can go wrong at a simulated institution, as one table: a name for the control API, the last two
// digits of the amount that choose it, and the stage it acts at. `adapters/channels/README.md` tells
// the same to people, and a test holds the two together.
#pragma once

#include "actors/domain/channel_outcome.hpp"
#include "actors/domain/time.hpp"
#include "actors/ports/dice.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

enum class Fault {
  none,
  declined,
  answer_slow,
  answer_late,
  callback_lost,
  callback_repeated,
  callback_early,
  answer_forged,
  answer_broken,
  answer_5xx,
  answer_cut,
  never_paid,
  paid_after_close,
  other_amount,
  refund_silent,
  refund_rejected,
  refund_pending,
  callback_forged_first,
  busy,
  answer_unsigned,
  answer_unknown_key,
  answer_stale,
  payment_failed,
  callback_cut_first,
  failed_5xx,
  amount_missing,
  other_number,
  callback_stale_first,
  paid_after_close_unheard,
  callback_unsigned_first,
  callback_unknown_key_first,
  callback_other_amount_first,
  callback_other_kind_first,
  callback_other_transaction_first,
  callback_reordered,
  answer_reset,
  answer_dripped,
  answer_garbage,
  answer_other_amount,
  unknown_word,
  unknown_error,
  refuse,
  hang,
  bank_away,
  index_lags,
};

/// What a fault acts on: a call before it is executed, the answer to a call that was, the later life of a payment or
/// refund, or a question about one.
enum class FaultStage { call, answer, payment, refund, lookup };

struct FaultRow {
  Fault fault;
  int digits;  ///< Of the amount in minor units; 0: by the control API only.
  FaultStage stage;
  std::string_view name;
};

inline constexpr auto fault_table = [] {
  using enum FaultStage;
  // clang-format off
  return std::to_array<FaultRow>({
    {Fault::declined,               1, payment, "declined"},
    {Fault::answer_slow,            2, answer,  "answer_slow"},
    {Fault::answer_late,            3, answer,  "answer_late"},
    {Fault::callback_lost,          4, payment, "callback_lost"},
    {Fault::callback_repeated,      5, payment, "callback_repeated"},
    {Fault::callback_early,         6, payment, "callback_early"},
    {Fault::answer_forged,          7, answer,  "answer_forged"},
    {Fault::answer_broken,          8, answer,  "answer_broken"},
    {Fault::answer_5xx,             9, answer,  "answer_5xx"},
    {Fault::answer_cut,            10, answer,  "answer_cut"},
    {Fault::never_paid,            11, payment, "never_paid"},
    {Fault::paid_after_close,      12, payment, "paid_after_close"},
    {Fault::other_amount,          13, payment, "other_amount"},
    {Fault::refund_silent,         14, refund,  "refund_silent"},
    {Fault::refund_rejected,       15, refund,  "refund_rejected"},
    {Fault::refund_pending,        16, refund,  "refund_pending"},
    {Fault::callback_forged_first, 17, payment, "callback_forged_first"},
    {Fault::busy,                  18, call,    "busy"},
    {Fault::answer_unsigned,       19, answer,  "answer_unsigned"},
    {Fault::answer_unknown_key,    20, answer,  "answer_unknown_key"},
    {Fault::answer_stale,          21, answer,  "answer_stale"},
    {Fault::payment_failed,        22, payment, "payment_failed"},
    {Fault::callback_cut_first,    23, payment, "callback_cut_first"},
    {Fault::failed_5xx,            24, call,    "failed_5xx"},
    {Fault::amount_missing,        25, answer,  "amount_missing"},
    {Fault::other_number,          26, answer,  "other_number"},
    {Fault::callback_stale_first,  27, payment, "callback_stale_first"},
    {Fault::paid_after_close_unheard, 28, payment, "paid_after_close_unheard"},
    {Fault::callback_unsigned_first,     0, payment, "callback_unsigned_first"},
    {Fault::callback_unknown_key_first,  0, payment, "callback_unknown_key_first"},
    {Fault::callback_other_amount_first, 0, payment, "callback_other_amount_first"},
    {Fault::callback_other_kind_first,   0, payment, "callback_other_kind_first"},
    {Fault::callback_other_transaction_first, 0, payment, "callback_other_transaction_first"},
    {Fault::callback_reordered,          0, payment, "callback_reordered"},
    {Fault::answer_reset,                0, answer,  "answer_reset"},
    {Fault::answer_dripped,              0, answer,  "answer_dripped"},
    {Fault::answer_garbage,              0, answer,  "answer_garbage"},
    {Fault::answer_other_amount,         0, answer,  "answer_other_amount"},
    {Fault::unknown_word,                0, answer,  "unknown_word"},
    {Fault::unknown_error,               0, answer,  "unknown_error"},
    {Fault::refuse,                 0, call,    "refuse"},
    {Fault::hang,                   0, call,    "hang"},
    {Fault::bank_away,              0, call,    "bank_away"},
    {Fault::index_lags,             0, lookup,  "index_lags"},
  });
  // clang-format on
}();

static_assert(std::ranges::all_of(fault_table,
                                  [](const FaultRow& a) {
                                    return std::ranges::count(fault_table, a.fault, &FaultRow::fault) == 1 &&
                                           (a.digits == 0 ||
                                            std::ranges::count(fault_table, a.digits, &FaultRow::digits) == 1);
                                  }),
              "one row per fault, one fault per pair of digits");

/// Nothing for `none` and for names not in the table.
const FaultRow* find_fault(Fault fault);
const FaultRow* find_fault(std::string_view name);
/// The fault an amount asks for when it is paid (op pay) or refunded (op refund).
Fault magic_fault(ChannelOp op, std::int64_t amount);

/// A fault switched on by hand: for the next `count` matching calls, until a time, or until healed.
struct FaultRule {
  Fault fault = Fault::none;
  std::string scope;            ///< Empty: the whole channel; `method`; `method/bank`.
  std::optional<ChannelOp> op;  ///< Nothing: every call the fault can act on.
  std::int64_t count = -1;      ///< Negative: unlimited.
  std::optional<TimePoint> until;
  int percent = 100;  ///< Of the matching calls, by the dice.
};

class FaultBoard {
 public:
  void add(FaultRule rule) { rules_.push_back(std::move(rule)); }
  /// Removes the rules of one scope; of all scopes when it is empty.
  void heal(std::string_view scope);
  /// The first fault that applies, and one less of it. The dice is rolled for rules below 100 percent only.
  Fault take(ChannelOp op, std::string_view method, std::string_view bank, TimePoint now, Dice& dice);
  /// True while a rule makes the whole channel refuse connections; takes nothing.
  bool refuses_all(TimePoint now) const;
  /// When the next rule ends by time; nothing when none does.
  std::optional<TimePoint> next_end(TimePoint now) const;
  const std::vector<FaultRule>& rules() const { return rules_; }

 private:
  std::vector<FaultRule> rules_;
};

}  // namespace tael
