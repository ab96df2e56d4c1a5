#include "adapters/channels/iso8583/iso8583_channel.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/channels/access/masking.hpp"
#include "adapters/channels/iso8583/iso8583_messages.hpp"
#include "adapters/channels/iso8583/response_codes.hpp"

#include <atomic>
#include <utility>

namespace tael {

using iso8583::Message;
using iso8583::Question;

namespace {

/// What undoes a payment has a trace of its own, under this name.
std::string undo_of(const std::string& number) { return number + "/undo"; }

/// One call of an actor, from question to answer.
struct Errand {
  ChannelRequest request;
  Duration deadline{0};
  TimePoint begun{};
  std::function<void(ChannelAnswer)> done;
  ChannelAnswer answer;
};
using ErrandRef = std::shared_ptr<Errand>;

std::string written(std::string_view text) {
  auto clean = escape_controls(mask_card_numbers(text));
  if (clean.size() > exchange_bytes_max) clean.resize(exchange_bytes_max);
  return clean;
}

/// The number of an HTTP answer that says the same to the breakers.
int status_of(iso8583::Health health) {
  switch (health) {
    case iso8583::Health::well: return 200;
    case iso8583::Health::busy: return 429;
    case iso8583::Health::sick: return 503;
  }
  return 200;
}

TraceState state_after(Ending ending) {
  switch (ending) {
    case Ending::approved: return TraceState::approved;
    case Ending::declined: return TraceState::declined;
    case Ending::not_sent: return TraceState::unsent;
    case Ending::pending:
    case Ending::silent: return TraceState::open;
  }
  return TraceState::open;
}

/// All that a call needs; calls under way keep it alive.
class Desk : public std::enable_shared_from_this<Desk> {
 public:
  Desk(Iso8583Options options, FrameClient& client, TraceBook& book, Clock& clock)
      : options_(std::move(options)), client_(client), book_(book), clock_(clock) {}

  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) {
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
    }
  }

 private:
  using Then = std::function<void(const TraceReply&)>;

  // --- the five questions ---

  void pay(const ErrandRef& errand) {
    if (iso8583::numeric_currency(errand->request.amount.currency).empty())
      return end(errand, Ending::declined, "currency_unknown");
    opened(errand, draft(*errand, errand->request.number), [this, errand](const TraceReply& reply) {
      if (!reply.fresh) return pay_again(errand, *reply.trace);
      exchange(errand, iso8583::sale(options_, *reply.trace, errand->request.subject), Question::money, *reply.trace);
    });
  }

  /// A number is sent once. What is known of it is the answer.
  void pay_again(const ErrandRef& errand, const WireTrace& known) {
    const bool is_closed = known.state == TraceState::closed || known.state == TraceState::undone;
    if (!is_closed && known.amount != errand->request.amount) return end(errand, Ending::silent, "number_conflict");
    from_book(errand, known, Ending::silent, "already_sent");
  }

