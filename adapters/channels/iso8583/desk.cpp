#include "adapters/channels/iso8583/desk.hpp"

namespace tael::iso8583 {

namespace {

/// What undoes a payment has a trace of its own, under this name.
std::string undo_of(const std::string& number) { return number + "/undo"; }

}  // namespace

void Desk::call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) {
  auto errand = std::make_shared<Errand>();
  errand->request = request;
  errand->deadline = deadline;
  errand->begun = clock_.now();
  errand->done = std::move(done);
  errand->answer.exchange = open_exchange(*errand);
  if (deadline <= Duration::zero()) return end(errand, Ending::not_sent, "deadline_passed");
  switch (request.op) {
    case ChannelOp::pay: return pay(errand);
    case ChannelOp::inquire: return inquire(errand);
    case ChannelOp::close: return close(errand);
    case ChannelOp::refund: return refund(errand);
    case ChannelOp::inquire_refund: return inquire_refund(errand);
    case ChannelOp::transfer:
    case ChannelOp::inquire_transfer: return end(errand, Ending::declined, "transfer_not_offered");
  }
}

void Desk::pay(const ErrandRef& errand) {
  if (numeric_currency(errand->request.amount.currency).empty())
    return end(errand, Ending::declined, "currency_unknown");
  if (errand->request.amount.amount > wire_amount_max) return end(errand, Ending::declined, "amount_not_exact");
  opened(errand, draft(*errand, errand->request.number), [this, errand](const TraceReply& reply) {
    if (!reply.fresh) return pay_again(errand, *reply.trace);
    exchange(errand, sale(options_, *reply.trace, errand->request.subject), Question::money, *reply.trace);
  });
}

/// A number is sent once. What is known of it is the answer.
void Desk::pay_again(const ErrandRef& errand, const WireTrace& known) {
  const bool is_closed = known.state == TraceState::closed || known.state == TraceState::undone;
  if (!is_closed && known.amount != errand->request.amount) return end(errand, Ending::silent, "number_conflict");
  from_book(errand, known, Ending::silent, "already_sent");
}

void Desk::inquire(const ErrandRef& errand) {
  found(errand, errand->request.number, [this, errand](const TraceReply& reply) {
    if (!reply.trace || reply.trace->state == TraceState::unsent) return never_sent(errand);
    const auto& trace = *reply.trace;
    if (trace.state == TraceState::undone) return undo(errand, trace);
    if (trace.state == TraceState::closed) return from_book(errand, trace, Ending::declined, "closed");
    if (options_.when_silent == WhenSilent::inquire) return ask(errand, trace);
    if (trace.state != TraceState::open) return from_book(errand, trace, Ending::silent, "");
    // Its call may still be waiting for the answer, here or in another node.
    if (errand->begun < trace.sent_at + errand->deadline) return end(errand, Ending::silent, "still_under_way");
    undo(errand, trace);
  });
}

void Desk::close(const ErrandRef& errand) {
  auto tombstone = draft(*errand, errand->request.number);
  tombstone.state = TraceState::closed;
  opened(errand, std::move(tombstone), [this, errand](const TraceReply& reply) {
    const auto& trace = *reply.trace;
    switch (trace.state) {
      case TraceState::closed: return end_at_home(errand, Ending::approved, "closed");
      case TraceState::declined: return end_at_home(errand, Ending::approved, trace.code);
      case TraceState::approved: return end_at_home(errand, Ending::declined, "already_paid");
      case TraceState::open:
      case TraceState::undone: return undo(errand, trace);
      case TraceState::unsent: break;  // Opening leaves none.
    }
    end(errand, Ending::silent, "book_unclear");
  });
}

void Desk::refund(const ErrandRef& errand) {
  found(errand, errand->request.attempt, [this, errand](const TraceReply& payment) {
    if (!payment.trace) return end(errand, Ending::declined, "payment_unknown");
    auto wanted = draft(*errand, errand->request.number);
    wanted.terminal = payment.trace->terminal;
    wanted.machine = payment.trace->machine;
    opened(errand, std::move(wanted), [this, errand, original = *payment.trace](const TraceReply& reply) {
      if (reply.fresh) return send_refund(errand, *reply.trace, original, false);
      if (reply.trace->amount != errand->request.amount) return end(errand, Ending::silent, "number_conflict");
      if (reply.trace->state != TraceState::open) return from_book(errand, *reply.trace, Ending::silent, "");
      send_refund(errand, *reply.trace, original, true);
    });
  });
}

void Desk::send_refund(const ErrandRef& errand, const WireTrace& trace, const WireTrace& original, bool repeated) {
  exchange(errand, iso8583::refund(options_, trace, original, repeated), Question::money, trace, repeated);
}

/// A host that cannot be asked is told again: the repeat of a refund moves nothing twice, for it has the same trace
/// number.
void Desk::inquire_refund(const ErrandRef& errand) {
  found(errand, errand->request.number, [this, errand](const TraceReply& reply) {
    if (!reply.trace || reply.trace->state == TraceState::unsent) return never_sent(errand);
    if (options_.when_silent == WhenSilent::inquire) return ask(errand, *reply.trace);
    if (reply.trace->state != TraceState::open) return from_book(errand, *reply.trace, Ending::silent, "");
    found(errand, errand->request.attempt, [this, errand, trace = *reply.trace](const TraceReply& payment) {
      if (!payment.trace) return end(errand, Ending::silent, "payment_unknown");
      send_refund(errand, trace, *payment.trace, true);
    });
  });
}

void Desk::ask(const ErrandRef& errand, const WireTrace& trace) {
  exchange(errand, inquiry(options_, trace, errand->request.op, clock_.now()), Question::inquiry, trace);
}

