// Payments and refunds at the institution: what the calls do and what time does.
#include "adapters/simulated/institution.hpp"
#include "adapters/simulated/institution_json.hpp"

#include <algorithm>
#include <utility>

namespace tael {

using namespace institution_json;

namespace {

constexpr std::size_t number_length_max = 64;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= number_length_max && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
}

std::optional<Money> read_money(const boost::json::object& body) {
  const auto amount = integer(body, "amount");
  const auto currency = Currency::parse(text(body, "currency"));
  if (!amount || !currency || *amount <= 0 || *amount > amount_max) return std::nullopt;
  return Money{*amount, *currency};
}

bool pays_after_close(Fault fault) {
  return fault == Fault::paid_after_close || fault == Fault::paid_after_close_unheard;
}

bool waits_for_payer(Fault fault) { return fault != Fault::never_paid && !pays_after_close(fault); }

}  // namespace

InstitutionReply Institution::execute(const Subject& subject, const boost::json::object& body, Fault fault,
                                      TimePoint now) {
  switch (subject.op) {
    case ChannelOp::pay: return pay(subject, body, fault, now);
    case ChannelOp::inquire: return view_payment(subject, now);
    case ChannelOp::close: return close(subject, body, now);
    case ChannelOp::refund: return refund(subject, body, fault, now);
    case ChannelOp::inquire_refund: return view_refund(subject);
    case ChannelOp::transfer: return transfer(subject, body, fault, now);
    case ChannelOp::inquire_transfer: return view_transfer(subject);
  }
  return {};
}

InstitutionReply Institution::pay(const Subject& subject, const boost::json::object& body, Fault fault, TimePoint now) {
  const auto amount = read_money(body);
  const auto expires_at = parse_rfc3339(text(body, "expires_at"));
  if (!is_number(subject.number) || !amount || !expires_at)
    return refuse(400, "bad_request", "number, amount, currency and expires_at are needed");
  const auto* method = find_method(subject.method, subject.bank);
  if (method == nullptr) return refuse(403, "method_not_offered", "no such method or bank", subject.number);

  if (const auto* known = book_.find_payment(subject.number)) {
    const bool closed_before_use = known->status == InstitutionPayment::Status::closed && known->amount.amount == 0;
    const bool same = known->amount == *amount && known->method == subject.method && known->bank == subject.bank &&
                      known->subject == text(body, "subject");
    if (closed_before_use || same) return reply(show(*known));
    return refuse(409, "number_conflict", "the number was used with other parameters", subject.number);
  }

  InstitutionPayment made;
  made.number = subject.number;
  made.method = subject.method;
  made.bank = subject.bank;
  made.subject = text(body, "subject");
  made.callback_url = text(body, "callback_url");
  made.amount = *amount;
  made.fault = fault;
  made.expires_at = *expires_at;
  auto& payment = book_.add(std::move(made));
  if (fault == Fault::declined) {
    payment.status = InstitutionPayment::Status::failed;
    payment.code = "refused_by_bank";
  } else if (method->voucher == "none" && waits_for_payer(fault)) {
    settle(payment, now);
  } else if (waits_for_payer(fault) && !options_.payers_wait) {
    const auto pays_at = fault == Fault::callback_early ? now : now + options_.delays.pay_after;
    agenda_.emplace(pays_at, Due{Deed::payer_pays, payment.number});
  }
  return reply(show(payment));
}

InstitutionReply Institution::view_payment(const Subject& subject, TimePoint now) {
  auto* payment = book_.find_payment(subject.number);
  if (payment == nullptr) return refuse(404, "not_found", "no payment of this number", subject.number);
  expire(*payment, now);
  return reply(show(*payment));
}

/// A number that is not known yet is closed for ever: the payment that is still on its way finds it so.
/// With `gives_back`, as a bar code is taken back, also one that was paid.
InstitutionReply Institution::close(const Subject& subject, const boost::json::object& body, TimePoint now) {
  auto* payment = book_.find_payment(subject.number);
  if (payment == nullptr) {
    InstitutionPayment unused;
    unused.number = subject.number;
    unused.status = InstitutionPayment::Status::closed;
    return reply(show(book_.add(std::move(unused))));
  }
  if (payment->status == InstitutionPayment::Status::paid) {
    if (!body.contains("gives_back") || payment->returned > 0)
      return refuse(409, "already_paid", "the payer has paid", subject.number);
    payment->returned = payment->received;
    payment->status = InstitutionPayment::Status::closed;
    book_.write({now,
                 true,
                 payment->number,
                 make_word(dice_, "R"),
                 {payment->received, payment->amount.currency},
                 0,
                 payment->number,
                 payment->transaction});
    auto given_back = show(*payment);
    given_back["given_back"] = true;
    return reply(given_back);
  }
  // Also when its time is over at this very moment: that is when most orders are closed.
  if (payment->status == InstitutionPayment::Status::pending) {
    payment->status = InstitutionPayment::Status::closed;
    if (pays_after_close(payment->fault))
      agenda_.emplace(now + options_.delays.late_pay_after, Due{Deed::pays_after_close, payment->number});
  }
  return reply(show(*payment));
}

