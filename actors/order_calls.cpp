// How an order talks to channels: a permit from the breakers, the call, and the answer heard as a word.
#include "actors/domain/assert.hpp"
#include "actors/order_actor.hpp"

#include <algorithm>

namespace tael {
namespace {

/// More than a call takes beyond its wait for a place and its deadline: the channel actor answers first, in every case.
constexpr Duration backstop = 5s;
constexpr Duration permit_deadline = 2s;
constexpr Duration ask_again_min = 100ms;

ChannelWord word_of(const CallDue& call, const ChannelAnswer& answer) {
  return {.op = call.op,
          .number = call.number,
          .ending = answer.ending,
          .number_unknown = answer.number_unknown,
          .unasked = false,
          .code = answer.code,
          .channel_transaction = answer.channel_transaction,
          .amount = answer.amount,
          .voucher = answer.voucher,
          .at = answer.at,
          .about = answer.about};
}

/// What the adapter wants a person to see: a word nobody knows, a key that was refused. It is about the channel, not
/// the order: a new word said of a thousand orders is one alert.
void alert_owner(Step& step, const CallDue& call, const ChannelAnswer& answer, TimePoint now) {
  step.alerts.push_back({.shard = step.order.shard,
                         .kind = "channel_word",
                         .ref = answer.exchange.channel + "/" + (answer.code.empty() ? "unreadable" : answer.code),
                         .severity = Severity::warning,
                         .message = answer.exchange.channel + ", " + std::string{name_of(call.op)} + " of " +
                                    call.number + ": " + answer.alert,
                         .context = step.order.context,
                         .at = now,
                         .channel = answer.exchange.channel});
}

}  // namespace

void OrderActor::with_permit(const std::string& path, OpClass op, std::function<void(Permit)> then,
                             std::function<void(const PermitRefused&)> otherwise) {
  idle_.clear();  // Whoever waits for a permit is not idle.
  kit::ask<PermitReply>(
      this, surroundings_.timers, permit_deadline, peers_->breakers, AskPermit{path, op},
      [then = std::move(then), otherwise](const PermitReply& reply) {
        if (const auto* refused = std::get_if<PermitRefused>(&reply)) return otherwise(*refused);
        then(std::get<Permit>(reply));
      },
      [otherwise](const caf::error&) {
        otherwise({"the breaker did not answer", {}, Refusal::path_open, {}});
      });
}

void OrderActor::begin_payment(const PayOrder& ask, const Permit& permit, Reply reply) {
  auto step = pay_order(order_, ask.path, ask.claim.key, *policies_, surroundings_.clock.now(), ask.claim.request_id);
  if (step.refusal || !step.changes()) {  // The order moved on while the breaker was asked.
    send(peers_->breakers, ReportCall{.permit = permit, .ignored = true});
    if (step.refusal) {
      reply.deliver(Refused{*step.refusal, step.detail, {}});
      return rest_if_done();
    }
    if (!calls_out_.contains({ChannelOp::pay, step.number})) return answer_for_good(std::move(step), ask.claim, reply);
    payers_[step.number].push_back({reply, {}});
    return;
  }
  const auto number = step.number;
  permits_.insert_or_assign(number, permit);
  payers_[number].push_back({reply, ask.claim});
  take(
      std::move(step), {.exchange = {}, .claim = ask.claim, .final_answer = false}, [] {},
      [this, number](const Refused& refused) {
        if (auto in_hand = permits_.extract(number))
          send(peers_->breakers, ReportCall{.permit = in_hand.mapped(), .ignored = true});
        if (auto payers = payers_.extract(number))
          for (auto& payer : payers.mapped()) payer.reply.deliver(refused);
      });
}

void OrderActor::make_call(const CallDue& call) {
  if (!calls_out_.insert({call.op, call.number}).second) return;  // The same question is out already.
  if (auto in_hand = permits_.extract(call.number)) return call_channel(call, in_hand.mapped());
  with_permit(
      path_of(call.number), class_of(call.op), [this, call](const Permit& permit) { call_channel(call, permit); },
      [this, call](const PermitRefused& refused) {
        if (class_of(call.op) == OpClass::query) return ask_later(call, refused);
        ChannelAnswer not_sent;
        not_sent.ending = Ending::not_sent;
        not_sent.transport = Transport::not_sent;
        not_sent.code = refused.reason;
        hear_answer(call, not_sent);
      });
}

/// A question that may not be asked now uses no rung. It is asked when the breaker says; without a time its timer
/// rings again.
void OrderActor::ask_later(const CallDue& call, const PermitRefused& refused) {
  if (!refused.retry_at) {
    calls_out_.erase({call.op, call.number});
    return rest_if_done();
  }
  const auto wait = std::max(*refused.retry_at - surroundings_.clock.now(), ask_again_min);
  surroundings_.timers.after(wait, kit::weak(this), kit::Run{"inquiry waited", [this, call] {
                                                               if (calls_out_.erase({call.op, call.number}) == 0)
                                                                 return;
                                                               make_call(call);
                                                             }});
}

void OrderActor::call_channel(const CallDue& call, std::optional<Permit> permit) {
  const auto path = path_of(call.number);
  const auto& policy = policies_->channels.at(channel_of(path));
  if (permit) lent_.insert_or_assign({call.op, call.number}, *permit);
  surroundings_.crash.passed("call." + std::string{name_of(call.op)});
  kit::ask<ChannelAnswered>(
      this, surroundings_.timers, policy.queue_wait + policy.deadline + backstop, peers_->channels,
      CallChannel{path, request_for(call)},
      [this, call, permit, path](const ChannelAnswered& answered) {
        const auto& answer = answered.answer;
        lent_.erase({call.op, call.number});
        surroundings_.crash.passed("answer." + std::string{name_of(call.op)});
        surroundings_.meter.count("channel_calls_total",
                                  {{"path", path}, {"type", name_of(call.op)}, {"outcome", name_of(answer.ending)}});
        surroundings_.meter.observe("channel_call_seconds", {{"path", path}, {"type", name_of(call.op)}},
                                    std::chrono::duration<double>(answer.took).count());
        if (permit)
          send(peers_->breakers, ReportCall{.permit = *permit,
                                            .ignored = false,
                                            .ending = answer.ending,
                                            .transport = answer.transport,
                                            .authentic = answer.authentic,
                                            .status = answer.exchange.status,
                                            .took = answer.took,
                                            .scope = answer.scope,
                                            .number_unknown = answer.number_unknown});
        hear_answer(call, answer);
      },
      [this, call, permit](const caf::error&) {  // The channel actor is gone: nobody knows what left us.
        lent_.erase({call.op, call.number});
        if (permit) send(peers_->breakers, ReportCall{.permit = *permit, .ignored = true});
        hear_answer(call, ChannelAnswer{});
      });
}

void OrderActor::hear_answer(const CallDue& call, const ChannelAnswer& answer) {
  surely_in_turn([this, call, answer] {
    calls_out_.erase({call.op, call.number});
    const auto payers = payers_.find(call.number);
    const bool has_payers = call.op == ChannelOp::pay && payers != payers_.end();
    const auto decide = [this, call, answer, has_payers](const std::string& taken_by) {
      auto word = word_of(call, answer);
      word.taken_by = taken_by;
      auto step =
          hear_channel(order_, word, *policies_, surroundings_.clock.now(), "answer/" + std::string{name_of(call.op)});
      if (!answer.alert.empty()) alert_owner(step, call, answer, surroundings_.clock.now());
      if (has_payers) step.number = call.number;
      return step;
    };
    Extra extra{.exchange = answer.exchange, .claim = {}, .decide_again = decide};
    // The first payer's key keeps the answer that its attempt ends with now.
    if (has_payers) {
      extra.claim = payers->second.front().claim;
      extra.key_known = true;
    }
    take(
        decide({}), std::move(extra), [this] { settle_waiters(); }, [](auto&) {});
  });
}

/// Answers whoever waited for what has happened now.
void OrderActor::settle_waiters() {
  for (auto it = payers_.begin(); it != payers_.end();) {
    const bool waits = permits_.contains(it->first) || calls_out_.contains({ChannelOp::pay, it->first});
    if (waits) {
      ++it;
      continue;
    }
    auto view = view_now(it->first);
    for (auto& payer : it->second) {
      payer.reply.deliver(view);
      view.replayed = true;  // The first one asked; the others came with its key while it was under way.
    }
    it = payers_.erase(it);
  }
  if (order_.state == OrderState::closing || closers_.empty()) return;
  closing_patience_.clear();
  for (auto& closer : std::exchange(closers_, {})) {
    closer.claim.unfinished = !closer.claim.key.empty();
    in_turn(
        [this, closer] {
          Step settled;
          settled.order = order_;
          answer_for_good(std::move(settled), closer.claim, closer.reply);
        },
        [closer](const Refused& refused) { closer.reply.deliver(refused); });
  }
}

std::string OrderActor::path_of(const std::string& number) const {
  for (const auto& refund : order_.refunds)
    if (refund.id == number) return refund.path;
  for (const auto& attempt : order_.attempts)
    if (attempt.number == number) return attempt.path;
  broken_promise("path_of", "a number is of an attempt or a refund of its order", __FILE__, __LINE__);
}

ChannelRequest OrderActor::request_for(const CallDue& call) const {
  const auto path = path_of(call.number);
  const auto after_channel = path.find('/') + 1;
  const auto after_method = path.find('/', after_channel);
  ChannelRequest request{.op = call.op,
                         .order_id = order_.id,
                         .shard = order_.shard,
                         .number = call.number,
                         .attempt = call.number,
                         .channel_transaction = {},
                         .method = path.substr(after_channel, after_method - after_channel),
                         .bank = path.substr(after_method + 1),
                         .amount = {order_.amount, order_.currency},
                         .total = {order_.amount, order_.currency},
                         .subject = order_.subject,
                         .expires_at = order_.expires_at,
                         .payer = order_.payer};
  for (const auto& refund : order_.refunds) {
    if (refund.id != call.number) continue;
    request.attempt = refund.attempt;
    request.amount.amount = refund.amount;
    request.subject = refund.reason;
  }
  for (const auto& attempt : order_.attempts) {
    if (attempt.number != request.attempt) continue;
    request.channel_transaction = attempt.channel_transaction;
    request.total.amount = attempt.received_amount;
    request.sent_at = attempt.sent_at;
    request.inquiries = attempt.inquiries;
    // A payer who has gone on to another attempt waits for that one.
    request.is_wanted = order_.state == OrderState::paying && &attempt == &order_.attempts.back();
  }
  return request;
}

OrderView OrderActor::view_now(const std::string& number) const {
  return {.order = order_, .notice = notice_, .created = false, .number = number};
}

}  // namespace tael
