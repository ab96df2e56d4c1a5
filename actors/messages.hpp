// Every message between actors, as plain structs. Requests are imperatives, answers past participles,
// views nouns; what an actor sends to itself ends in `Due`. No CAF header, no pointer, no card number.
#pragma once

#include "actors/domain/breaker_tree.hpp"
#include "actors/domain/link_health.hpp"
#include "actors/domain/order_life.hpp"
#include "actors/domain/records.hpp"
#include "actors/domain/refusal.hpp"
#include "actors/ports/channel.hpp"
#include "actors/ports/renderer.hpp"
#include "actors/ports/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tael {

// --- refusals ------------------------------------------------------------------------------------

struct Refused {
  Refusal refusal = Refusal::unavailable;
  std::string detail;  ///< One sentence for the caller.
  std::optional<TimePoint> retry_at;
  bool nothing_done = false;  ///< For certain: nothing of the request was carried out.
};

// --- business -> order ---------------------------------------------------------------------------

/// Who asked, and under which Idempotency-Key. `key` is empty without one.
struct Claim {
  std::string business, route, key, body_hash, request_id;
  bool unfinished = false;  ///< The key is written down already, its answer is not.
};

struct CreateOrder {
  Claim claim;
  Order draft;  ///< Its id, shard and version are the owner's to set.
};
struct PayOrder {
  Claim claim;
  std::string order_id, path;
};
struct ViewOrder {
  std::string business, order_id;
};
struct FindOrder {
  std::string business, order_no;
};
struct CloseOrder {
  Claim claim;
  std::string order_id;
};
struct RefundOrder {
  Claim claim;
  std::string order_id, refund_no;
  std::int64_t amount = 0;
  Currency currency;
  std::string reason;
};
/// An operator asks the channel again, now.
struct SyncOrder {
  std::string order_id;
};

/// An operator takes up what is parked of an order: itself, its refunds, its notices.
struct ResumeOrder {
  std::string order_id, cause;
};

/// What the owner answers: a view, a stored answer to repeat byte for byte, or a refusal.
using OrderReply = std::variant<OrderView, StoredAnswer, Refused>;

// --- institution -> channel -> order -------------------------------------------------------------

struct HearCallback {
  std::string channel;
  RawCallback raw;
};
struct CallbackHeard {
  Acknowledgement acknowledgement;
};

/// What the channel said about one of our numbers, on its way to the order.
struct HearWord {
  std::string order_id;
  ChannelWord word;
  Exchange exchange;
  std::string cause;
};
struct WordHeard {
  Reception reception = Reception::again;
  bool number_unknown = false;  ///< No order or attempt of ours has it: money may have arrived that we know nothing of.
};

// --- order -> breaker ----------------------------------------------------------------------------

constexpr OpClass class_of(ChannelOp op) {
  switch (op) {
    case ChannelOp::pay:
    case ChannelOp::transfer: return OpClass::pay;
    case ChannelOp::refund: return OpClass::refund;
    case ChannelOp::close: return OpClass::close;
    case ChannelOp::inquire:
    case ChannelOp::inquire_refund:
    case ChannelOp::inquire_transfer: return OpClass::query;
  }
  return OpClass::query;
}

/// Leave to make one call, from every level of its path. Whoever holds it reports once; a lost probe expires.
struct Permit {
  std::string path;
  OpClass op = OpClass::pay;
  PathPermit levels;
};
struct AskPermit {
  std::string path;
  OpClass op = OpClass::pay;
};
struct PermitRefused {
  std::string reason;
  std::optional<TimePoint> retry_at;
  Refusal refusal = Refusal::path_open;
  std::string by{};  ///< The level that refused: the path itself, its method or its channel.
};
using PermitReply = std::variant<Permit, PermitRefused>;

/// How a permitted call ended, as the channel answered it.
struct ReportCall {
  Permit permit;
  bool ignored = false;  ///< The call was not made after all, for a reason of ours: gives the permit back.
  Ending ending = Ending::silent;
  Transport transport = Transport::unknown;
  bool authentic = false;
  int status = 0;
  Duration took{0};
  FaultScope scope = FaultScope::path;
  bool number_unknown = false;  ///< It answered that it has no such order.
};

// --- operator, supervisor -> breaker -> cashier --------------------------------------------------

