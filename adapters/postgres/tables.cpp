#include "adapters/postgres/tables.hpp"

namespace tael::postgres {
namespace {

/// Business, order type and scene; `institution` stands apart because it may become known later.
template <auto... Path>
auto context_columns() {
  return Columns<RowOf<Path...>>{
      column<Path..., &BusinessContext::business>("business"),
      column<Path..., &BusinessContext::order_type>("order_type"),
      column<Path..., &BusinessContext::scene>("scene"),
  };
}

template <auto... Path>
auto whole_context_columns() {
  return context_columns<Path...>() +
         Columns<RowOf<Path...>>{column<Path..., &BusinessContext::institution>("institution")};
}

Columns<EventRow> journal_columns() {
  constexpr auto row = &EventRow::row;
  return Columns<EventRow>{
             column<row, &JournalRow::shard>("shard"),
             column<row, &JournalRow::entity>("entity"),
             column<row, &JournalRow::version>("version"),
             column<row, &JournalRow::kind>("kind"),
             column<&EventRow::body>("body"),
             column<row, &JournalRow::cause>("cause"),
             column<row, &JournalRow::at>("at"),
             column<&EventRow::epoch>("epoch"),
         } +
         whole_context_columns<row, &JournalRow::context>();
}

void order_columns(Tables& t) {
  t.order_key = {column<&Order::shard>("shard"), column<&Order::id>("id")};
  t.order_fixed = context_columns<&Order::context>() + Columns<Order>{
                                                           column<&Order::order_no>("order_no"),
                                                           column<&Order::body_hash>("body_hash"),
                                                           column<&Order::amount>("amount"),
                                                           column<&Order::currency>("currency"),
                                                           column<&Order::subject>("subject"),
                                                           column<&Order::notify_url>("notify_url"),
                                                           column<&Order::cancel_url>("cancel_url"),
                                                           column<&Order::payer>("payer"),
                                                           column<&Order::legs>("legs"),
                                                           column<&Order::detail>("detail"),
                                                           column<&Order::fee_bps>("fee_bps"),
                                                           column<&Order::created_at>("created_at"),
                                                       };
  t.order_state = {
      column<&Order::context, &BusinessContext::institution>("institution"),
      column<&Order::state>("state"),
      column<&Order::paid_amount>("paid_amount"),
      column<&Order::refunding_amount>("refunding_amount"),
      column<&Order::refunded_amount>("refunded_amount"),
      column<&Order::paid_by>("paid_by"),
      column<&Order::close_reason>("close_reason"),
      column<&Order::close_tries>("close_tries"),
      time_or_none<&Order::expires_at>("expires_at"),
      time_or_none<&Order::paid_at>("paid_at"),
      time_or_none<&Order::heard_at>("heard_at"),
      time_or_none<&Order::closed_at>("closed_at"),
      time_or_none<&Order::close_at>("close_at"),
      column<&Order::poisoned>("poisoned"),
      column<&Order::notices>("notices"),
      column<&Order::version>("version"),
  };
}

void attempt_columns(Tables& t) {
  constexpr auto attempt = &AttemptRow::attempt;
  constexpr auto voucher = &Attempt::voucher;
  t.attempt_key = {column<&AttemptRow::shard>("shard"), column<&AttemptRow::order_id>("order_id"),
                   column<attempt, &Attempt::no>("no"), column<attempt, &Attempt::number>("number")};
  t.attempt_fixed = context_columns<&AttemptRow::context>() + Columns<AttemptRow>{
                                                                  column<attempt, &Attempt::path>("path"),
                                                                  column<attempt, &Attempt::institution>("institution"),
                                                                  column<attempt, &Attempt::amount>("amount"),
                                                                  column<&AttemptRow::currency>("currency"),
                                                                  column<attempt, &Attempt::request_key>("request_key"),
                                                              };
  t.attempt_state = {
      column<attempt, &Attempt::state>("state"),
      column<attempt, &Attempt::received_amount>("received_amount"),
      column<attempt, &Attempt::channel_transaction>("channel_transaction"),
      column<attempt, &Attempt::code>("code"),
      column<attempt, voucher, &Voucher::kind>("voucher_kind"),
      column<attempt, voucher, &Voucher::value>("voucher_value"),
      column<attempt, &Attempt::inquiries>("inquiries"),
      time_or_none<attempt, &Attempt::inquire_at>("inquire_at"),
      time_or_none<attempt, &Attempt::sent_at>("sent_at"),
      time_or_none<attempt, &Attempt::paid_at>("paid_at"),
      time_or_none<attempt, &Attempt::finished_at>("finished_at"),
  };
}

void refund_columns(Tables& t) {
  constexpr auto refund = &RefundRow::refund;
  t.refund_key = {column<&RefundRow::shard>("shard"), column<&RefundRow::order_id>("order_id"),
                  column<refund, &Refund::no>("no"), column<refund, &Refund::id>("id")};
  t.refund_fixed =
      whole_context_columns<&RefundRow::context>() +
      Columns<RefundRow>{
          column<refund, &Refund::refund_no>("refund_no"), column<refund, &Refund::attempt>("attempt"),
          column<refund, &Refund::path>("path"),           column<refund, &Refund::amount>("amount"),
          column<&RefundRow::currency>("currency"),        column<refund, &Refund::reason>("reason"),
          column<refund, &Refund::cause>("cause"),         time_or_none<refund, &Refund::created_at>("created_at"),
      };
  t.refund_state = {
      column<refund, &Refund::state>("state"),
      column<refund, &Refund::code>("code"),
      column<refund, &Refund::channel_transaction>("channel_transaction"),
      column<refund, &Refund::tries>("tries"),
      time_or_none<refund, &Refund::next_at>("next_at"),
      time_or_none<refund, &Refund::refunded_at>("refunded_at"),
      time_or_none<refund, &Refund::finished_at>("finished_at"),
  };
}

void notice_columns(Tables& t) {
  constexpr auto notice = &NoticeRow::notice;
  t.notice_key = {column<notice, &Notice::shard>("shard"), column<notice, &Notice::order_id>("order_id"),
                  column<notice, &Notice::id>("id")};
  t.notice_fixed = {
      column<notice, &Notice::business>("business"),
      column<&NoticeRow::context, &BusinessContext::order_type>("order_type"),
      column<&NoticeRow::context, &BusinessContext::scene>("scene"),
      column<&NoticeRow::context, &BusinessContext::institution>("institution"),
      column<notice, &Notice::type>("type"),
      column<notice, &Notice::url>("url"),
      column<notice, &Notice::body>("body"),
      time_or_none<notice, &Notice::created_at>("created_at"),
  };
  t.notice_state = {
      column<notice, &Notice::state>("state"),           column<notice, &Notice::tries>("tries"),
      time_or_none<notice, &Notice::next_at>("next_at"), column<notice, &Notice::last_error>("last_error"),
      column<notice, &Notice::version>("version"),
  };
}

void key_columns(Tables& t) {
  t.key_key = {column<&IdempotencyKey::business>("business"), column<&IdempotencyKey::route>("route"),
               column<&IdempotencyKey::key>("key")};
  t.key_fixed = {column<&IdempotencyKey::shard>("shard"), column<&IdempotencyKey::body_hash>("body_hash"),
                 column<&IdempotencyKey::at>("at")};
  t.key_state = {column<&IdempotencyKey::order_id>("order_id"), column<&IdempotencyKey::status>("status"),
                 column<&IdempotencyKey::answer>("answer")};
}

void ledger_columns(Tables& t) {
  t.entry =
      Columns<Entry>{
          column<&Entry::shard>("shard"),       column<&Entry::id>("id"),
          column<&Entry::cause>("cause"),       column<&Entry::rule>("rule"),
          column<&Entry::order_id>("order_id"), column<&Entry::at>("at"),
      } +
      whole_context_columns<&Entry::context>();
  t.channel_transaction = {
      column<&ChannelTransaction::channel>("channel"),
      column<&ChannelTransaction::kind>("kind"),
      column<&ChannelTransaction::transaction>("channel_transaction"),
      column<&ChannelTransaction::shard>("shard"),
      column<&ChannelTransaction::number>("number"),
  };
  constexpr auto posting = &PostingRow::posting;
  t.posting = {
      column<&PostingRow::shard>("shard"),
      column<&PostingRow::entry>("entry"),
      column<&PostingRow::no>("no"),
      column<posting, &Posting::account>("account"),
      column<posting, &Posting::amount>("amount"),
      column<posting, &Posting::currency>("currency"),
  };
  t.posting_due = {
      column<&PostingOnItsWay::shard>("shard"),       column<&PostingOnItsWay::entry>("entry"),
      column<&PostingOnItsWay::account>("account"),   column<&PostingOnItsWay::amount>("amount"),
      column<&PostingOnItsWay::currency>("currency"),
  };
  t.account_key = {column<&AccountRow::shard>("shard"), column<&AccountRow::id>("id")};
  t.account_fixed = {column<&AccountRow::kind>("kind"), column<&AccountRow::currency>("currency")};
  t.account_state = {column<&AccountRow::balance>("balance"), column<&AccountRow::version>("version"),
                     column<&AccountRow::at>("at")};
}

void other_columns(Tables& t) {
  t.timer = {column<&Timer::shard>("shard"), column<&Timer::due_at>("due_at"), column<&Timer::kind>("kind"),
             column<&Timer::ref>("ref")};
  t.exchange = {
      column<&Exchange::shard>("shard"),           column<&Exchange::order_id>("order_id"),
      column<&Exchange::number>("number"),         column<&Exchange::channel>("channel"),
      column<&Exchange::direction>("direction"),   column<&Exchange::op>("op"),
      column<&Exchange::request>("request"),       column<&Exchange::response>("response"),
      column<&Exchange::outcome>("outcome"),       column<&Exchange::status>("status"),
      column<&Exchange::started_at>("started_at"), column<&Exchange::took_ms>("took_ms"),
  };
  t.quarantined = {
      column<&QuarantinedMessage::shard>("shard"),     column<&QuarantinedMessage::channel>("channel"),
      column<&QuarantinedMessage::message>("message"), column<&QuarantinedMessage::order_id>("order_id"),
      column<&QuarantinedMessage::error>("error"),     column<&QuarantinedMessage::error_hash>("error_hash"),
      column<&QuarantinedMessage::crashes>("crashes"), column<&QuarantinedMessage::first_at>("first_at"),
      column<&QuarantinedMessage::last_at>("last_at"),
  };
  constexpr auto breaker = &ShardedBreaker::breaker;
  t.breaker_key = {column<&ShardedBreaker::shard>("shard"), column<breaker, &BreakerRow::path>("path"),
                   column<breaker, &BreakerRow::op>("op")};
  t.breaker_state = {
      column<breaker, &BreakerRow::static_switch>("static_switch"),
      column<breaker, &BreakerRow::state>("state"),
      column<breaker, &BreakerRow::seq>("seq"),
      time_or_none<breaker, &BreakerRow::until>("until"),
      column<breaker, &BreakerRow::from>("from_state"),
      column<breaker, &BreakerRow::cause>("cause"),
      column<breaker, &BreakerRow::actor>("actor"),
      column<breaker, &BreakerRow::at>("at"),
      column<breaker, &BreakerRow::generation>("generation"),
      column<breaker, &BreakerRow::reason>("reason"),
      column<breaker, &BreakerRow::total>("total"),
      column<breaker, &BreakerRow::failures>("failures"),
      column<breaker, &BreakerRow::timeouts>("timeouts"),
      column<breaker, &BreakerRow::exceptions>("exceptions"),
      column<breaker, &BreakerRow::slow>("slow"),
      column<breaker, &BreakerRow::probes_admitted>("probes_admitted"),
      column<breaker, &BreakerRow::probes_allowed>("probes_allowed"),
      column<breaker, &BreakerRow::probes_asked>("probes_asked"),
      column<breaker, &BreakerRow::probes_percent>("probes_percent"),
  };
}

void alert_columns(Tables& t) {
  constexpr auto alert = &AlertRecord::alert;
  t.alert_raised =
      Columns<AlertRecord>{
          column<alert, &Alert::shard>("shard"),     column<alert, &Alert::kind>("kind"),
          column<alert, &Alert::ref>("ref"),         column<alert, &Alert::severity>("severity"),
          column<alert, &Alert::message>("message"), column<alert, &Alert::channel>("channel"),
          column<alert, &Alert::at>("at"),           column<&AlertRecord::last_at>("last_at"),
          column<&AlertRecord::next_at>("next_at"),  column<&AlertRecord::count>("count"),
          column<alert, &Alert::usual>("usual"),
      } +
      whole_context_columns<alert, &Alert::context>();
  t.alert_key = {column<alert, &Alert::shard>("shard"), column<&AlertRecord::id>("id")};
  t.alert_state = {
      column<&AlertRecord::owner>("owner"),
      column<&AlertRecord::told>("told"),
      time_or_none<&AlertRecord::told_at>("told_at"),
      time_or_none<&AlertRecord::next_at>("next_at"),
      column<&AlertRecord::acknowledged_by>("acknowledged_by"),
      column<&AlertRecord::acknowledged_note>("acknowledged_note"),
      time_or_none<&AlertRecord::acknowledged_at>("acknowledged_at"),
      column<&AlertRecord::resolved_by>("resolved_by"),
      column<&AlertRecord::resolved_note>("resolved_note"),
      time_or_none<&AlertRecord::resolved_at>("resolved_at"),
      column<&AlertRecord::version>("version"),
  };
  t.alert_read = t.alert_key + t.alert_state +
                 Columns<AlertRecord>{
                     column<alert, &Alert::kind>("kind"),         column<alert, &Alert::ref>("ref"),
                     column<alert, &Alert::severity>("severity"), column<alert, &Alert::message>("message"),
                     column<alert, &Alert::channel>("channel"),   column<alert, &Alert::at>("at"),
                     column<&AlertRecord::last_at>("last_at"),    column<&AlertRecord::count>("count"),
                     column<alert, &Alert::usual>("usual"),
                 } +
                 whole_context_columns<alert, &Alert::context>();
  t.alert_resolution = {
      column<&AlertResolution::shard>("shard"), column<&AlertResolution::kind>("kind"),
      column<&AlertResolution::ref>("ref"),     column<&AlertResolution::note>("note"),
      column<&AlertResolution::at>("at"),       column<&AlertResolution::is_news>("is_news"),
  };
  t.alert_message_key = {column<&AlertMessage::shard>("shard"), column<&AlertMessage::alert>("alert"),
                         column<&AlertMessage::no>("no"), column<&AlertMessage::way>("way")};
  t.alert_message_fixed = {
      column<&AlertMessage::news>("news"),       column<&AlertMessage::recipient>("recipient"),
      column<&AlertMessage::subject>("subject"), column<&AlertMessage::body>("body"),
      column<&AlertMessage::at>("at"),
  };
  t.alert_message_state = {
      column<&AlertMessage::state>("state"),
      column<&AlertMessage::tries>("tries"),
      time_or_none<&AlertMessage::next_at>("next_at"),
      column<&AlertMessage::last_error>("last_error"),
  };
}

Tables make_tables() {
  Tables t;
  t.journal = journal_columns();
  order_columns(t);
  attempt_columns(t);
  refund_columns(t);
  notice_columns(t);
  key_columns(t);
  ledger_columns(t);
  other_columns(t);
  alert_columns(t);
  return t;
}

}  // namespace

const Tables& tables() {
  static const Tables made = make_tables();
  return made;
}

}  // namespace tael::postgres
