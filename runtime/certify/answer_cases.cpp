// Answers that are lost, late, broken, forged or strange: what cannot be believed is silence, and an inquiry leads out.
#include "runtime/certify/case.hpp"

#include <array>

namespace tael::certify {

namespace {

constexpr std::int64_t too_much = 100;  ///< What the switches for another amount add.

/// The payment was executed; its answer is no use. Its money is found, or taken back, and charged at most once.
void executed_in_silence(Stage& stage, std::string_view fault, Duration deadline) {
  stage.fault(fault, ChannelOp::pay);
  auto request = stage.payment();
  const auto answer = stage.call(request, ChannelOp::pay, deadline);
  stage.expect_ending(answer, Ending::silent);
  stage.expect(!answer.amount.has_value(), "it believes an amount all the same");
  stage.expect_truth(request, true);
}

template <const char* fault>
void lost(Stage& stage) {
  executed_in_silence(stage, fault, patience);
}
template <const char* fault>
void overdue(Stage& stage) {
  executed_in_silence(stage, fault, short_deadline);
}

constexpr char cut[] = "answer_cut", late[] = "answer_late", reset[] = "answer_reset", dripped[] = "answer_dripped",
               sick[] = "answer_5xx", broken[] = "answer_broken", garbage[] = "answer_garbage",
               forged[] = "answer_forged", not_signed[] = "answer_unsigned", unknown_key[] = "answer_unknown_key",
               stale[] = "answer_stale";

/// Not executed, and nobody says so: an inquiry finds that there is nothing. Where a repeat is the inquiry, it is
/// executed then, and once.
void not_executed(Stage& stage, std::string_view fault) {
  stage.fault(fault, ChannelOp::pay);
  const auto request = stage.payment();
  stage.expect_ending(stage.call(request, ChannelOp::pay, short_deadline), Ending::silent);
  if (!stage.facts().knows_its_numbers) return stage.expect_truth(request, false);
  const auto found = stage.settled(request);
  stage.saw("then " + words_of(found));
  stage.expect(found.number_unknown || found.ending == Ending::declined, "it finds " + words_of(found));
  stage.expect(stage.moved_here() == Moved{}, "money moved");
}

void hang(Stage& stage) { not_executed(stage, "hang"); }
void failed(Stage& stage) { not_executed(stage, "failed_5xx"); }

/// An answer that carries status, number and amount: to the inquiry, or where nobody is asked, to the payment itself.
ChannelAnswer telling(Stage& stage, std::string_view fault, ChannelRequest& request, Duration deadline) {
  if (!stage.facts().asks_about_payments) {
    stage.fault(fault, ChannelOp::pay);
    request = stage.payment();
    return stage.call(request, ChannelOp::pay, deadline);
  }
  request = stage.paid();
  stage.fault(fault, ChannelOp::inquire);
  return stage.call(request, ChannelOp::inquire, deadline);
}

void other_number(Stage& stage) {
  ChannelRequest request;
  const auto answer = telling(stage, "other_number", request, short_deadline);
  stage.expect_ending(answer, Ending::silent);
  stage.expect_truth(request, true);
}

void amount_missing(Stage& stage) {
  ChannelRequest request;
  const auto answer = telling(stage, "amount_missing", request, patience);
  stage.expect_ending(answer, Ending::silent);
  stage.expect_truth(request, true);
}

/// The order compares the amounts; an adapter that says what we asked for instead would hide the difference.
void other_amount(Stage& stage) {
  ChannelRequest request;
  const auto answer = telling(stage, "answer_other_amount", request, patience);
  stage.expect_ending(answer, Ending::approved);
  auto told = request.amount;
  told.amount += too_much;
  stage.saw(answer.amount ? "told " + to_text(*answer.amount) : "told no amount");
  stage.expect(answer.amount == told, "it does not tell the amount that the institution signed");
}

void unknown_word(Stage& stage) {
  ChannelRequest request;
  const auto answer = telling(stage, "unknown_word", request, patience);
  stage.expect_ending(answer, Ending::pending);
  stage.expect(!answer.alert.empty(), "nobody is alerted");
  stage.expect_truth(request, true);
}

void unknown_error(Stage& stage) {
  stage.fault("unknown_error", ChannelOp::pay);
  auto request = stage.payment();
  const auto answer = stage.pay(request);
  stage.expect_ending(answer, Ending::pending);
  stage.expect(!answer.alert.empty(), "nobody is alerted");
  stage.expect_truth(request, true);
}

/// A payment made under the old key, told and asked about under the new one.
void keys_change(Stage& stage) {
  const auto before = stage.paid();
  if (!stage.facts().shows_vouchers) {  // Nothing waits for a payer: paid or not is said in the answer.
    stage.change_keys();
    stage.paid();
    const auto refund = stage.call(Stage::refund_of(before, before.amount.amount), ChannelOp::refund);
    stage.expect(refund.ending == Ending::approved, "a refund of what was paid before is " + words_of(refund));
    return;
  }
  stage.fault("never_paid", ChannelOp::pay);
  auto request = stage.payment();
  stage.pay(request);
  const auto told = stage.callbacks_so_far().size();
  stage.change_keys();
  stage.pay_by_hand(request);
  const auto found = stage.settled(request);
  stage.expect_ending(found, Ending::approved);
  const auto old = stage.call(before, ChannelOp::inquire);
  stage.expect(old.ending == Ending::approved, "a payment from before the change is " + words_of(old));
  if (!stage.facts().calls_back) return;
  for (const auto& heard : stage.callbacks(told + 1))
    stage.expect(heard.read.refusal.empty(), "a callback was refused: " + heard.read.refusal);
}

constexpr auto cases = std::to_array<Case>({
    {"answer_lost", "An answer lost though executed is silence; the money is found", nullptr, lost<cut>},
    {"answer_late", "An answer after the deadline is silence; the money is found", nullptr, overdue<late>},
    {"answer_reset", "A connection reset in the middle of the answer is silence", nullptr, overdue<reset>},
    {"answer_dripped", "An answer that comes a byte at a time ends with the deadline", nullptr, overdue<dripped>},
    {"answer_5xx", "A 5xx though executed is silence; the money is found", nullptr, lost<sick>},
    {"answer_truncated", "Half an answer, well signed, is silence", nullptr, overdue<broken>},
    {"answer_garbage", "Garbage, well signed, is silence", nullptr, overdue<garbage>},
    {"answer_forged", "A wrong signature is silence", &Facts::signs_answers, overdue<forged>},
    {"answer_unsigned", "A missing signature is silence", &Facts::signs_answers, overdue<not_signed>},
    {"answer_unknown_key", "A key nobody knows is silence", &Facts::names_answer_keys, overdue<unknown_key>},
    {"answer_stale", "A signature an hour old is silence", &Facts::dates_answers, overdue<stale>},
    {"hangs", "No answer ever is silence; nothing was executed and that is found", nullptr, hang},
    {"fails", "A 5xx not executed is silence; nothing is found", nullptr, failed},
    {"other_number", "An answer about another number is silence", nullptr, other_number},
    {"amount_missing", "A success that does not say how much is silence", nullptr, amount_missing},
    {"other_amount", "Another amount, well signed, is told as it stands", nullptr, other_amount},
    {"unknown_word", "A status nobody knows is pending, and somebody is alerted", nullptr, unknown_word},
    {"unknown_error", "An error code nobody knows is pending, and somebody is alerted", nullptr, unknown_error},
    {"keys_change", "The institution changes its key in mid-flight and is believed under both", &Facts::changes_keys,
     keys_change},
});

}  // namespace

std::span<const Case> answer_cases() { return cases; }

}  // namespace tael::certify
