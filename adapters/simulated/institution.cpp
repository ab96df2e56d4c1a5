#include "adapters/simulated/institution.hpp"

#include "adapters/simulated/house_dialect.hpp"
#include "adapters/simulated/institution_json.hpp"

#include <utility>

namespace tael {

using namespace institution_json;

namespace {

constexpr Duration beyond_skew{3'600'000};

Signing signing_of(Fault fault) {
  if (fault == Fault::answer_unsigned) return Signing::absent;
  if (fault == Fault::answer_unknown_key) return Signing::unknown_key;
  return fault == Fault::answer_forged ? Signing::forged : Signing::right;
}

}  // namespace

std::string make_word(Dice& dice, std::string_view prefix) {
  std::string word{prefix};
  for (auto bits = dice.roll(); word.size() < prefix.size() + 16; bits >>= 4) word += "0123456789abcdef"[bits & 15];
  return word;
}

Institution::Institution(InstitutionOptions options, Dice& dice) : options_(std::move(options)), dice_(dice) {
  dialect_ = options_.make_dialect ? options_.make_dialect(dice) : make_house_dialect(options_, dice);
}

InstitutionReply Institution::handle(const InstitutionRequest& request, TimePoint now) {
  const std::string_view target = request.target;
  if (target.starts_with("/control/")) return control(request, now);
  if (target.starts_with("/payer/")) return payer_page(request, now);
  return handle_api(request, now);
}

InstitutionReply Institution::handle_api(const InstitutionRequest& request, TimePoint now) {
  auto heard = dialect_->hear(request, *this, now);
  if (auto* refused = std::get_if<InstitutionReply>(&heard)) return delayed(std::move(*refused));
  const auto& call = std::get<HeardCall>(heard);
  const auto subject = subject_of(call);
  const auto fault = choose_fault(subject, now);
  if (fault == Fault::index_lags && call.looks_up)
    return spoil(call, refuse(404, "not_found", "no such number", subject.number), Fault::none, now);
  const auto* row = find_fault(fault);
  if (row == nullptr || row->stage != FaultStage::call)
    return spoil(call, execute(subject, call.body, fault, now), fault, now);
  if (fault == Fault::busy)
    return spoil(call, refuse(429, "busy", "come back later", subject.number), Fault::none, now);
  if (fault == Fault::bank_away)
    return spoil(call, refuse(503, "bank_unavailable", "the bank is under maintenance", subject.number), Fault::none,
                 now);
  InstitutionReply unserved;
  unserved.manner = fault == Fault::refuse ? Manner::refuse : fault == Fault::hang ? Manner::hang : Manner::answer;
  unserved.status = 500;
  unserved.content_type = "text/html";
  unserved.body = "<h1>Internal error</h1>";
  return unserved;
}

Institution::Subject Institution::subject_of(const HeardCall& call) {
  Subject subject{call.op, text(call.body, "number"), text(call.body, "method"), text(call.body, "bank"),
                  integer(call.body, "amount").value_or(0)};
  const auto* refund = book_.find_refund(subject.number);
  const auto payment_number = call.op == ChannelOp::refund ? text(call.body, "payment_number")
                              : refund != nullptr          ? refund->payment
                                                           : subject.number;
  if (const auto* payment = book_.find_payment(payment_number); payment != nullptr && call.op != ChannelOp::pay) {
    subject.method = payment->method;
    subject.bank = payment->bank;
  }
  return subject;
}

/// What was switched on by hand goes before what the amount asks for.
Fault Institution::choose_fault(const Subject& subject, TimePoint now) {
  const auto by_hand = board_.take(subject.op, subject.method, subject.bank, now, dice_);
  const bool may_be_magic =
      subject.op == ChannelOp::pay || subject.op == ChannelOp::refund || subject.op == ChannelOp::transfer;
  if (by_hand != Fault::none || !options_.magic_amounts || !may_be_magic) return by_hand;
  const auto magic = magic_fault(subject.op, subject.amount);
  // Where a repeat is the inquiry, as at a bank's host, it finds what was executed.
  const bool is_repeat = subject.op == ChannelOp::refund && book_.find_refund(subject.number) != nullptr;
  return magic == Fault::refund_silent && is_repeat ? Fault::none : magic;
}

InstitutionReply Institution::delayed(InstitutionReply reply) {
  reply.after = options_.delays.answer_after;
  if (const auto jitter = options_.delays.answer_jitter; jitter > Duration::zero())
    reply.after += Duration{static_cast<std::int64_t>(dice_.roll() % static_cast<std::uint64_t>(jitter.count()))};
  return reply;
}

/// How the answer travels, whatever it says.
void Institution::spoil_delivery(InstitutionReply& reply, Fault fault) const {
  if (fault == Fault::answer_slow) reply.after += options_.delays.slow_answer;
  if (fault == Fault::answer_late) reply.after += options_.delays.late_answer;
  if (fault == Fault::callback_early) reply.after += options_.delays.early_lead;
  if (fault == Fault::answer_reset) reply.manner = Manner::reset;
  if (fault == Fault::answer_dripped) {
    reply.manner = Manner::drip;
    reply.drip_pause = options_.delays.drip_pause;
  }
  if (fault == Fault::answer_5xx) {
    reply.status = 502;
    reply.content_type = "text/html";
    reply.body = "<h1>Bad gateway</h1>";
    reply.headers.clear();
  }
}

/// Puts the answer to an executed call into the dialect's words, does to it what the fault says, and signs it.
InstitutionReply Institution::spoil(const HeardCall& call, InstitutionReply house, Fault fault, TimePoint now) {
  if (fault == Fault::refund_silent || fault == Fault::answer_cut) {
    house.manner = Manner::cut;
    return house;
  }
  if (fault == Fault::unknown_error) house = refuse(400, unheard_of, "a word of next year", text(call.body, "number"));
  auto body = object(house.body);
  const bool is_success = house.status == 200;
  if (fault == Fault::unknown_word && is_success) body["status"] = unheard_of;
  if (const auto amount = integer(body, "amount"); amount && fault == Fault::answer_other_amount)
    body["amount"] = *amount + overpaid;
  if (fault == Fault::amount_missing) body.erase("amount"), body.erase("currency");
  if (fault == Fault::other_number) body["number"] = text(body, "number") + "X";
  auto reply = dialect_->answer(call, house.status, body);
  if (fault == Fault::answer_broken)
    reply.body = reply.body.empty() ? "{" : reply.body.substr(0, reply.body.size() / 2);
  if (fault == Fault::answer_garbage) reply.body = garbage;
  dialect_->sign(reply, signing_of(fault), fault == Fault::answer_stale ? now - beyond_skew : now);
  reply = delayed(std::move(reply));
  spoil_delivery(reply, fault);
  return reply;
}

std::vector<InstitutionCallback> Institution::tick(TimePoint now) {
  std::vector<InstitutionCallback> leaving;
  while (!agenda_.empty() && agenda_.begin()->first <= now) {
    const auto due = agenda_.extract(agenda_.begin()).mapped();
    take_place(due, now, leaving);
  }
  return leaving;
}

std::optional<TimePoint> Institution::next_due() const {
  return agenda_.empty() ? std::nullopt : std::optional{agenda_.begin()->first};
}

}  // namespace tael
