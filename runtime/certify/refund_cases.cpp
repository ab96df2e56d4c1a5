// Refunds: money goes back once, never more than came, and what is lost is found.
#include "runtime/certify/case.hpp"

#include <array>

namespace tael::certify {

namespace {

constexpr std::int64_t part = 10'000;

void expect_returned(Stage& stage, const ChannelRequest& refund, std::int64_t returned) {
  const auto found = stage.settled(refund, ChannelOp::inquire_refund);
  stage.saw("then " + words_of(found));
  const bool is_done = found.ending == Ending::approved;
  stage.expect(is_done == (returned > 0), "the adapter's last word is " + words_of(found));
  if (is_done) stage.expect(found.amount == refund.amount, "it does not say how much went back");
  stage.expect(stage.moved_here().refunded == returned,
               "the institution gave back " + std::to_string(stage.moved_here().refunded));
}

void refunded(Stage& stage) {
  const auto refund = Stage::refund_of(stage.paid(), part);
  const auto answer = stage.call(refund, ChannelOp::refund);
  stage.saw(words_of(answer));
  stage.expect(answer.ending == Ending::approved || answer.ending == Ending::pending,
               "expected approved or pending, was " + words_of(answer));
  expect_returned(stage, refund, part);
}

void repeated(Stage& stage) {
  const auto refund = Stage::refund_of(stage.paid(), part);
  stage.call(refund, ChannelOp::refund);
  stage.call(refund, ChannelOp::refund);
  expect_returned(stage, refund, part);
}

void answer_lost(Stage& stage) {
  const auto refund = Stage::refund_of(stage.paid(), part);
  stage.fault("refund_silent", ChannelOp::refund);
  stage.expect_ending(stage.call(refund, ChannelOp::refund, short_deadline), Ending::silent);
  expect_returned(stage, refund, part);
}

void answer_forged(Stage& stage) {
  const auto refund = Stage::refund_of(stage.paid(), part);
  stage.fault("answer_forged", ChannelOp::refund);
  stage.expect_ending(stage.call(refund, ChannelOp::refund, short_deadline), Ending::silent);
  expect_returned(stage, refund, part);
}

void rejected(Stage& stage) {
  const auto refund = Stage::refund_of(stage.paid(), part);
  stage.fault("refund_rejected", ChannelOp::refund);
  const auto answer = stage.call(refund, ChannelOp::refund);
  if (answer.ending == Ending::pending) {
    expect_returned(stage, refund, 0);
    return;
  }
  stage.expect_ending(answer, Ending::declined);
  stage.expect(!answer.code.empty(), "it does not say why");
  stage.expect(stage.moved_here().refunded == 0, "a rejected refund moved money");
}

void decided_later(Stage& stage) {
  const auto refund = Stage::refund_of(stage.paid(), part);
  stage.fault("refund_pending", ChannelOp::refund);
  stage.expect_ending(stage.call(refund, ChannelOp::refund), Ending::pending);
  expect_returned(stage, refund, part);
}

void too_much(Stage& stage) {
  const auto payment = stage.paid();
  const auto refund = Stage::refund_of(payment, payment.amount.amount + 100);
  stage.expect_ending(stage.call(refund, ChannelOp::refund), Ending::declined);
  stage.expect(stage.moved_here().refunded == 0, "more went back than came");
}

void unknown_refund(Stage& stage) {
  const auto answer = stage.call(Stage::refund_of(stage.paid(), part), ChannelOp::inquire_refund);
  stage.expect_ending(answer, Ending::silent);
  stage.expect(answer.number_unknown, "it does not say that the number is unknown");
}

constexpr auto cases = std::to_array<Case>({
    {"refunded", "A part of a payment goes back, and is found gone back", nullptr, refunded},
    {"refund_repeated", "The same refund twice is one refund", nullptr, repeated},
    {"refund_answer_lost", "A refund whose answer is lost is silence, and is found", nullptr, answer_lost},
    {"refund_answer_forged", "A refund whose answer is forged is silence, and is found", &Facts::signs_answers,
     answer_forged},
    {"refund_rejected", "A rejected refund is a decline and moves nothing", nullptr, rejected},
    {"refund_pending", "A refund under way is pending until it is done", nullptr, decided_later},
    {"refund_too_large", "More than was received never goes back", nullptr, too_much},
    {"refund_unknown", "A refund never sent is said to be unknown", nullptr, unknown_refund},
});

}  // namespace

std::span<const Case> refund_cases() { return cases; }

}  // namespace tael::certify