  void inquire(const ErrandRef& errand) {
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

  void close(const ErrandRef& errand) {
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

  void refund(const ErrandRef& errand) {
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

  void send_refund(const ErrandRef& errand, const WireTrace& trace, const WireTrace& original, bool repeated) {
    exchange(errand, iso8583::refund(options_, trace, original, repeated), Question::money, trace);
  }

  /// A host that cannot be asked is told again: the repeat of a refund moves nothing twice, for it has the same trace
  /// number.
  void inquire_refund(const ErrandRef& errand) {
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

  void ask(const ErrandRef& errand, const WireTrace& trace) {
    exchange(errand, iso8583::inquiry(options_, trace, errand->request.op, clock_.now()), Question::inquiry, trace);
  }

  // --- reversals ---

  /// From here on the payment counts for nothing, whatever comes; its reversal is repeated until it is answered.
  void undo(const ErrandRef& errand, const WireTrace& payment) {
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
  void end_undone(const ErrandRef& errand, const std::string& code) {
    errand->answer.authentic = true;
    end(errand, errand->request.op == ChannelOp::close ? Ending::approved : Ending::declined, "reversed " + code);
  }

  // --- out and back ---

  void exchange(const ErrandRef& errand, const Message& message, Question question, const WireTrace& trace) {
    const auto sealed = iso8583::seal(message, *options_.dialect, options_.mac);
    errand->answer.exchange.request = written(iso8583::describe(message));
    if (!sealed.error.empty()) {
      errand->answer.message = sealed.error;
      return conclude(errand, question, trace, Ending::declined, "cannot_be_written");
    }
    FrameCall call;
    call.body = sealed.bytes;
    call.key = iso8583::key_of(message);
    call.machine = trace.machine;
    call.deadline = errand->deadline;
    client_.send(std::move(call),
                 [self = shared_from_this(), errand, message, question, trace](const FrameAnswer& heard) {
                   self->hear(errand, message, question, trace, heard);
                 });
  }

  void hear(const ErrandRef& errand, const Message& asked, Question question, const WireTrace& trace,
            const FrameAnswer& heard) {
    auto& answer = errand->answer;
    answer.transport = heard.transport;
    answer.took = heard.took;
    if (heard.transport != Transport::answered) {
      answer.message = written(heard.error);
      answer.exchange.response = answer.message;
      const bool never = heard.transport == Transport::not_sent;
      return conclude(errand, question, trace, never ? Ending::not_sent : Ending::silent,
                      never ? "not_sent" : "no_answer");
    }
    const auto decoded = iso8583::decode(heard.body, *options_.dialect);
    const auto& message = decoded.message;
    answer.exchange.response =
        written(iso8583::describe(message) + (decoded.error.empty() ? "" : " ! " + decoded.error));
    answer.exchange.status = 200;
    const auto why = doubt(heard.body, decoded, asked);
    if (!why.empty()) return conclude(errand, question, trace, Ending::silent, why);
    answer.authentic = true;

    const auto code = std::string{message.at(39)};
    const auto* row = find_code(question, code);
    if (row == nullptr) return conclude(errand, question, trace, Ending::silent, code);
    answer.exchange.status = status_of(row->health);
    answer.number_unknown = row->number_unknown;
    if (row->ending == Ending::approved && question != Question::reversal) {
      answer.amount = iso8583::amount_in(message);
      if (!answer.amount) return conclude(errand, question, trace, Ending::silent, "amount_missing");
      answer.channel_transaction = iso8583::transaction_in(message);
      answer.at = iso8583::time_in(message, options_.utc_offset, clock_.now());
    }
    conclude(errand, question, trace, row->ending, code);
  }

  std::string doubt(std::string_view bytes, const iso8583::Decoded& decoded, const Message& asked) const {
    if (!decoded.error.empty()) return "malformed";
    if (!iso8583::is_sealed(bytes, decoded.message, *options_.dialect, options_.mac)) return "bad_signature";
    return iso8583::disbelief(asked, decoded.message);
  }

  /// The book hears of it before whoever asked does.
  void conclude(const ErrandRef& errand, Question question, const WireTrace& trace, Ending ending, std::string code) {
    errand->answer.code = code;
    auto after = trace;
    after.state = state_after(ending);
    after.code = std::move(code);
    after.transaction = errand->answer.channel_transaction;
    if (errand->answer.amount) after.amount = *errand->answer.amount;
    // Silence changes nothing; an inquiry that was not sent says nothing about what it asked after.
    const bool tells =
        after.state != TraceState::open && (question == Question::money || after.state != TraceState::unsent);
    if (!tells || trace.state != TraceState::open) return report(errand, question, ending);
    settled(errand, TraceState::open, std::move(after), [this, errand, question, ending](const TraceReply& reply) {
      if (question != Question::reversal && reply.trace && reply.trace->state == TraceState::undone) {
        disown(errand->answer);
        return end(errand, Ending::silent, "being_reversed");
      }
      report(errand, question, ending);
    });
  }

  void report(const ErrandRef& errand, Question question, Ending ending) {
    if (question == Question::reversal && ending == Ending::approved) return end_undone(errand, errand->answer.code);
    end(errand, ending, errand->answer.code);
  }

  static void disown(ChannelAnswer& answer) {
    answer.amount.reset();
    answer.channel_transaction.clear();
    answer.at.reset();
  }

  // --- from the book ---

  WireTrace draft(const Errand& errand, const std::string& number) {
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

  void opened(const ErrandRef& errand, WireTrace wanted, Then then) {
    book_.open(std::move(wanted), guarded(errand, std::move(then)));
  }
  void found(const ErrandRef& errand, const std::string& number, Then then) {
    book_.find(options_.channel, number, guarded(errand, std::move(then)));
  }
  void settled(const ErrandRef& errand, TraceState from, WireTrace to, Then then) {
    book_.settle(from, std::move(to), guarded(errand, std::move(then)));
  }

  /// Without the book nothing leaves us; what has left is in doubt.
  TraceBook::Done guarded(const ErrandRef& errand, Then then) {
    return [self = shared_from_this(), errand, then = std::move(then)](const TraceReply& reply) {
      if (reply.good) return then(reply);
      disown(errand->answer);
      const bool has_left = errand->answer.transport != Transport::not_sent && !errand->answer.exchange.request.empty();
      self->end(errand, has_left || errand->request.op != ChannelOp::pay ? Ending::silent : Ending::not_sent,
                "book_unavailable");
    };
  }

  void from_book(const ErrandRef& errand, const WireTrace& trace, Ending otherwise, const std::string& code) {
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
  void never_sent(const ErrandRef& errand) {
    errand->answer.number_unknown = true;
    end_at_home(errand, Ending::silent, "never_sent");
  }

  /// An answer out of the book: as believable as the host's, for that is where it came from.
  void end_at_home(const ErrandRef& errand, Ending ending, const std::string& code) {
    say_from_book(*errand);
    end(errand, ending, code);
  }

  static void say_from_book(Errand& errand) {
    errand.answer.authentic = true;
    errand.answer.transport = Transport::answered;
    errand.answer.exchange.response = "(from the trace book)";
  }

  void end(const ErrandRef& errand, Ending ending, const std::string& code) {
    auto& answer = errand->answer;
    if (answer.exchange.request.empty() && ending == Ending::not_sent) answer.transport = Transport::not_sent;
    answer.ending = ending;
    answer.code = written(code);
    answer.exchange.outcome = name_of(ending);
    answer.exchange.took_ms = answer.took.count();
    const auto done = std::move(errand->done);
    done(std::move(answer));
  }

  Exchange open_exchange(const Errand& errand) const {
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

  const Iso8583Options options_;
  FrameClient& client_;
  TraceBook& book_;
  Clock& clock_;
  std::atomic<std::size_t> next_terminal_{0};
};

class Iso8583Channel final : public Channel {
 public:
  explicit Iso8583Channel(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}

  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) override {
    desk_->call(request, deadline, std::move(done));
  }

  /// A host speaks only when it is asked: whatever comes over HTTP in its name is not from it.
  Callback hear(const RawCallback& raw) override {
    Callback callback;
    callback.refusal = "bad_signature";
    callback.exchange.direction = "in";
    callback.exchange.op = "callback";
    callback.exchange.outcome = callback.refusal;
    callback.exchange.request = written("POST " + raw.path_and_query);
    callback.exchange.started_at = raw.heard_at;
    callback.answer.exchange = callback.exchange;
    return callback;
  }

  Acknowledgement acknowledge(Reception) const override {
    return {404, "application/json", R"({"code":"no_callbacks"})"};
  }

 private:
  std::shared_ptr<Desk> desk_;
};

}  // namespace

std::unique_ptr<Channel> make_iso8583_channel(Iso8583Options options, FrameClient& client, TraceBook& book,
                                              Clock& clock) {
  TAEL_ASSERT(iso8583::suits(options.mac) && !options.terminals.empty(), "configuration checks keys and terminals");
  return std::make_unique<Iso8583Channel>(std::make_shared<Desk>(std::move(options), client, book, clock));
}

FrameProtocol iso8583_protocol(const Iso8583Options& options, Clock& clock, bool signs_on) {
  const auto greet = [options, &clock](std::string_view network_code) {
    return [options, &clock, network_code](std::uint32_t serial) {
      const auto message = iso8583::greeting(options, serial, clock.now(), network_code);
      return FrameProtocol::Greeting{iso8583::seal(message, *options.dialect, options.mac).bytes,
                                     iso8583::key_of(message)};
    };
  };
  FrameProtocol protocol;
  // What cannot be read to its end may still say whose it is; its caller then finds that it cannot be believed.
  protocol.key_of = [dialect = options.dialect](std::string_view body) {
    return iso8583::key_of(iso8583::decode(body, *dialect).message);
  };
  protocol.echo = greet("301");
  if (signs_on) protocol.sign_on = greet("001");
  protocol.welcomes = [options](std::string_view body) {
    const auto decoded = iso8583::decode(body, *options.dialect);
    return decoded.error.empty() && decoded.message.at(39) == "00" &&
           iso8583::is_sealed(body, decoded.message, *options.dialect, options.mac);
  };
  return protocol;
}

}  // namespace tael