/// A hand on the switch of a channel, a method or a path, for every operation class. Without an end it lasts until
/// somebody switches again. `seen` is what the hand believes to be the newest event; another one refuses it.
struct SwitchPath {
  std::string path;
  SwitchOrder order;
  std::optional<std::int64_t> seen{};
};
/// The same for a whole channel. Told, not asked; waits for breakers that are not there yet.
struct SwitchChannel {
  std::string channel;
  SwitchOrder order;
};
struct ViewBreaker {
  std::string path;
};
struct ViewBreakers {};
struct BreakerView {
  std::string path;  ///< `channel`, `channel/method` or `channel/method/bank`.
  OpClass op = OpClass::pay;
  StaticSwitch static_switch = StaticSwitch::on;
  BreakerState state = BreakerState::closed;  ///< As a caller meets it: the worst of this level and those above.
  BreakerState own = BreakerState::closed;    ///< Of this level alone.
  bool degraded = false;
  std::int64_t seq = 0;
  TimePoint until{};                 ///< End of the open time or of the override; zero when neither.
  std::string cause, actor, reason;  ///< Of its last move; empty before the first.
  CallCounts window, long_window;    ///< As they are now.
  int leases = 0;                    ///< Probes out.
  int stage = 0, stages = 0;         ///< Of half open.
  int openings = 0;                  ///< In a row.
  TimePoint at{};                    ///< Of its last move.
};
struct BreakersView {
  std::vector<BreakerView> breakers;  ///< By path, parents first; then by operation class.
};
/// A move that is durable. Listeners hear each node's moves in the order of `event.seq`.
struct BreakerMoved {
  std::string path;
  BreakerEvent event;
  OpClass op = OpClass::pay;
};

// --- order -> channel ----------------------------------------------------------------------------

/// `path` names the channel (its first part), the method and the bank.
struct CallChannel {
  std::string path;
  ChannelRequest request;
};
struct ChannelAnswered {
  ChannelAnswer answer;
};

/// What an institution posted, for the channel to verify and read.
struct ReadCallback {
  std::string channel;
  RawCallback raw;
};
/// With the acknowledgement for each way its reception may end, so that nobody has to ask again.
struct CallbackRead {
  Callback callback;
  Acknowledgement taken, refused, again;
};

// --- everyone -> store ---------------------------------------------------------------------------

struct Remember {
  Commit commit;
};
struct Remembered {
  CommitResult result;
};

// --- timers, notices, accounts: told, never asked --------------------------------------------------

/// The rows are durable; the heap in memory follows.
struct ArmTimers {
  std::vector<Timer> struck, set;
};
/// Repeated, ever more slowly, until the timer is struck.
struct TimerDue {
  Timer timer;
};
struct DeliverNotice {
  Notice notice;
};
struct NoticeMoved {
  Notice notice;
};
/// An operator has the parked notices of an order sent again.
struct ResumeNotices {
  std::string order_id, cause;
};
struct NoticesResumed {
  std::size_t count = 0;
  std::string error;  ///< Not empty: they could not be read or written down.
};
struct ApplyPostings {
  std::vector<PostingOnItsWay> postings;
};

// --- alerts ------------------------------------------------------------------------------------------

/// Told by the store: some were raised or resolved just now.
struct AlertsMoved {};

/// A person acknowledges or resolves one.
struct HandleAlert {
  std::int64_t id = 0;
  bool resolve = false;
  std::string actor, reason;
};
using AlertReply = std::variant<AlertRecord, Refused>;

// --- order -> link monitor -------------------------------------------------------------------------

/// An attempt left, or its payer has paid. Told, never asked.
struct LinkSeen {
  std::string path;
  TimePoint sent_at{};
  bool paid = false;
};
struct TurnLinkMonitor {
  LinkMode to = LinkMode::on;
  std::string actor, reason;
};
struct ViewLinks {};
struct LinkView {
  std::string path;
  int sent = 0, paid = 0;                ///< Of the time that is judged: old enough that payers have had theirs.
  int sent_lately = 0, paid_lately = 0;  ///< Since then; many may still complete.
  bool silent = false;
  int usual_sent = 0;  ///< Of the path's own past, before the time that is judged.
  int usual_rate = 0;  ///< Of a thousand: of that past; while silent, what it fell from.
};
struct LinksView {
  LinkMode mode = LinkMode::on;
  std::vector<LinkView> links;
};

// --- order -> its owner ----------------------------------------------------------------------------

/// Nothing is under way in this order after `heard` routed messages: it may leave memory.
struct OrderAtRest {
  std::string id;
  std::uint64_t heard = 0;
};
/// Loads an order that a restart interrupted; loading is recovering.
struct WakeOrder {};
/// Peers are known and the store may be read: begin. Said again when the fate of a commit is unknown: what it may have
/// written is read again, and what is known already stays as it is.
struct Begin {};

}  // namespace tael
