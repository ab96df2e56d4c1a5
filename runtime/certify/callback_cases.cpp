// Callbacks: lost, early, repeated, reordered, forged, cut or tampered with. Only what is authentic says anything.
#include "runtime/certify/case.hpp"

#include <array>

namespace tael::certify {

namespace {

constexpr std::int64_t too_much = 100, part = 10'000;

/// A payment whose callbacks follow the fault; so many of them are waited for.
std::vector<Heard> told(Stage& stage, std::string_view fault, ChannelRequest& request, std::size_t count) {
  if (!fault.empty()) stage.fault(fault, ChannelOp::pay);
  request = stage.payment();
  stage.pay(request);
  auto heard = stage.callbacks(count);
  heard.resize(count);
  return heard;
}

void expect_told(Stage& stage, const Heard& heard, const ChannelRequest& request, std::int64_t amount) {
  const auto& read = heard.read;
  stage.saw(read.refusal.empty() ? words_of(read.answer) : "refused (" + read.refusal + ")");
  if (!stage.expect(read.refusal.empty(), "an authentic callback is refused: " + read.refusal)) return;
  stage.expect(read.op == ChannelOp::inquire && read.number == request.number, "it is about " + read.number);
  stage.expect(read.answer.ending == Ending::approved, "it reads as " + words_of(read.answer));
  stage.expect(read.answer.amount && read.answer.amount->amount == amount, "it reads another amount than was told");
}

void expect_refused(Stage& stage, const Heard& heard) {
  const auto& read = heard.read;
  stage.saw(read.refusal.empty() ? "believed" : "refused (" + read.refusal + ")");
  stage.expect(!read.refusal.empty(), "it is believed");
  stage.expect(read.number.empty() && read.answer.ending == Ending::silent, "something of it is believed");
}

void paid(Stage& stage) {
  ChannelRequest request;
  const auto heard = told(stage, "", request, 1);
  expect_told(stage, heard[0], request, request.amount.amount);
  const auto found = stage.settled(request);
  stage.expect(found.channel_transaction == heard[0].read.answer.channel_transaction,
               "an inquiry names another transaction");
}

void lost(Stage& stage) {
  stage.fault("callback_lost", ChannelOp::pay);
  auto request = stage.payment();
  stage.pay(request);
  stage.expect_truth(request, true);
  stage.expect(stage.callbacks_so_far().empty(), "a callback came all the same");
}

void repeated(Stage& stage) {
  ChannelRequest request;
  for (const auto& each : told(stage, "callback_repeated", request, 3))
    expect_told(stage, each, request, request.amount.amount);
}

/// It comes while its call is still under way.
void early(Stage& stage) {
  ChannelRequest request;
  const auto heard = told(stage, "callback_early", request, 1);
  expect_told(stage, heard[0], request, request.amount.amount);
  stage.expect_truth(request, true);
}

/// A bad copy first, then the right one.
void bad_then_right(Stage& stage, std::string_view fault) {
  ChannelRequest request;
  const auto heard = told(stage, fault, request, 2);
  expect_refused(stage, heard[0]);
  expect_told(stage, heard[1], request, request.amount.amount);
}

void forged(Stage& stage) { bad_then_right(stage, "callback_forged_first"); }
void not_signed(Stage& stage) { bad_then_right(stage, "callback_unsigned_first"); }
void unknown_key(Stage& stage) { bad_then_right(stage, "callback_unknown_key_first"); }
void cut(Stage& stage) { bad_then_right(stage, "callback_cut_first"); }
void stale(Stage& stage) { bad_then_right(stage, "callback_stale_first"); }

void other_amount(Stage& stage) {
  ChannelRequest request;
  const auto heard = told(stage, "callback_other_amount_first", request, 2);
  expect_told(stage, heard[0], request, request.amount.amount + too_much);
  expect_told(stage, heard[1], request, request.amount.amount);
}

/// Told as the kind it claims to be: that the number is no refund's is the order's to see.
void other_kind(Stage& stage) {
  ChannelRequest request;
  const auto heard = told(stage, "callback_other_kind_first", request, 2);
  stage.saw("a " + std::string{name_of(number_kind_of(heard[0].read.op))});
  stage.expect(heard[0].read.refusal.empty() && heard[0].read.number == request.number, "it is not told");
  stage.expect(number_kind_of(heard[0].read.op) == NumberKind::refund, "a refund is told as something else");
  expect_told(stage, heard[1], request, request.amount.amount);
}

/// The refund is told before the payment it returns.
void reordered(Stage& stage) {
  stage.fault("callback_reordered", ChannelOp::pay);
  auto request = stage.payment();
  const auto made = stage.pay(request);
  auto found = stage.settled(request);
  auto refund = Stage::refund_of(request, part);
  refund.channel_transaction = found.channel_transaction;
  stage.call(refund, ChannelOp::refund);
  const auto heard = stage.callbacks(2);
  if (heard.size() < 2) return;
  stage.saw(std::string{name_of(heard[0].read.op)} + " before " + std::string{name_of(heard[1].read.op)});
  stage.expect(heard[0].read.op == ChannelOp::inquire_refund && heard[0].read.number == refund.number,
               "the first is not about the refund");
  expect_told(stage, heard[1], request, request.amount.amount);
}

void after_close(Stage& stage) {
  stage.fault("paid_after_close", ChannelOp::pay);
  auto request = stage.payment();
  stage.pay(request);
  const auto closed = stage.call(request, ChannelOp::close);
  stage.expect(closed.ending == Ending::approved, "the close is " + words_of(closed));
  const auto heard = stage.callbacks(1);
  if (!heard.empty()) expect_told(stage, heard[0], request, request.amount.amount);
}

void failure(Stage& stage) {
  stage.fault("payment_failed", ChannelOp::pay);
  auto request = stage.payment();
  stage.pay(request);
  const auto heard = stage.callbacks(1);
  if (heard.empty()) return;
  stage.saw(words_of(heard[0].read.answer));
  stage.expect(heard[0].read.answer.ending == Ending::declined, "it reads as " + words_of(heard[0].read.answer));
}

/// Whatever byte is changed: it is refused, or it reads as before because the byte meant nothing.
void tampered(Stage& stage) {
  ChannelRequest request;
  const auto heard = told(stage, "", request, 1);
  const auto& right = heard[0].read;
  std::size_t refused = 0;
  for (std::size_t at = 0; at < heard[0].raw.body.size(); ++at) {
    auto raw = heard[0].raw;
    raw.body[at] = static_cast<char>(raw.body[at] ^ 0x01);
    const auto read = stage.channel().hear(raw);
    refused += read.refusal.empty() ? 0 : 1;
    const bool same = read.number == right.number && read.answer.ending == right.answer.ending &&
                      read.answer.amount == right.answer.amount &&
                      read.answer.channel_transaction == right.answer.channel_transaction;
    if (!stage.expect(!read.refusal.empty() || same, "with byte " + std::to_string(at) + " changed it is believed"))
      return;
  }
  stage.saw(std::to_string(refused) + " of " + std::to_string(heard[0].raw.body.size()) + " refused");
  stage.expect(refused > heard[0].raw.body.size() / 2, "most changes go unnoticed");
}

void strangers(Stage& stage) {
  for (const auto* body :
       {"", "{}", "[]", "<xml></xml>", "a=b", "\x01\x02", "{\"number\":\"1\",\"status\":\"paid\"}"}) {
    const auto read = stage.channel().hear({"/channels/x/callback", {{"content-type", "text/plain"}}, body, {}});
    stage.expect(!read.refusal.empty() && read.number.empty(), "it believes a stranger");
  }
  const auto refused = stage.channel().acknowledge(Reception::refused),
             again = stage.channel().acknowledge(Reception::again);
  stage.saw("answered " + std::to_string(refused.status));
  stage.expect(refused.status / 100 != 2 && again.status / 100 != 2, "a refusal is answered 2xx");
}

constexpr auto cases = std::to_array<Case>({
    {"callback", "A callback reads as an inquiry would", &Facts::calls_back, paid},
    {"callback_lost", "A lost callback is found by inquiry", &Facts::calls_back, lost},
    {"callback_repeated", "A callback three times reads three times alike", &Facts::calls_back, repeated},
    {"callback_early", "A callback before its answer is read", &Facts::calls_back, early},
    {"callback_forged", "A forged callback is refused; the right one behind it is read", &Facts::calls_back, forged},
    {"callback_unsigned", "So is one without a signature", &Facts::calls_back, not_signed},
    {"callback_unknown_key", "So is one by a key nobody knows", &Facts::names_callback_keys, unknown_key},
    {"callback_truncated", "So is half a callback", &Facts::calls_back, cut},
    {"callback_stale", "So is one signed an hour ago", &Facts::dates_callbacks, stale},
    {"callback_tampered", "No byte of a callback can be changed unnoticed", &Facts::calls_back, tampered},
    {"callback_other_amount", "Another amount, well signed, is told as it stands", &Facts::calls_back, other_amount},
    {"callback_other_kind", "A refund under a payment's number is told as a refund", &Facts::tells_of_refunds,
     other_kind},
    {"callback_reordered", "A refund told before its payment reads right, and so does the payment",
     &Facts::tells_of_refunds, reordered},
    {"callback_after_close", "A success after the close is heard as one", &Facts::calls_back, after_close},
    {"callback_failure", "A failure told is a decline", &Facts::tells_of_failures, failure},
    {"callback_stranger", "What strangers send is refused, and not acknowledged", nullptr, strangers},
});

}  // namespace

std::span<const Case> callback_cases() { return cases; }

}  // namespace tael::certify
