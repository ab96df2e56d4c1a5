#include "tests/adapters/channels/iso8583_twin.hpp"

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

/// Last two digits of the amount. A host decides in its answer, or says `09`.
std::int64_t digits_of(Fate fate) {
  switch (fate) {
    case Fate::paid:
    case Fate::paid_at_once:
    case Fate::paid_after_close: return 0;
    case Fate::unpaid: return 11;
    case Fate::refused: return 1;
    case Fate::fails: return 22;
    case Fate::refund_pending: return 16;
    case Fate::refund_rejected: return 15;
  }
  return 0;
}

}  // namespace

Iso8583Twin::Iso8583Twin(Iso8583Options given)
    : options(std::move(given)),
      front({options.dialect, options.mac, options.inquiry_code, options.further_macs},
            [this](const InstitutionRequest& request, TimePoint at) { return bank.handle(request, at); }),
      protocol(iso8583_protocol(options, clock, false)),
      client(front, protocol, clock),
      channel_(make_iso8583_channel(options, client, book, clock)) {}

void Iso8583Twin::turn(Duration by) {
  clock.turn(by);
  bank.tick(clock.now());
}

/// The reference in the answer to a POS refund is the sale's.
bool Iso8583Twin::has(Trait trait) const {
  const bool is_pos = options.dialect == &iso8583::cup_bcd;
  return trait != Trait::shows_vouchers && trait != Trait::calls_back && !(is_pos && trait == Trait::names_refunds);
}

/// A POS answer repeats neither our time nor a number of ours: its trace number is all there is.
bool Iso8583Twin::can_ail(Ailment ailment, ChannelOp) const {
  const bool is_pos = options.dialect == &iso8583::cup_bcd;
  return !is_pos || (ailment != Ailment::stale && ailment != Ailment::other_number);
}

void Iso8583Twin::ail(Ailment ailment, ChannelOp op) {
  bank.faults().add({fault_of(ailment), "", op, 1, std::nullopt});
}

ChannelRequest Iso8583Twin::payment(std::string number, Fate fate) {
  ChannelRequest request;
  request.op = ChannelOp::pay;
  request.order_id = number.substr(0, id_length);
  request.number = request.attempt = std::move(number);
  request.method = "account";
  request.amount = request.total = {50'000 + digits_of(fate), cny};
  request.subject = "Buns & tea";
  request.expires_at = clock.now() + 24h;
  return request;
}

ChannelRequest Iso8583Twin::refund(std::string number, const ChannelRequest& payment, Fate fate) {
  auto request = payment;
  request.op = ChannelOp::refund;
  request.number = std::move(number);
  request.amount = {10'000 + digits_of(fate), cny};
  return request;
}

std::int64_t Iso8583Twin::charged() {
  const auto& totals = bank.book().totals();
  const auto found = totals.find(cny);
  return found == totals.end() ? 0 : found->second.received - found->second.refunded;
}

}  // namespace tael::testing