/// From here on the payment counts for nothing, whatever comes; its reversal is repeated until it is answered.
void Desk::undo(const ErrandRef& errand, const WireTrace& payment) {
  auto undone = payment;
  undone.state = TraceState::undone;
  const auto then = [this, errand](const TraceReply& reply) {
    if (!reply.trace || reply.trace->state != TraceState::undone)  // The answer was faster.
      return reply.trace ? from_book(errand, *reply.trace, Ending::silent, "")
                         : end(errand, Ending::silent, "book_unavailable");
    auto reversal = *reply.trace;
    reversal.number = undo_of(reversal.number);
    reversal.state = TraceState::open;
    reversal.sent_at = clock_.now();
    opened(errand, std::move(reversal), [this, errand, original = *reply.trace](const TraceReply& opened) {
      if (opened.trace->state == TraceState::approved) {
        say_from_book(*errand);
        return end_undone(errand, opened.trace->code);
      }
      exchange(errand, iso8583::reversal(options_, *opened.trace, original, !opened.fresh), Question::reversal,
               *opened.trace);
    });
  };
  settled(errand, TraceState::open, std::move(undone), then);
}

/// To who closed, it is closed; to who asked, it was not paid.
void Desk::end_undone(const ErrandRef& errand, const std::string& code) {
  errand->answer.authentic = true;
  end(errand, errand->request.op == ChannelOp::close ? Ending::approved : Ending::declined, "reversed " + code);
}

WireTrace Desk::draft(const Errand& errand, const std::string& number) {
  const auto turn = next_terminal_.fetch_add(1) % options_.terminals.size();
  return {.channel = options_.channel,
          .number = number,
          .terminal = options_.terminals[turn],
          .trace = 0,
          .sent_at = errand.begun,
          .machine = options_.shared_ledger ? std::string{} : client_.next_machine(),
          .amount = errand.request.amount,
          .state = TraceState::open,
          .code = {},
          .transaction = {}};
}

void Desk::opened(const ErrandRef& errand, WireTrace wanted, Then then) {
  book_.open(std::move(wanted), guarded(errand, std::move(then)));
}

void Desk::found(const ErrandRef& errand, const std::string& number, Then then) {
  book_.find(options_.channel, number, guarded(errand, std::move(then)));
}

void Desk::settled(const ErrandRef& errand, TraceState from, WireTrace to, Then then) {
  book_.settle(from, std::move(to), guarded(errand, std::move(then)));
}

/// Steps run on threads of the book and of the client, where nobody but us would catch what they throw.
void Desk::survive(const ErrandRef& errand, const std::function<void()>& step) {
  const auto crash = crash_of(step);
  if (!crash || !errand->done) return;
  auto& answer = errand->answer;
  auto told = crashed_answer(*crash);
  told.transport = answer.transport;
  told.took = answer.took;
  told.exchange = std::move(answer.exchange);
  answer = std::move(told);
  end(errand, Ending::silent, answer.code);
}

/// Without the book nothing leaves us; what has left is in doubt.
TraceBook::Done Desk::guarded(const ErrandRef& errand, Then then) {
  return [self = shared_from_this(), errand, then = std::move(then)](const TraceReply& reply) {
    if (reply.good) return self->survive(errand, [&] { then(reply); });
    disown(errand->answer);
    const bool has_left = errand->answer.transport != Transport::not_sent && !errand->answer.exchange.request.empty();
    self->end(errand, has_left || errand->request.op != ChannelOp::pay ? Ending::silent : Ending::not_sent,
              "book_unavailable");
  };
}

void Desk::from_book(const ErrandRef& errand, const WireTrace& trace, Ending otherwise, const std::string& code) {
  switch (trace.state) {
    case TraceState::approved:
      errand->answer.amount = trace.amount;
      errand->answer.channel_transaction = trace.transaction;
      return end_at_home(errand, Ending::approved, trace.code);
    case TraceState::declined: return end_at_home(errand, Ending::declined, trace.code);
    case TraceState::closed:
    case TraceState::undone: return end_at_home(errand, Ending::declined, "closed");
    case TraceState::open:
    case TraceState::unsent: break;
  }
  end(errand, otherwise, code);
}

/// Written before anything leaves, the book is the witness that nothing did.
void Desk::never_sent(const ErrandRef& errand) {
  errand->answer.number_unknown = true;
  end_at_home(errand, Ending::silent, "never_sent");
}

/// An answer out of the book: as believable as the host's, for that is where it came from.
void Desk::end_at_home(const ErrandRef& errand, Ending ending, const std::string& code) {
  say_from_book(*errand);
  end(errand, ending, code);
}

void Desk::say_from_book(Errand& errand) {
  errand.answer.authentic = true;
  errand.answer.transport = Transport::answered;
  errand.answer.exchange.response = "(from the trace book)";
}

void Desk::end(const ErrandRef& errand, Ending ending, const std::string& code) {
  auto& answer = errand->answer;
  if (answer.exchange.request.empty() && ending == Ending::not_sent) answer.transport = Transport::not_sent;
  answer.ending = ending;
  answer.code = written(code);
  answer.exchange.outcome = name_of(ending);
  answer.exchange.took_ms = answer.took.count();
  const auto done = std::move(errand->done);
  done(std::move(answer));
}

Exchange Desk::open_exchange(const Errand& errand) const {
  Exchange exchange;
  exchange.shard = errand.request.shard;
  exchange.order_id = errand.request.order_id;
  exchange.number = errand.request.number;
  exchange.channel = options_.channel;
  exchange.direction = "out";
  exchange.op = name_of(errand.request.op);
  exchange.started_at = errand.begun;
  return exchange;
}

}  // namespace tael::iso8583
