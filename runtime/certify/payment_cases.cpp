// Payments: what they are when nothing is wrong, and what never moves money twice.
#include "runtime/certify/case.hpp"

#include <array>

namespace tael::certify {

namespace {

constexpr std::int64_t other_amount = 12'300;

void paid_once(Stage& stage) {
  auto request = stage.payment();
  const auto answer = stage.pay(request);
  stage.saw(words_of(answer));
  const bool good = answer.ending == Ending::pending || answer.ending == Ending::approved;
  stage.expect(good, "expected pending or approved, was " + words_of(answer));
  const bool shown = answer.voucher && !answer.voucher->value.empty();
  if (stage.facts().shows_vouchers && answer.ending == Ending::pending)
    stage.expect(shown, "a pending payment shows the payer nothing to pay with");
  const auto found = stage.settled(request);
  stage.saw("then " + words_of(found));
  stage.expect(found.ending == Ending::approved, "expected approved in the end, was " + words_of(found));
  stage.expect(found.amount == request.amount, "the amount is not the one that was paid");
  stage.expect(!found.channel_transaction.empty(), "no transaction number of the institution");
  stage.expect(found.authentic, "the answer is not marked authentic");
  stage.expect(stage.moved_here() == Moved{request.amount.amount, 0}, "the institution's book says otherwise");
}

/// The institution judges by its own table of units, which is not the adapter's.
void every_currency(Stage& stage) {
  std::int64_t moved = 0;
  for (const auto currency : stage.currencies()) {
    auto request = stage.payment();
    request.amount.currency = request.total.currency = currency;
    stage.pay(request);
    const auto found = stage.settled(request);
    moved += request.amount.amount;
    stage.saw(currency.text() + " " + words_of(found));
    stage.expect(found.amount == request.amount, "a payment of " + to_text(request.amount) + " is found as " +
                                                     (found.amount ? to_text(*found.amount) : words_of(found)));
    stage.expect(stage.moved_here().received == moved, "the institution did not receive " + to_text(request.amount) +
                                                           ", by its own unit of " + currency.text());
  }
}

void repeated_is_one(Stage& stage) {
  auto request = stage.payment();
  stage.pay(request);
  const auto second = stage.pay(request);
  stage.saw("second " + words_of(second));
  stage.expect(second.ending != Ending::declined && second.ending != Ending::not_sent,
               "the repeat ends the payment: " + words_of(second));
  stage.expect_truth(request, true);
}

void used_number(Stage& stage) {
  auto request = stage.payment();
  stage.pay(request);
  request.amount.amount += other_amount;
  request.total = request.amount;
  stage.expect_ending(stage.pay(request), Ending::silent);
}

void declined(Stage& stage) {
  stage.fault("declined", ChannelOp::pay);
  auto request = stage.payment();
  const auto answer = stage.pay(request);
  stage.expect_ending(answer, Ending::declined);
  stage.expect(!answer.code.empty(), "a decline does not say why");
  stage.expect(stage.moved_here() == Moved{}, "a declined payment moved money");
}

void fails_later(Stage& stage) {
  stage.fault("payment_failed", ChannelOp::pay);
  auto request = stage.payment();
  stage.pay(request);
  stage.expect_ending(stage.settled(request), Ending::declined);
}

void unknown_number(Stage& stage) {
  const auto answer = stage.call(stage.payment(), ChannelOp::inquire);
  stage.expect_ending(answer, Ending::silent);
  stage.expect(answer.number_unknown, "it does not say that the number is unknown");
}

void without_time(Stage& stage) {
  auto request = stage.payment();
  stage.expect_ending(stage.call(request, ChannelOp::pay, Duration::zero()), Ending::not_sent);
  stage.expect(stage.moved_here() == Moved{}, "something was sent all the same");
}

void nobody_listens(Stage& stage) {
  stage.refuse_connections();
  const auto answer = stage.pay_while(Ending::silent);  // Until the port closes, calls are cut off.
  stage.expect_ending(answer, Ending::not_sent);
  stage.expect(answer.transport == Transport::not_sent, "it says that something left");
  stage.heal();
  const auto again = stage.pay_while(Ending::not_sent);
  stage.expect(again.ending == Ending::pending || again.ending == Ending::approved,
               "it does not find the institution again: " + words_of(again));
}

void told_to_wait(Stage& stage) {
  stage.fault("busy", ChannelOp::pay, 3);
  auto request = stage.payment();
  for (int call = 0; call < 3; ++call) stage.expect_ending(stage.pay(request), Ending::not_sent);
  stage.expect(stage.moved_here() == Moved{}, "a refused call moved money");
}

void closed_unpaid(Stage& stage) {
  stage.fault("never_paid", ChannelOp::pay);
  auto request = stage.payment();
  stage.pay(request);
  const auto first = stage.call(request, ChannelOp::close), second = stage.call(request, ChannelOp::close);
  stage.expect_ending(first, Ending::approved);
  stage.expect(second.ending == Ending::approved, "a second close is " + words_of(second));
  stage.expect_truth(request, false);
}

void closed_paid(Stage& stage) {
  const auto request = stage.paid();
  const auto answer = stage.call(request, ChannelOp::close);
  stage.expect_ending(answer, Ending::declined);
  stage.expect(!answer.code.empty(), "it does not say why");
}

void closed_unknown(Stage& stage) {
  stage.expect_ending(stage.call(stage.payment(), ChannelOp::close), Ending::approved);
}

constexpr auto cases = std::to_array<Case>({
    {"paid", "A payment is paid once, with its amount and the institution's number", nullptr, paid_once},
    {"every_currency", "An amount is the same money in the institution's own unit, in every currency", nullptr,
     every_currency},
    {"paid_repeated", "The same call twice is one payment", nullptr, repeated_is_one},
    {"number_reused", "A used number with another amount decides nothing", &Facts::refuses_reuse, used_number},
    {"declined", "A refusal is a decline, with a reason", nullptr, declined},
    {"payment_fails", "A payment that fails later is found declined", nullptr, fails_later},
    {"number_unknown", "A number never sent is said to be unknown, and decides nothing", &Facts::knows_its_numbers,
     unknown_number},
    {"no_time", "Without time left nothing is sent", nullptr, without_time},
    {"refused", "Where nobody listens nothing was sent, and it is found again", nullptr, nobody_listens},
    {"busy_burst", "\"Not now\" is not sent, however often", nullptr, told_to_wait},
    {"closed", "An unpaid payment is closed, also twice, and stays unpaid", nullptr, closed_unpaid},
    {"closed_paid", "A paid payment is not closed", nullptr, closed_paid},
    {"closed_unknown", "A number never sent can be closed", &Facts::closes_unknown, closed_unknown},
});

}  // namespace

std::span<const Case> payment_cases() { return cases; }

}  // namespace tael::certify
