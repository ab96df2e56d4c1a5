// The four steps of a call to a channel: assemble, execute, parse, classify. Each is replaceable and can be tested
// alone; `execute` is the HttpClient port itself. A callback is verified, parsed and classified by the same steps, so
// what was heard and what was asked are read alike. Steps are immutable and may be used by several threads at once.
#pragma once

#include "actors/ports/channel.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// What a body says, field by field, as the channel spells it.
struct Reading {
  bool readable = false;  ///< False: not what the protocol prescribes; only `raw` means anything.
  /// inquire: about a payment; inquire_refund: about a refund; inquire_transfer. Of an answer, where the body says so.
  std::optional<ChannelOp> about;
  bool ignorable = false;   ///< Callbacks: authentic, and about nothing that we follow. Taken and forgotten.
  std::string word;         ///< Status of a success, code of an error.
  std::string code;         ///< Why a payment failed or a refund was rejected; empty otherwise.
  std::string message;      ///< For people.
  std::string merchant;     ///< Callbacks: whom it is meant for.
  std::string number;       ///< Ours.
  std::string transaction;  ///< Theirs.
  std::optional<Money> amount;
  std::optional<Voucher> voucher;
  std::optional<TimePoint> at;  ///< When the money moved, by the channel's clock; unreadable is none.
  std::string raw;              ///< The bytes it was read from.
};

/// Calls that money follows; the others ask, or close.
constexpr bool sends_money(ChannelOp op) {
  return op == ChannelOp::pay || op == ChannelOp::refund || op == ChannelOp::transfer;
}

/// What a request becomes: mostly a call. Some protocols send the payer's browser with a signed address and call
/// nobody; some requests lack what the protocol needs, and then nothing leaves us.
struct Assembled {
  HttpCall call;
  std::optional<Voucher> voucher;  ///< Given: nobody is called, the payer goes on with this.
  std::string refusal;             ///< Given: what is missing, as a code.
};

class Assembler {
 public:
  virtual ~Assembler() = default;
  /// A signed call, ready to send. The deadline is the caller's; parts of it may be made shorter.
  virtual Assembled assemble(const ChannelRequest& request, Duration deadline) const = 0;
};

class Verifier {
 public:
  virtual ~Verifier() = default;
  /// Why it may not be believed: not_signed, unknown_key, bad_signature, stale; empty when authentic.
  virtual std::string refuses(const HttpAnswer& answer, TimePoint now) const = 0;
  virtual std::string refuses(const RawCallback& callback) const = 0;
};

class Parser {
 public:
  virtual ~Parser() = default;
  /// `asked` is for protocols whose answers do not repeat what they answer: their `number` is the one asked about.
  virtual Reading parse(const HttpAnswer& answer, const ChannelRequest& asked) const = 0;
  virtual Reading parse(const RawCallback& callback) const = 0;
};

/// What an ending is judged from.
struct Evidence {
  ChannelOp op;
  std::string_view number;  ///< The one we asked about; empty for a callback, which names its own.
  Transport transport;
  int http_status;
  std::string_view refusal;  ///< From the verifier.
};

class Classifier {
 public:
  virtual ~Classifier() = default;
  /// Everything of the answer but its exchange and its times.
  virtual ChannelAnswer classify(const Evidence& evidence, const Reading& reading) const = 0;
};

}  // namespace tael
