// How a simulated institution speaks. The machine behind it knows one set of words, those of the house protocol; a
// dialect reads requests of its own protocol into them and writes answers and callbacks out of them. So every fault of
// the table works in every protocol.
#pragma once

#include "actors/domain/channel_outcome.hpp"
#include "actors/domain/time.hpp"
#include "actors/ports/http_client.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tael {

class Institution;
struct InstitutionReply;
struct InstitutionRequest;

/// A call in the words of the house: members as in adapters/channels/http_json/README.md.
struct HeardCall {
  ChannelOp op = ChannelOp::inquire;
  boost::json::object body;
  std::string detail;    ///< The dialect's own note from hearing to answering.
  bool looks_up = true;  ///< Inquiries: by our number, as an index is asked; false: by the institution's own.
};

/// A status or an error code that no protocol has: what an institution says after its next release.
inline constexpr std::string_view unheard_of = "unheard_of";

/// How a message is signed; all but the first are faults.
enum class Signing { right, forged, absent, unknown_key };

class Dialect {
 public:
  virtual ~Dialect() = default;
  /// A call; or the reply itself, signed, when there is nothing to execute: a request that is refused, a bill, a key.
  virtual std::variant<HeardCall, InstitutionReply> hear(const InstitutionRequest& request, Institution& institution,
                                                         TimePoint now) = 0;
  /// What `status` and `body`, the house's answer, are in this protocol. Not signed yet.
  virtual InstitutionReply answer(const HeardCall& call, int status, const boost::json::object& body) = 0;
  virtual void sign(InstitutionReply& reply, Signing signing, TimePoint signed_at) = 0;
  /// A callback about `body`, a payment or refund with `type`, `merchant` and `event`; nothing when the protocol tells
  /// nobody about this. `cut` halves the body after signing.
  virtual std::optional<HttpCall> callback(const boost::json::object& body, Signing signing, TimePoint signed_at,
                                           TimePoint now, bool cut) = 0;
  /// From now on the institution signs with its next key.
  virtual void rotate() {}
  /// Whether the answer to a callback takes it off the institution's hands.
  virtual bool is_acknowledged(const HttpAnswer& answer) const { return answer.status >= 200 && answer.status < 300; }
};

}  // namespace tael
