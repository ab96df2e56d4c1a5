// A configured way to an institution, as the actors see it. An adapter cannot send a message to an
// actor: it returns an outcome. It holds no order state and may be thrown away and made anew at any time.
#pragma once

#include "actors/domain/breaker_words.hpp"
#include "actors/domain/records.hpp"
#include "actors/ports/adapter_crash.hpp"
#include "actors/ports/http_client.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tael {

struct ChannelRequest {
  ChannelOp op = ChannelOp::pay;
  std::string order_id;
  Shard shard = 0;
  std::string number;               ///< Attempt number; for refund and inquire_refund the refund's number.
  std::string attempt;              ///< The attempt's number, also when `number` is a refund's.
  std::string channel_transaction;  ///< The channel's own number, once known.
  std::string method, bank;         ///< Last two parts of the path.
  Money amount;                     ///< To charge or to refund.
  Money total;                      ///< For refund: what the attempt received.
  std::string subject;              ///< For people; for refund the reason.
  TimePoint expires_at{};
  std::string
      payer{};  ///< JSON as the business gave it (`openid`, `auth_code`, `client_ip`...); for transfer the payee.
  TimePoint
      sent_at{};      ///< When the attempt was opened; what depends on the time is made from it, the same at a repeat.
  int inquiries = 0;  ///< Rungs of the inquiry ladder that were used before.
  /// The order waits for this attempt's money: where only repeating the payment tells what became of it, it may be
  /// repeated.
  bool is_wanted = false;
};

struct ChannelAnswer {
  Ending ending = Ending::silent;
  /// Inquiries only: the channel answered, authentically, that it has no such number.
  bool number_unknown = false;
  std::string code;     ///< The channel's own word: status or error code.
  std::string message;  ///< For people.
  std::string channel_transaction;
  std::optional<Money> amount;  ///< What the channel says it took or gave back.
  std::optional<Voucher> voucher;
  std::optional<TimePoint> at;  ///< When it happened, by the channel's clock; a date that cannot be read is none.
  /// What the answer says it is about, where it says so. The order compares it with the kind of its number.
  std::optional<NumberKind> about{};
  /// How far the call came, for the breaker: only `answered` and `unknown` reached the wire.
  Transport transport = Transport::unknown;
  bool authentic = false;  ///< The answer's signature verified.
  /// Which levels of the path an error speaks about, where the channel says so ("this bank is under maintenance").
  FaultScope scope = FaultScope::path;
  std::string alert;  ///< For the channel's owner: a word we do not know, a key that is refused. Mostly empty.
  Duration took{0};
  Exchange exchange;  ///< Masked; written down with the answer's effect.
  /// Given: the adapter died reading what it heard. Nothing but the exchange may be believed then.
  std::optional<AdapterCrash> crash{};
};

/// Said in place of an answer that the adapter died of: nobody knows what the call came to.
inline ChannelAnswer crashed_answer(AdapterCrash crash) {
  ChannelAnswer answer;
  answer.code = "adapter_crashed";
  answer.crash = std::move(crash);
  return answer;
}

/// What an institution sent to `POST /channels/{channel}/callback`, untouched.
struct RawCallback {
  std::string path_and_query;
  HttpHeaders headers;  ///< Names in lower case.
  std::string body;
  TimePoint heard_at{};
};

/// A callback after verification. When `refusal` is not empty nothing in `answer` may be believed.
struct Callback {
  /// bad_signature, stale, malformed, unknown_key, wrong_merchant; empty when authentic. `not_followed` is authentic
  /// and about nothing of ours: taken and forgotten.
  std::string refusal;
  ChannelOp op = ChannelOp::inquire;  ///< inquire: about a payment; inquire_refund: about a refund.
  std::string number;                 ///< Our number it speaks about.
  ChannelAnswer answer;               ///< Read as if we had inquired.
  Exchange exchange;
};

/// What goes back to the institution.
struct Acknowledgement {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

enum class Reception {
  taken,    ///< Durable: the institution may forget it.
  refused,  ///< Not authentic: never 2xx.
  again,    ///< Not now (unknown order, store down, too early): it shall repeat.
};

class Channel {
 public:
  virtual ~Channel() = default;
  /// `done` is called exactly once, from any thread, also when the deadline passes. What the outside
  /// world does never throws; a throw is our own mistake and the adapter is restarted. On a thread that
  /// is not the caller's the adapter catches it and gives `done` a `crashed_answer`.
  virtual void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) = 0;
  /// Verifies and reads a callback. Pure but for its keys.
  virtual Callback hear(const RawCallback& raw) = 0;
  virtual Acknowledgement acknowledge(Reception reception) const = 0;
};

using MakeChannel = std::function<std::unique_ptr<Channel>()>;

}  // namespace tael