InstitutionReply Institution::refund(const Subject& subject, const boost::json::object& body, Fault fault,
                                     TimePoint now) {
  const auto amount = read_money(body);
  if (!is_number(subject.number) || !amount)
    return refuse(400, "bad_request", "number, amount and currency are needed");
  const auto payment_number = text(body, "payment_number");
  if (const auto* known = book_.find_refund(subject.number)) {
    if (known->payment != payment_number || known->amount != *amount)
      return refuse(409, "number_conflict", "the number was used with other parameters", subject.number);
    auto again = show(*known);
    again["repeated"] = true;
    return reply(again);
  }
  auto* payment = book_.find_payment(payment_number);
  if (payment == nullptr) return refuse(404, "payment_not_found", "no payment of this number", subject.number);
  if (payment->status != InstitutionPayment::Status::paid || payment->amount.currency != amount->currency)
    return refuse(409, "payment_not_paid", "nothing was received in this currency", subject.number);
  if (body.contains("total") && integer(body, "total") != payment->received)
    return refuse(400, "total_differs", "the total is not what was received", subject.number);
  if (amount->amount > payment->received - payment->returned)
    return refuse(409, "refund_too_large", "more than is left of what was received", subject.number);

  InstitutionRefund made;
  made.number = subject.number;
  made.payment = payment_number;
  made.reason = text(body, "reason");
  made.callback_url = text(body, "callback_url");
  made.amount = *amount;
  made.fault = fault;
  made.asked_at = now;
  payment->returned += amount->amount;
  auto& refund = book_.add(std::move(made));
  if (fault == Fault::refund_pending) {
    agenda_.emplace(now + options_.delays.refund_after, Due{Deed::refund_is_decided, refund.number});
  } else {
    decide(refund, now);
  }
  return reply(show(refund));
}

InstitutionReply Institution::view_refund(const Subject& subject) {
  const auto* refund = book_.find_refund(subject.number);
  if (refund == nullptr) return refuse(404, "not_found", "no refund of this number", subject.number);
  return reply(show(*refund));
}

/// Money out is never decided in the answer: the payee may have to agree first.
InstitutionReply Institution::transfer(const Subject& subject, const boost::json::object& body, Fault fault,
                                       TimePoint now) {
  const auto amount = read_money(body);
  if (!is_number(subject.number) || !amount || text(body, "payee").empty())
    return refuse(400, "bad_request", "number, amount, currency and payee are needed");
  if (const auto* known = book_.find_transfer(subject.number)) {
    if (known->payee == text(body, "payee") && known->amount == *amount) return reply(show(*known));
    return refuse(409, "number_conflict", "the number was used with other parameters", subject.number);
  }
  InstitutionTransfer made;
  made.number = subject.number;
  made.payee = text(body, "payee");
  made.callback_url = text(body, "callback_url");
  made.amount = *amount;
  made.fault = fault;
  auto& transfer = book_.add(std::move(made));
  if (fault == Fault::declined) decide(transfer, now);
  if (fault != Fault::declined && fault != Fault::never_paid)
    agenda_.emplace(now + options_.delays.refund_after, Due{Deed::transfer_is_decided, transfer.number});
  return reply(show(transfer));
}

InstitutionReply Institution::view_transfer(const Subject& subject) {
  const auto* transfer = book_.find_transfer(subject.number);
  if (transfer == nullptr) return refuse(404, "not_found", "no transfer of this number", subject.number);
  return reply(show(*transfer));
}

const InstitutionMethod* Institution::find_method(std::string_view method, std::string_view bank) const {
  static const InstitutionMethod any_method{};
  if (options_.methods.empty()) return &any_method;
  const auto found = std::ranges::find(options_.methods, method, &InstitutionMethod::method);
  if (found == options_.methods.end()) return nullptr;
  const bool offers_bank = found->banks.empty() || std::ranges::find(found->banks, bank) != found->banks.end();
  return offers_bank ? &*found : nullptr;
}

boost::json::object Institution::show(const InstitutionPayment& payment) const {
  boost::json::object body{{"number", payment.number}, {"status", name_of(payment.status)}};
  if (payment.amount.amount > 0) {
    const bool is_paid = payment.status == InstitutionPayment::Status::paid;
    body["amount"] = is_paid ? payment.received : payment.amount.amount;
    body["currency"] = payment.amount.currency.code();
  }
  if (payment.returned > 0) body["returned"] = payment.returned;
  if (!payment.transaction.empty()) body["transaction"] = payment.transaction;
  if (!payment.code.empty()) body["code"] = payment.code;
  if (payment.status == InstitutionPayment::Status::paid) body["at"] = to_rfc3339(payment.paid_at);
  if (payment.status == InstitutionPayment::Status::pending) {
    const auto* method = find_method(payment.method, payment.bank);
    const auto page = options_.url + "/payer/" + payment.number;
    const auto kind = method == nullptr ? std::string{"qr"} : method->voucher;
    boost::json::value value(page);
    if (kind == "params") value = boost::json::object{{"app", options_.channel}, {"prepay", payment.number}};
    body["voucher"] = boost::json::object{{"kind", kind}, {"value", std::move(value)}};
  }
  return body;
}

