// What channels say, in answers and callbacks, and what the order makes of it. The same word said twice,
// late or out of order changes nothing the second time: the tables refuse it.
#include "actors/domain/order_moves.hpp"

namespace tael {
namespace {

/// A number that nobody knew and that was closed for it while its order goes on: the payment was never received.
bool is_given_up(const Order& order, const Attempt& attempt) {
  return order.state == OrderState::paying &&
         (attempt.state == AttemptState::sent || attempt.state == AttemptState::in_doubt);
}

/// Nothing when the word says nothing about the attempt's fate.
std::optional<AttemptEvent> event_of(const ChannelWord& news, bool usable, bool given_up) {
  if (news.op == ChannelOp::close) {
    switch (news.ending) {
      case Ending::approved: return given_up ? AttemptEvent::unknown : AttemptEvent::closed;
      case Ending::declined:  // Paid already, most likely: only an inquiry tells.
      case Ending::not_sent:
      case Ending::pending:
      case Ending::silent: return std::nullopt;
    }
  }
  // What is not found may be on its way still, or missing from an index: that never ends anything.
  if (news.number_unknown) return AttemptEvent::silent;
  switch (news.ending) {
    case Ending::approved: return usable ? AttemptEvent::approved : AttemptEvent::approved_unusable;
    case Ending::declined: return AttemptEvent::declined;
    case Ending::pending: return AttemptEvent::pending;
    case Ending::silent: return AttemptEvent::silent;
    // An inquiry that never left tells nothing about what it asked after.
    case Ending::not_sent: return news.op == ChannelOp::pay ? AttemptEvent::not_sent : AttemptEvent::silent;
  }
  return std::nullopt;
}

bool can_use(const Order& order, const Attempt& attempt, const ChannelWord& news) {
  return !is_terminal(order.state) && news.amount && news.amount->amount == attempt.amount &&
         news.amount->currency == order.currency;
}

/// What the channel numbers the money with: in this word, or in one before it.
std::string transaction_of(const std::string& known, const ChannelWord& news) {
  return news.channel_transaction.empty() ? known : news.channel_transaction;
}

/// Another number of ours for which the same transaction has moved money; empty when none is known. Other orders are
/// the store's to know.
std::string rival_of(StepBuilder& step, const Attempt& attempt, const ChannelWord& news) {
  if (!news.taken_by.empty()) return news.taken_by;
  const auto transaction = transaction_of(attempt.channel_transaction, news);
  for (const auto& other : step.order().attempts)
    if (other.number != attempt.number && is_terminal(other.state) && !transaction.empty() &&
        other.channel_transaction == transaction && channel_of(other.path) == channel_of(attempt.path))
      return other.number;
  return {};
}
std::string rival_of(StepBuilder& step, const Refund& refund, const ChannelWord& news) {
  if (!news.taken_by.empty()) return news.taken_by;
  const auto transaction = transaction_of(refund.channel_transaction, news);
  for (const auto& other : step.order().refunds)
    if (other.id != refund.id && other.state == RefundState::refunded && !transaction.empty() &&
        other.channel_transaction == transaction && channel_of(other.path) == channel_of(refund.path))
      return other.id;
  return {};
}

/// One transaction cannot have moved the money of two. It counts for the first; about the second the channel is asked.
void second_use(StepBuilder& step, const std::string& number, const std::string& transaction,
                const std::string& rival) {
  step.happened("contradiction_heard",
                {{"number", number}, {"channel_transaction", transaction}, {"moved_for", rival}});
  step.alert("contradiction", number, Severity::critical,
             "the channel says that transaction " + transaction + " moved the money of " + number +
                 ", but it has moved the money of " + rival +
                 "; nothing was moved for it and the channel is asked; look at the channel's books");
}

/// A word about another kind of thing than its number names moves nothing, whatever it says.
void other_kind(StepBuilder& step, NumberKind kind, const ChannelWord& news) {
  const auto told = std::string{name_of(news.kind())}, is = std::string{name_of(kind)};
  step.happened("contradiction_heard", {{"number", news.number},
                                        {"told_of", told},
                                        {"is", is},
                                        {"ending", std::string{name_of(news.ending)}},
                                        {"channel_transaction", news.channel_transaction}});
  step.alert("contradiction", news.number, Severity::critical,
             "the channel spoke of a " + told + " ('" + std::string{name_of(news.ending)} + "') under number " +
                 news.number + ", which is a " + is +
                 "; nothing was moved and the channel is asked; look at the channel's books");
}

/// Nothing that can be believed was said in answer to our call.
ChannelWord silence_of(const ChannelWord& news, std::string code) {
  ChannelWord silence;
  silence.op = news.op;
  silence.number = news.number;
  silence.code = std::move(code);
  return silence;
}

/// Clocks differ and channels cut seconds off; a wrong time zone or a wrong day is more than this.
constexpr Duration clock_skew_max = 5min;

/// When it happened by the channel's clock, if that can be: not before it was asked for, not after we heard of it.
/// Otherwise when we heard. Nothing of ours waits, closes or costs by it, so a wrong clock misleads readers alone.
TimePoint believable(StepBuilder& step, const ChannelWord& news, const std::string& path, TimePoint asked_at) {
  if (!news.at) return step.now();
  if (*news.at >= asked_at - clock_skew_max && *news.at <= step.now() + clock_skew_max) return *news.at;
  static const auto last = *parse_rfc3339("9999-12-31T23:59:59Z");
  const auto told = *news.at >= TimePoint{} && *news.at <= last ? to_rfc3339(*news.at) : "no year of four digits";
  step.alert("channel_word", channel_of(path) + "/clock", Severity::warning,
             "the channel says that " + news.number + " happened at " + told +
                 ", which cannot be: our own time is kept; look at its clock and at its time zone",
             channel_of(path));
  return step.now();
}

void contradiction(StepBuilder& step, const Attempt& attempt, const ChannelWord& news) {
  const bool other_transaction = news.ending == Ending::approved && !news.channel_transaction.empty() &&
                                 news.channel_transaction != attempt.channel_transaction;
  if (!is_terminal(attempt.state) || (!other_transaction && news.ending != Ending::declined)) return;
  if (news.op != ChannelOp::pay && news.op != ChannelOp::inquire) return;
  step.happened("contradiction_heard", {{"number", attempt.number},
                                        {"ending", std::string{name_of(news.ending)}},
                                        {"channel_transaction", news.channel_transaction}});
  step.alert("contradiction", attempt.number, Severity::critical,
             "the channel said '" + std::string{name_of(news.ending)} + "' (" + news.channel_transaction +
                 ") about an attempt whose money is settled; nothing was moved, a person must look");
}

/// Only the refund call's own "never left" may be sent again; an inquiry that never left tells nothing.
RefundEvent event_of(const ChannelWord& news) {
  if (news.number_unknown) return RefundEvent::unknown;
  switch (news.ending) {
    case Ending::approved: return RefundEvent::approved;
    case Ending::declined: return RefundEvent::declined;
    case Ending::pending: return RefundEvent::pending;
    case Ending::silent: return RefundEvent::silent;
    case Ending::not_sent: return news.op == ChannelOp::inquire_refund ? RefundEvent::silent : RefundEvent::not_sent;
  }
  return RefundEvent::silent;
}

/// Money went back otherwise than our books have it or are about to have it.
bool contradicts(const Refund& refund, Currency currency, const ChannelWord& news) {
  const bool went_back = news.ending == Ending::approved;
  if (refund.state == RefundState::rejected && went_back) return true;
  if (refund.state == RefundState::refunded && news.ending == Ending::declined) return true;
  return went_back && news.amount && *news.amount != Money{refund.amount, currency};
}

void contradiction(StepBuilder& step, const Refund& refund, const ChannelWord& news) {
  step.happened("contradiction_heard", {{"refund", refund.id},
                                        {"ending", std::string{name_of(news.ending)}},
                                        {"amount", news.amount ? news.amount->amount : 0},
                                        {"channel_transaction", news.channel_transaction}});
  step.alert("contradiction", refund.id, Severity::critical,
             "the channel said '" + std::string{name_of(news.ending)} + "' (" + news.channel_transaction +
                 ") about refund " + refund.id + ", which is " + std::string{name_of(refund.state)} + " over " +
                 to_text(Money{refund.amount, step.order().currency}) + "; nothing was moved, a person must look");
}

/// An inquiry whose time had come has used its rung: the next one is armed, or there is none and doubt needs a person.
/// One that a close, an operator or a restart asked in between uses none.
void climb_inquiry_ladder(StepBuilder& step, Attempt& attempt, bool asked, bool told) {
  const auto& ladder = step.policy_of(attempt.path).inquiry_ladder;
  const bool in_time = attempt.inquire_at == TimePoint{} || attempt.inquire_at <= step.now();
  if (asked && in_time) attempt.inquiries += 1;
  // A closed attempt is asked after until the channel has told, and no further than the ladder goes.
  const bool last_look = !is_live(attempt.state);
  if (last_look && asked && (told || static_cast<std::size_t>(attempt.inquiries) >= ladder.size())) {
    step.re_arm(TimerKind::attempt_inquiry, attempt.number, attempt.inquire_at, TimePoint{});
    return;
  }
  if ((!asked || !in_time) && attempt.inquire_at != TimePoint{}) return;  // The rung that is armed stands.
  const auto rung = static_cast<std::size_t>(attempt.inquiries);
  if (rung < ladder.size()) {
    step.re_arm(TimerKind::attempt_inquiry, attempt.number, attempt.inquire_at, step.now() + ladder[rung]);
  } else if (last_look && !ladder.empty()) {
    step.re_arm(TimerKind::attempt_inquiry, attempt.number, attempt.inquire_at, step.now() + ladder.back());
  } else {
    step.re_arm(TimerKind::attempt_inquiry, attempt.number, attempt.inquire_at, TimePoint{});
    const bool may_bring_surplus = is_live(attempt.state) && is_terminal(step.order().state);
    if (attempt.state == AttemptState::in_doubt || may_bring_surplus)
      step.alert("attempt_in_doubt", attempt.number, Severity::critical,
                 "attempt " + attempt.number + " is " + std::string{name_of(attempt.state)} +
                     " at the end of its inquiry ladder; ask the channel by hand");
  }
}

void use_money(StepBuilder& step, Attempt& attempt) {
  auto& order = step.order();
  order.paid_by = attempt.number;
  order.paid_at = attempt.paid_at;
  order.paid_amount = attempt.received_amount;
  order.context.institution = attempt.institution;
  step.book_entry({.rule = "payment",
                   .id = attempt.number + ":payment",
                   .cause = channel_of(attempt.path) + "/" + attempt.number + "/pay",
                   .amount = attempt.received_amount,
                   .fee = share_of(attempt.received_amount, order.fee_bps),
                   .channel = channel_of(attempt.path)});
  move_order(step, OrderEvent::payment_received);
}

void return_money(StepBuilder& step, Attempt& attempt, bool right_amount) {
  const auto cause = !right_amount                              ? RefundCause::mismatch
                     : step.order().state == OrderState::closed ? RefundCause::late
                                                                : RefundCause::duplicate;
  step.book_entry({.rule = "surplus_received",
                   .id = attempt.number + ":surplus",
                   .cause = channel_of(attempt.path) + "/" + attempt.number + "/pay",
                   .amount = attempt.received_amount,
                   .channel = channel_of(attempt.path)});
  if (cause == RefundCause::mismatch)
    step.alert("amount_mismatch", attempt.number, Severity::critical,
               "the channel took " + to_text(Money{attempt.received_amount, step.order().currency}) + " instead of " +
                   to_text(Money{attempt.amount, step.order().currency}) +
                   "; the order is not paid by it and the money goes back");
  const auto number = attempt.number;
  const auto received = attempt.received_amount;
  open_refund(step, Attempt{attempt}, number, received, "surplus: " + std::string{name_of(cause)}, cause);
}

/// The last live attempt ended: an order that was paying is open again, one that was closing is closed.
void notice_attempts_ended(StepBuilder& step) {
  auto& order = step.order();
  if (std::ranges::any_of(order.attempts, [](const Attempt& a) { return is_live(a.state); })) return;
  if (find_rule(order.state, OrderEvent::attempts_ended)) move_order(step, OrderEvent::attempts_ended);
}

}  // namespace

Step hear_channel(const Order& order, const ChannelWord& news, const OrderPolicies& policies, TimePoint now,
                  const std::string& cause) {
  StepBuilder step{order, policies, now, cause};
  const bool is_refund = step.find_refund(news.number) != nullptr;
  if (!is_refund && step.find_attempt(news.number) == nullptr) return std::move(step).done();
  const auto kind = is_refund ? NumberKind::refund : NumberKind::payment;
  auto believed = news;
  if (news.kind() != kind) {
    other_kind(step, kind, news);
    if (news.unasked) {
      step.call(is_refund ? ChannelOp::inquire_refund : ChannelOp::inquire, news.number);
      return std::move(step).done();
    }
    believed = silence_of(news, "other_kind");
  }
  if (is_refund)
    hear_about_refund(step, believed);
  else
    hear_about_attempt(step, believed);
  return std::move(step).done();
}

void hear_about_attempt(StepBuilder& step, const ChannelWord& news) {
  auto& order = step.order();
  auto* attempt = step.find_attempt(news.number);
  // An inquiry that never left uses no rung: its timer rings again.
  const bool asked = news.op == ChannelOp::inquire && !news.unasked && news.ending != Ending::not_sent;
  const auto& policy = step.policy_of(attempt->path);
  const bool right_amount =
      news.amount && news.amount->amount == attempt->amount && news.amount->currency == order.currency;
  auto event = event_of(news, can_use(order, *attempt, news), is_given_up(order, *attempt));
  const bool brings_money = event == AttemptEvent::approved || event == AttemptEvent::approved_unusable;
  const auto rival = brings_money && !is_terminal(attempt->state) ? rival_of(step, *attempt, news) : std::string{};
  if (!rival.empty()) event = AttemptEvent::contradicted;
  const bool told = rival.empty() && news.ending != Ending::silent && news.ending != Ending::not_sent;
  // Before a number is given up the channel closes it: from then on nothing that it missed can still be paid. Only the
  // ladder's own inquiries lead here, or a channel that neither knows nor closes a number would be asked without end.
  const bool is_rung = asked && attempt->inquire_at != TimePoint{} && attempt->inquire_at <= step.now();
  const bool never_heard_of = attempt->state == AttemptState::sent || attempt->state == AttemptState::in_doubt;
  if (news.number_unknown && is_rung && never_heard_of && step.now() >= attempt->sent_at + policy.unknown_final_after)
    step.call(ChannelOp::close, attempt->number);

  // A close that was refused because money had come, and one that nobody answered: look, at once.
  if (news.op == ChannelOp::close && news.ending == Ending::declined) step.call(ChannelOp::inquire, attempt->number);
  if (!event) return;
  const auto keep_asking = [&] {
    if (!asked || attempt->inquire_at == TimePoint{}) return;
    step.happened("attempt_inquired", {{"number", attempt->number}, {"code", news.code}});
    climb_inquiry_ladder(step, *attempt, asked, told);
    step.changed(*attempt);
  };
  if (!rival.empty()) {
    second_use(step, attempt->number, transaction_of(attempt->channel_transaction, news), rival);
    if (news.unasked) step.call(ChannelOp::inquire, attempt->number);
  }
  // Money in another currency cannot be booked in this order's: a person must find out what the institution did.
  if (*event == AttemptEvent::approved_unusable && (!news.amount || news.amount->currency != order.currency)) {
    step.happened("foreign_money_heard", {{"number", attempt->number}});
    step.alert("amount_mismatch", attempt->number, Severity::critical,
               "the channel reports money in another currency for attempt " + attempt->number);
    return keep_asking();
  }

  const auto rule = find_rule(attempt->state, *event);
  if (!rule) {
    contradiction(step, *attempt, news);
    return keep_asking();
  }

  const bool moved = rule->to != attempt->state;
  const bool new_voucher = news.voucher && *news.voucher != attempt->voucher;
  if (!moved && !asked && !new_voucher) return;  // Heard before.
  attempt->state = rule->to;
  attempt->code = news.code.empty() ? attempt->code : news.code;
  if (new_voucher) attempt->voucher = *news.voucher;
  if (!news.channel_transaction.empty() && rival.empty()) attempt->channel_transaction = news.channel_transaction;
  step.changed(*attempt);
  const auto happened = [&] {
    step.happened(moved ? "attempt_" + std::string{name_of(attempt->state)} : std::string{"attempt_inquired"},
                  {{"number", attempt->number},
                   {"ending", std::string{name_of(news.ending)}},
                   {"code", news.code},
                   {"channel_transaction", attempt->channel_transaction},
                   {"received_amount", attempt->received_amount},
                   {"paid_at", when(attempt->paid_at)}});
  };
  const auto keep_money = [&] {
    attempt->received_amount = news.amount->amount;
    attempt->paid_at = believable(step, news, attempt->path, attempt->sent_at);
    step.keep_transaction(NumberKind::payment, attempt->path, attempt->channel_transaction, attempt->number);
  };
  const auto end = [&] {
    attempt->finished_at = step.now();
    // Only at the end of the ladder was a person called.
    if (static_cast<std::size_t>(attempt->inquiries) >= policy.inquiry_ladder.size())
      step.resolve_alert("attempt_in_doubt", attempt->number,
                         "The channel has told: the attempt is " + std::string{name_of(attempt->state)} + ".");
    step.re_arm(TimerKind::attempt_inquiry, attempt->number, attempt->inquire_at, TimePoint{});
  };

  switch (rule->effect) {
    case AttemptEffect::none:
      end();
      happened();
      break;
    case AttemptEffect::inquire_later:
      happened();
      climb_inquiry_ladder(step, *attempt, asked, told);
      break;
    case AttemptEffect::use_money:
      keep_money();
      end();
      happened();
      return use_money(step, *attempt);
    case AttemptEffect::return_money:
      keep_money();
      end();
      happened();
      return_money(step, *attempt, right_amount);
      break;
  }
  notice_attempts_ended(step);
}

void hear_about_refund(StepBuilder& step, const ChannelWord& news) {
  auto* refund = step.find_refund(news.number);
  if (news.unasked && news.ending != Ending::approved && news.ending != Ending::declined) return;
  auto event = event_of(news);
  const bool went_back = event == RefundEvent::approved && !is_terminal(refund->state);
  const auto rival = went_back ? rival_of(step, *refund, news) : std::string{};
  const bool is_doubtful = !rival.empty() || contradicts(*refund, step.order().currency, news);
  if (is_doubtful) {
    if (rival.empty())
      contradiction(step, *refund, news);
    else
      second_use(step, refund->id, transaction_of(refund->channel_transaction, news), rival);
    if (is_terminal(refund->state)) return;
    if (news.unasked) return step.call(ChannelOp::inquire_refund, refund->id);
    event = RefundEvent::silent;  // Nobody knows what went back: asked again, and parked for a person in the end.
  }
  if (!find_rule(refund->state, event)) return;
  if (!news.code.empty()) refund->code = news.code;
  if (!news.channel_transaction.empty() && rival.empty()) refund->channel_transaction = news.channel_transaction;
  if (event == RefundEvent::approved) refund->refunded_at = believable(step, news, refund->path, refund->created_at);
  move_refund(step, news.number, event);
}

}  // namespace tael
