#include "tests/adapters/channels/institution_twin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace tael::testing {

namespace {

Fault fault_of(Ailment ailment) {
  switch (ailment) {
    case Ailment::refuse: return Fault::refuse;
    case Ailment::busy: return Fault::busy;
    case Ailment::hang: return Fault::hang;
    case Ailment::cut: return Fault::answer_cut;
    case Ailment::late: return Fault::answer_late;
    case Ailment::server_error: return Fault::failed_5xx;
    case Ailment::executed_5xx: return Fault::answer_5xx;
    case Ailment::forged: return Fault::answer_forged;
    case Ailment::not_signed: return Fault::answer_unsigned;
    case Ailment::unknown_key: return Fault::answer_unknown_key;
    case Ailment::stale: return Fault::answer_stale;
    case Ailment::broken: return Fault::answer_broken;
    case Ailment::amount_missing: return Fault::amount_missing;
    case Ailment::other_number: return Fault::other_number;
  }
  return Fault::none;
}

/// Last two digits of the amount.
std::int64_t digits_of(Fate fate) {
  switch (fate) {
    case Fate::paid:
    case Fate::paid_at_once: return 0;
    case Fate::unpaid: return 11;
    case Fate::refused: return 1;
    case Fate::fails: return 22;
    case Fate::paid_after_close: return 12;
    case Fate::refund_pending: return 16;
    case Fate::refund_rejected: return 15;
  }
  return 0;
}

}  // namespace

InstitutionTwin::InstitutionTwin(InstitutionOptions options) : institution(std::move(options), dice) {}

void InstitutionTwin::ail(Ailment ailment, ChannelOp op) {
  institution.faults().add({fault_of(ailment), "", op, 1, std::nullopt});
}

ChannelRequest InstitutionTwin::payment(std::string number, Fate fate) {
  ChannelRequest request;
  request.op = ChannelOp::pay;
  request.order_id = number.substr(0, id_length);
  request.number = request.attempt = std::move(number);
  request.method = fate == Fate::paid_at_once ? method_at_once : method;
  request.amount = request.total = {50'000 + digits_of(fate), cny};
  request.subject = "Buns & tea";
  request.expires_at = clock.now() + 24h;
  request.payer = payer;
  return request;
}

ChannelRequest InstitutionTwin::refund(std::string number, const ChannelRequest& payment, Fate fate) {
  auto request = payment;
  request.op = ChannelOp::refund;
  request.number = std::move(number);
  request.amount = {10'000 + digits_of(fate), cny};
  return request;
}

std::vector<RawCallback> InstitutionTwin::callbacks() {
  std::vector<RawCallback> heard;
  // What happens in one tick may call for a callback in the next.
  for (int round = 0; round < 3; ++round) {
    for (const auto& callback : institution.tick(clock.now())) {
      heard.push_back(arrived(callback, clock.now()));
      institution.callback_answered(callback.id, true, clock.now());
    }
    clock.turn(1s);
  }
  return heard;
}

RawCallback arrived(const InstitutionCallback& callback, TimePoint at) {
  return {"/channels/aurora/callback", callback.call.headers, callback.call.body, at};
}

void replace(std::string& text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at, what.size(), by);
}

std::string& header(RawCallback& callback, std::string_view name) {
  return std::ranges::find(callback.headers, name, &std::pair<std::string, std::string>::first)->second;
}

}  // namespace tael::testing
