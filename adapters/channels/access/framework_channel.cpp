#include "adapters/channels/access/framework_channel.hpp"

#include "actors/domain/ids.hpp"
#include "actors/ports/not_ours.hpp"

#include <utility>

namespace tael {

namespace {

/// The part of an exchange that is known before there is an answer.
Exchange open_exchange(const AccessSteps& steps, const ChannelRequest& request, const HttpCall& call, TimePoint now) {
  Exchange exchange;
  exchange.shard = request.shard;
  exchange.order_id = request.order_id;
  exchange.number = request.number;
  exchange.channel = steps.channel;
  exchange.direction = "out";
  exchange.op = name_of(request.op);
  exchange.request = steps.masking.message(call.method + " " + call.url, call.headers, call.body);
  exchange.started_at = now;
  return exchange;
}

ChannelAnswer judge(const AccessSteps& steps, const ChannelRequest& asked, const HttpAnswer& heard, TimePoint now) {
  const bool answered = heard.transport == Transport::answered;
  const auto refusal = answered ? steps.verifier->refuses(heard, now) : std::string{};
  const auto reading = answered && refusal.empty() ? steps.parser->parse(heard, asked) : Reading{};
  auto answer = steps.classifier->classify({asked.op, asked.number, heard.transport, heard.status, refusal}, reading);
  if (answer.message.empty()) answer.message = steps.masking.line(heard.error);
  return answer;
}

/// Runs on the client's thread, where nobody but us would catch what a step throws. What was heard is written down
/// first: an answer that kills is evidence.
ChannelAnswer conclude(const AccessSteps& steps, const ChannelRequest& asked, const HttpAnswer& heard, TimePoint now,
                       Exchange exchange) {
  exchange.status = heard.status;
  exchange.took_ms = heard.took.count();
  ChannelAnswer answer;
  const auto crash = crash_of([&] {
    exchange.response = heard.transport == Transport::answered
                            ? steps.masking.message(std::to_string(heard.status), heard.headers, heard.body)
                            : steps.masking.message(heard.error, {}, {});
    answer = judge(steps, asked, heard, now);
  });
  if (crash) {
    answer = crashed_answer(*crash);
    answer.transport = heard.transport;
  }
  answer.took = heard.took;
  exchange.outcome = name_of(answer.ending);
  answer.exchange = std::move(exchange);
  return answer;
}

/// No byte has left us: the deadline had passed before we began, the request cannot be made, or nobody is to be called.
ChannelAnswer at_home(Ending ending, std::string code, Exchange exchange) {
  ChannelAnswer answer;
  answer.ending = ending;
  answer.transport = Transport::not_sent;
  answer.code = std::move(code);
  exchange.outcome = name_of(answer.ending);
  answer.exchange = std::move(exchange);
  return answer;
}

/// What cannot be sent has moved nothing; a question that cannot be asked tells nothing of what has.
Ending ending_of_refusal(ChannelOp op) {
  return sends_money(op) || op == ChannelOp::close ? Ending::declined : Ending::silent;
}

/// The payer's browser carries the call; we know nothing yet but that it can be paid.
ChannelAnswer hand_over(Voucher voucher, Exchange exchange) {
  auto answer = at_home(Ending::pending, "handed_over", std::move(exchange));
  answer.authentic = true;
  answer.voucher = std::move(voucher);
  return answer;
}

/// Why an authentic callback is no news for any order here; empty when it may be one.
std::string why_not_ours(const Reading& reading, std::string_view merchant) {
  if (reading.ignorable) return "not_followed";
  if (!reading.readable || !reading.about) return "malformed";
  if (reading.merchant != merchant) return "wrong_merchant";
  const bool has_form = reading.about != ChannelOp::inquire_transfer;  // Transfers have no numbers of ours yet.
  return has_form && !order_of(reading.number) ? "foreign_number" : "";
}

}  // namespace

FrameworkChannel::FrameworkChannel(AccessSteps steps, HttpClient& client, Clock& clock)
    : steps_(std::make_shared<const AccessSteps>(std::move(steps))), client_(client), clock_(clock) {}

void FrameworkChannel::call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) {
  auto wire = steps_->assembler->assemble(request, deadline);
  auto exchange = open_exchange(*steps_, request, wire.call, clock_.now());
  if (deadline <= Duration::zero()) return done(at_home(Ending::not_sent, "deadline_passed", std::move(exchange)));
  if (!wire.refusal.empty())
    return done(at_home(ending_of_refusal(request.op), std::move(wire.refusal), std::move(exchange)));
  if (wire.voucher) return done(hand_over(std::move(*wire.voucher), std::move(exchange)));
  client_.send(std::move(wire.call), [steps = steps_, &clock = clock_, asked = request, exchange = std::move(exchange),
                                      done = std::move(done)](const HttpAnswer& heard) mutable {
    done(conclude(*steps, asked, heard, clock.now(), std::move(exchange)));
  });
}

Callback FrameworkChannel::hear(const RawCallback& raw) {
  Callback callback;
  callback.refusal = steps_->verifier->refuses(raw);
  const auto reading = callback.refusal.empty() ? steps_->parser->parse(raw) : Reading{};
  if (callback.refusal.empty()) callback.refusal = why_not_ours(reading, steps_->merchant);

  // A callback reads as if we had inquired and been answered 200.
  callback.op = reading.about.value_or(ChannelOp::inquire);
  callback.answer =
      steps_->classifier->classify({callback.op, {}, Transport::answered, 200, callback.refusal}, reading);
  if (callback.refusal.empty()) callback.number = reading.number;

  auto& exchange = callback.exchange;
  exchange.number = is_not_ours(callback) ? steps_->masking.line(reading.number) : callback.number;
  exchange.order_id = order_of(callback.number).value_or("");
  exchange.shard = shard_of(callback.number).value_or(0);
  exchange.channel = steps_->channel;
  exchange.direction = "in";
  exchange.op = "callback";
  exchange.request = steps_->masking.message("POST " + raw.path_and_query, raw.headers, raw.body);
  exchange.outcome = callback.refusal.empty() ? std::string{name_of(callback.answer.ending)} : callback.refusal;
  exchange.started_at = raw.heard_at;
  callback.answer.exchange = exchange;
  return callback;
}

Acknowledgement FrameworkChannel::acknowledge(Reception reception) const {
  switch (reception) {
    case Reception::taken: return steps_->taken;
    case Reception::refused: return steps_->refused;
    case Reception::again: return steps_->again;
  }
  return steps_->again;
}

}  // namespace tael
