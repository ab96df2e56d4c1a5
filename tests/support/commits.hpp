// Builders of what actors ask the store to remember: one line each in a test.
#pragma once

#include "actors/ports/store.hpp"
#include "tests/support/orders.hpp"

namespace tael::testing {

inline std::uint64_t next_dice() {
  static std::uint64_t dice = 1000;
  return ++dice;
}

/// A new order with nothing left empty, so that a column that is forgotten is noticed.
inline Order full_order(const std::string& order_no, std::int64_t amount = 2500) {
  Order order;
  order.context = {"bakery", "instant", "presale", "aurora_bank"};
  order.order_no = order_no;
  order.shard = static_cast<Shard>(shard_for(order.context.business, order_no) % shards_total);
  order.id = make_id(morning, order.shard, next_dice());
  order.body_hash = "hash of " + order_no;
  order.amount = amount;
  order.currency = cny;
  order.subject = "bread, \"fresh\" \u9762\u5305";
  order.notify_url = "https://bakery.example/notices";
  order.cancel_url = "https://bakery.example/cancelled";
  order.payer = R"({"id":12345678901234567890123})";
  order.legs = R"([ {"tool" : "gateway"} ])";
  order.detail = R"({"price":19.990,"price \u00e9":1e2})";
  order.fee_bps = 60;
  order.created_at = morning;
  order.expires_at = morning + 30min;
  order.close_at = morning + 30min;
  order.version = 1;
  return order;
}

inline Order paid(Order order) {
  order.state = OrderState::paid;
  order.paid_amount = order.amount;
  order.paid_at = morning + 3s;
  order.heard_at = morning + 4s;
  return order;
}

inline JournalRow event(const Order& order, const std::string& kind) {
  return {.shard = order.shard,
          .entity = order.id,
          .version = order.version,
          .kind = kind,
          .body = {{"text", std::string{"a \"word\""}}, {"number", std::int64_t{-7}}, {"yes", true}},
          .cause = "test",
          .context = order.context,
          .at = morning + Duration{order.version}};
}

inline Commit creation(const Order& order) {
  Commit commit;
  commit.shard = order.shard;
  commit.journal = {event(order, "order_created")};
  commit.order = Write<Order>{order, true};
  commit.timers_set = {{order.shard, TimerKind::order_close, order.id, order.close_at}};
  return commit;
}

/// The order's next event; counts its version up.
inline Commit change(Order& order, const std::string& kind = "order_changed") {
  ++order.version;
  Commit commit;
  commit.shard = order.shard;
  commit.journal = {event(order, kind)};
  commit.order = Write<Order>{order, false};
  return commit;
}

inline Attempt full_attempt(const Order& order, int no) {
  return {.number = attempt_number(order.id, no),
          .no = no,
          .path = "aurora/qr/alder",
          .institution = "aurora_bank",
          .state = AttemptState::sent,
          .amount = order.amount,
          .received_amount = 0,
          .channel_transaction = "",
          .code = "WAIT",
          .request_key = "key-1",
          .voucher = {"qr", "aurora://pay/1"},
          .inquiries = 2,
          .inquire_at = morning + 10s,
          .sent_at = morning + 1s,
          .paid_at = morning + 2s,
          .finished_at = {}};
}

inline Refund full_refund(const Order& order, int no, std::int64_t amount) {
  return {.id = refund_number(order.id, no),
          .no = no,
          .refund_no = "r-" + std::to_string(no),
          .attempt = attempt_number(order.id, 1),
          .path = "aurora/qr/alder",
          .amount = amount,
          .reason = "stale",
          .cause = RefundCause::requested,
          .state = RefundState::requested,
          .code = "",
          .channel_transaction = "",
          .tries = 0,
          .next_at = morning + 5s,
          .created_at = morning + 2s,
          .refunded_at = morning + 3s,
          .finished_at = {}};
}

inline Notice full_notice(const Order& order, int no) {
  return {.id = notice_id(order.id, no),
          .order_id = order.id,
          .shard = order.shard,
          .business = order.context.business,
          .type = "order.paid",
          .url = order.notify_url,
          .body = R"({"type":"order.paid"})",
          .state = NoticeState::due,
          .tries = 0,
          .next_at = morning + std::chrono::seconds{no},
          .last_error = "",
          .created_at = morning + std::chrono::seconds{no},
          .version = 1};
}

/// What a payment books: the channel owes us, we owe the business its part, the fee is ours.
inline Entry payment_entry(const Order& order, const std::string& cause) {
  const auto fee = share_of(order.amount, order.fee_bps);
  return {.shard = order.shard,
          .id = attempt_number(order.id, 1) + ":payment",
          .cause = cause,
          .rule = "payment",
          .order_id = order.id,
          .context = order.context,
          .at = morning + 3s,
          .postings = {{"channel_receivable:aurora", order.amount, cny, true},
                       {"business_payable:bakery", fee - order.amount, cny, true},
                       {"fee_income", -fee, cny, false}}};
}

inline IdempotencyKey full_key(const Order& order, const std::string& key) {
  return {.shard = order.shard,
          .business = "bakery",
          .route = "POST /v1/orders",
          .key = key,
          .body_hash = "hash of a body",
          .order_id = order.id,
          .status = 201,
          .answer = R"({"id":"1"})",
          .at = morning};
}

}  // namespace tael::testing
