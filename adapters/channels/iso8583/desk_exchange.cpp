// A message out, its answer back, what the answer means, and the book told of it.
#include "adapters/channels/access/masking.hpp"
#include "adapters/channels/iso8583/desk.hpp"
#include "adapters/encoding/card_numbers.hpp"
#include "adapters/encoding/text.hpp"
#include "adapters/encoding/utf8.hpp"

namespace tael::iso8583 {

namespace {

/// The number of an HTTP answer that says the same to the breakers.
int status_of(Health health) {
  switch (health) {
    case Health::well: return 200;
    case Health::busy: return 429;
    case Health::sick: return 503;
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

}  // namespace

std::string written(std::string_view text) {
  return std::string{whole_characters(escape_controls(mask_card_numbers(text)), exchange_bytes_max)};
}

void Desk::exchange(const ErrandRef& errand, const Message& message, Question question, const WireTrace& trace,
                    bool repeated) {
  const auto sealed = seal(message, *options_.dialect, options_.mac);
  errand->answer.exchange.request = written(describe(message));
  if (!sealed.error.empty()) {
    auto& answer = errand->answer;
    answer.message = sealed.error;
    answer.transport = Transport::not_sent;
    if (question == Question::money && !repeated)
      return conclude(errand, question, trace, Ending::declined, "cannot_be_written");
    // What it would have asked after, taken back or told again stands as it stood.
    answer.scope = FaultScope::local;
    answer.alert = "what must be sent to " + options_.channel + " cannot be written: " + written(sealed.error) +
                   "; look at the channel's file";
    return conclude(errand, question, trace, Ending::silent, "cannot_be_written");
  }
  FrameCall call;
  call.body = sealed.bytes;
  call.key = key_of(message);
  call.machine = trace.machine;
  call.deadline = errand->deadline;
  client_.send(std::move(call),
               [self = shared_from_this(), errand, message, question, trace](const FrameAnswer& heard) {
                 self->survive(errand, [&] { self->hear(errand, message, question, trace, heard); });
               });
}

void Desk::hear(const ErrandRef& errand, const Message& asked, Question question, const WireTrace& trace,
                const FrameAnswer& heard) {
  auto& answer = errand->answer;
  answer.transport = heard.transport;
  answer.took = heard.took;
  if (heard.transport != Transport::answered) {
    answer.message = written(heard.error);
    answer.exchange.response = answer.message;
    const bool never = heard.transport == Transport::not_sent;
    if (never) answer.scope = FaultScope::local;
    return conclude(errand, question, trace, never ? Ending::not_sent : Ending::silent,
                    never ? "not_sent" : "no_answer");
  }
  const auto decoded = decode(heard.body, *options_.dialect);
  const auto& message = decoded.message;
  auto said = describe(message);
  for (const auto& [de, why] : decoded.unreadable) said += " ! " + why;
  if (!decoded.error.empty()) said += " ! " + decoded.error;
  answer.exchange.response = written(said);
  answer.exchange.status = 200;
  const auto why = doubt(heard.body, decoded, asked);
  if (!why.empty()) return conclude(errand, question, trace, Ending::silent, why);
  answer.authentic = true;

  const auto code = std::string{message.at(39)};
  const auto* row = find_code(question, code);
  if (row == nullptr) {
    // Heard, and not understood: under way until we know better. A reversal goes on until it is answered well.
    answer.alert = "unknown response code '" + written(code) + "' to " + std::string{name_of(errand->request.op)} +
                   "; ask the bank what it means";
    return conclude(errand, question, trace, question == Question::reversal ? Ending::silent : Ending::pending, code);
  }
  answer.exchange.status = status_of(row->health);
  answer.number_unknown = row->number_unknown;
  answer.scope = row->scope;
  if (row->ending == Ending::approved && question != Question::reversal) {
    answer.amount = amount_in(message);
    if (!answer.amount) return conclude(errand, question, trace, Ending::silent, "amount_missing");
    answer.channel_transaction = own_transaction(asked, message);
    answer.at = time_in(message, options_.utc_offset, clock_.now());
  }
  conclude(errand, question, trace, row->ending, code);
}

std::string Desk::doubt(std::string_view bytes, const Decoded& decoded, const Message& asked) const {
  if (!decoded.error.empty()) return "malformed";
  if (!is_sealed(bytes, decoded.message, *options_.dialect, options_.mac, options_.further_macs))
    return "bad_signature";
  return disbelief(asked, decoded);
}

/// The book hears of it before whoever asked does.
void Desk::conclude(const ErrandRef& errand, Question question, const WireTrace& trace, Ending ending,
                    std::string code) {
  errand->answer.code = code;
  auto after = trace;
  after.state = state_after(ending);
  after.code = std::move(code);
  after.transaction = errand->answer.channel_transaction;
  after.amount = errand->answer.amount.value_or(after.amount);
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

void Desk::report(const ErrandRef& errand, Question question, Ending ending) {
  if (question == Question::reversal && ending == Ending::approved) return end_undone(errand, errand->answer.code);
  end(errand, ending, errand->answer.code);
}

void Desk::disown(ChannelAnswer& answer) {
  answer.amount.reset();
  answer.channel_transaction.clear();
  answer.at.reset();
}

}  // namespace tael::iso8583
