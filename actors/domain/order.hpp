// The current state of one order and all that belongs to it, as values. The owner is the order
// actor; the store keeps exactly these fields; `order_life.hpp` decides how they change.
#pragma once

#include "actors/domain/channel_outcome.hpp"
#include "actors/domain/ids.hpp"
#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"

#include <string>
#include <vector>

namespace tael {

/// By what every figure can be cut. Carried by every message and every row.
struct BusinessContext {
  std::string business;     ///< Who calls us.
  std::string order_type;   ///< escrow, instant, recharge, withdraw, transfer...
  std::string scene;        ///< presale, advertising...
  std::string institution;  ///< The channel's institution; empty while no channel is chosen.
  friend bool operator==(const BusinessContext&, const BusinessContext&) = default;
};

enum class OrderState { created, paying, closing, paid, closed };
enum class AttemptState { sent, pending, in_doubt, succeeded, declined, not_sent, closed, surplus };
enum class RefundState { requested, sent, in_doubt, refunded, rejected, parked };
enum class RefundCause { requested, duplicate, late, mismatch };
enum class NoticeState { due, delivered, parked };

std::string_view name_of(OrderState state);
std::string_view name_of(AttemptState state);
std::string_view name_of(RefundState state);
std::string_view name_of(RefundCause cause);
std::string_view name_of(NoticeState state);

/// What the payer needs to go on: `kind` is qr, redirect, params or none.
struct Voucher {
  std::string kind = "none";
  std::string value;  ///< qr: the code's text; redirect: a URL; params: a JSON object as text.
  friend bool operator==(const Voucher&, const Voucher&) = default;
};

/// One call to one channel for an order, with a number of its own.
struct Attempt {
  std::string number;  ///< What the channel knows it by; never changes (`attempt_number`).
  int no = 0;          ///< 1 for the order's first.
  std::string path;    ///< `channel/method/bank`
  std::string institution;
  AttemptState state = AttemptState::sent;
  std::int64_t amount = 0;           ///< Asked for, minor units of the order's currency.
  std::int64_t received_amount = 0;  ///< What the channel says it took; 0 before success.
  std::string channel_transaction;
  std::string code;         ///< The channel's last word, for people.
  std::string request_key;  ///< The Idempotency-Key that made it; empty without one.
  Voucher voucher;
  int inquiries = 0;       ///< Rungs of the inquiry ladder used.
  TimePoint inquire_at{};  ///< When the armed inquiry is due; zero when none is armed.
  TimePoint sent_at{};
  /// When the money was paid: by the channel's clock where it told a time that can be, else when we heard of it.
  TimePoint paid_at{};
  TimePoint finished_at{};  ///< By our clock: when we heard how it ended.
  friend bool operator==(const Attempt&, const Attempt&) = default;
};

/// Money going back by the original route, for a business or for a surplus.
struct Refund {
  std::string id;  ///< Also the number the channel knows it by (`refund_number`).
  int no = 0;
  std::string refund_no;  ///< The business's number; for a surplus the attempt's number.
  std::string attempt;    ///< Number of the attempt whose money returns.
  std::string path;
  std::int64_t amount = 0;
  std::string reason;
  RefundCause cause = RefundCause::requested;
  RefundState state = RefundState::requested;
  std::string code;
  std::string channel_transaction;
  int tries = 0;        ///< Rungs of the refund ladder used.
  TimePoint next_at{};  ///< When the armed try or inquiry is due; zero when none is armed.
  TimePoint created_at{};
  TimePoint refunded_at{};  ///< Like an attempt's `paid_at`.
  TimePoint finished_at{};  ///< By our clock.
  friend bool operator==(const Refund&, const Refund&) = default;
};

/// A message to the business that something happened.
struct Notice {
  std::string id;  ///< webhook-id, the same at every try.
  std::string order_id;
  Shard shard = 0;
  std::string business;
  std::string type;  ///< order.paid, order.closed, refund.succeeded, refund.failed
  std::string url;
  std::string body;  ///< Exactly the bytes that are signed and sent.
  NoticeState state = NoticeState::due;
  int tries = 0;
  TimePoint next_at{};  ///< When the next try is due; zero when delivered or parked.
  std::string last_error;
  TimePoint created_at{};
  std::int64_t version = 1;
  friend bool operator==(const Notice&, const Notice&) = default;
};

/// Of one order. A payer who tries again and again, and whoever else has the link, must not make an order grow without
/// end.
inline constexpr std::size_t attempts_max = 50;
/// WeChat Pay takes 50 refunds of one payment; surplus money goes back beyond this all the same.
inline constexpr std::size_t refunds_max = 50;

struct Order {
  std::string id;
  Shard shard = 0;
  BusinessContext context;
  std::string order_no;   ///< The business's number, unique per business.
  std::string body_hash;  ///< SHA-256 of the request that created it, lower-case hex.
  std::int64_t amount = 0;
  Currency currency;
  std::string subject;
  std::string notify_url, cancel_url;
  std::string payer, legs, detail;  ///< Opaque JSON texts; empty when absent.
  OrderState state = OrderState::created;
  std::int64_t paid_amount = 0;
  std::int64_t refunding_amount = 0;  ///< Reserved by refunds under way.
  std::int64_t refunded_amount = 0;
  std::int64_t fee_bps = 0;  ///< The business's fee when the order was made.
  std::string paid_by;       ///< Number of the attempt that paid; empty before.
  std::string close_reason;  ///< request or expiry; empty while open.
  int close_tries = 0;
  TimePoint paid_at{};   ///< Of the attempt that paid: for people and for bills. Nothing of ours is timed by it.
  TimePoint heard_at{};  ///< When we heard that it is paid.
  TimePoint expires_at{}, created_at{}, closed_at{};
  TimePoint close_at{};      ///< When the armed close timer is due; zero when none is armed.
  bool poisoned = false;     ///< Parked by its supervisor; answers reads only.
  std::int64_t version = 0;  ///< Of its last journal row; 0 before it exists.
  std::vector<Attempt> attempts;
  std::vector<Refund> refunds;
  int notices = 0;  ///< Notices made so far.
};

}  // namespace tael