boost::json::object Institution::show(const InstitutionRefund& refund) const {
  boost::json::object body{{"number", refund.number},
                           {"payment_number", refund.payment},
                           {"status", name_of(refund.status)},
                           {"amount", refund.amount.amount},
                           {"currency", refund.amount.currency.code()}};
  // Of the payment: what it came to, what went back of it so far, and its name here.
  const auto* payment = book_.find_payment(refund.payment);
  body["total"] = payment->received;
  body["returned"] = payment->returned;
  body["payment_transaction"] = payment->transaction;
  body["asked_at"] = to_rfc3339(refund.asked_at);
  if (!refund.transaction.empty()) body["transaction"] = refund.transaction;
  if (!refund.code.empty()) body["code"] = refund.code;
  if (refund.status == InstitutionRefund::Status::refunded) body["at"] = to_rfc3339(refund.refunded_at);
  return body;
}

boost::json::object Institution::show(const InstitutionTransfer& transfer) const {
  boost::json::object body{{"number", transfer.number},
                           {"payee", transfer.payee},
                           {"status", name_of(transfer.status)},
                           {"amount", transfer.amount.amount},
                           {"currency", transfer.amount.currency.code()}};
  if (!transfer.transaction.empty()) body["transaction"] = transfer.transaction;
  if (!transfer.code.empty()) body["code"] = transfer.code;
  if (transfer.status == InstitutionTransfer::Status::paid_out) body["at"] = to_rfc3339(transfer.decided_at);
  return body;
}

/// True when the payment's time is over; an unpaid one is closed by that, and nobody is told.
bool Institution::expire(InstitutionPayment& payment, TimePoint now) const {
  const bool is_over = now >= payment.expires_at;
  if (is_over && payment.status == InstitutionPayment::Status::pending)
    payment.status = InstitutionPayment::Status::closed;
  return is_over;
}

void Institution::settle(InstitutionPayment& payment, TimePoint now) {
  if (payment.fault == Fault::payment_failed) {
    payment.status = InstitutionPayment::Status::failed;
    payment.code = "insufficient_funds";
  } else {
    payment.status = InstitutionPayment::Status::paid;
    payment.received = payment.amount.amount + (payment.fault == Fault::other_amount ? overpaid : 0);
    payment.transaction = make_word(dice_, "T");
    payment.paid_at = now;
    book_.write({now,
                 false,
                 payment.number,
                 payment.transaction,
                 {payment.received, payment.amount.currency},
                 share_of(payment.received, options_.fee_bps),
                 {},
                 {}});
  }
  schedule_callbacks(PendingCallback::About::payment, payment.number, payment.fault, now);
}

void Institution::decide(InstitutionRefund& refund, TimePoint now) {
  if (refund.fault == Fault::refund_rejected) {
    refund.status = InstitutionRefund::Status::rejected;
    refund.code = "account_closed";
    book_.find_payment(refund.payment)->returned -= refund.amount.amount;
  } else {
    refund.status = InstitutionRefund::Status::refunded;
    refund.transaction = make_word(dice_, "R");
    refund.refunded_at = now;
    book_.write({now, true, refund.number, refund.transaction, refund.amount, 0, refund.payment,
                 book_.find_payment(refund.payment)->transaction});
  }
  schedule_callbacks(PendingCallback::About::refund, refund.number, refund.fault, now);
}

void Institution::decide(InstitutionTransfer& transfer, TimePoint now) {
  const bool refused = transfer.fault == Fault::declined || transfer.fault == Fault::payment_failed;
  transfer.status = refused ? InstitutionTransfer::Status::rejected : InstitutionTransfer::Status::paid_out;
  transfer.code = refused ? "account_closed" : "";
  transfer.transaction = make_word(dice_, "O");
  transfer.decided_at = now;
  schedule_callbacks(PendingCallback::About::transfer, transfer.number, transfer.fault, now);
}

void Institution::take_place(const Due& due, TimePoint now, std::vector<InstitutionCallback>& leaving) {
  auto* payment = book_.find_payment(due.number);
  switch (due.deed) {
    case Deed::payer_pays:
      expire(*payment, now);
      if (payment->status == InstitutionPayment::Status::pending) settle(*payment, now);
      return;
    case Deed::pays_after_close: return settle(*payment, now);
    case Deed::refund_is_decided: return decide(*book_.find_refund(due.number), now);
    case Deed::transfer_is_decided: return decide(*book_.find_transfer(due.number), now);
    case Deed::callback_leaves:
      if (auto callback = make_callback(due.callback, now)) leaving.push_back(std::move(*callback));
      return;
  }
}

}  // namespace tael
