// What is certified: a channel's adapter, the simulated institution at its other end, and what the protocol between
// them can say. A protocol that cannot say a thing is not asked to; the table then says so, with the reason.
#pragma once

#include "actors/ports/channel.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/frame_client.hpp"
#include "actors/ports/trace_book.hpp"
#include "adapters/simulated/institution_options.hpp"
#include "runtime/institutions/branch.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tael::certify {

/// What a protocol can say. Begin with all of it; take away only what its document takes away.
struct Facts {
  bool signs_answers = true;         ///< An answer says who made it.
  bool names_answer_keys = true;     ///< And with which key.
  bool dates_answers = true;         ///< And when.
  bool calls_back = true;            ///< The institution tells us, unasked.
  bool names_callback_keys = true;   ///< What it tells says with which key it is signed.
  bool dates_callbacks = true;       ///< And when.
  bool tells_of_refunds = true;      ///< Refunds have callbacks too.
  bool tells_of_failures = true;     ///< So have payments that failed.
  bool shows_vouchers = true;        ///< The payer is shown something to pay with.
  bool closes_unknown = true;        ///< Closing a number that never came is answered.
  bool refuses_reuse = true;         ///< A number with other parameters is refused.
  bool remembers_rejections = true;  ///< A rejected refund can be asked about.
  bool changes_keys = true;          ///< Two keys of the institution are valid while it changes them.
  bool asks_about_payments = true;   ///< False: silence is taken back, an inquiry never asks.
  bool knows_its_numbers = true;     ///< That a number never came is said of its own books, not of an index that lags.
};

/// Where the adapter finds its institution, and what it needs to call it.
struct Surroundings {
  HttpClient& client;
  Clock& clock;
  Dice& dice;
  FrameClient* frames;  ///< Null where the institution speaks HTTP.
  TraceBook* traces;
  std::string base_url, callback_url;
};

struct Subject {
  std::string channel;
  Facts facts;
  /// Called with where callbacks go. Its port is any free one.
  std::function<InstitutionOptions(const std::string& callback_url)> make_institution;
  std::optional<BankFronts> fronts;                    ///< A bank behind front machines; their ports are any free ones.
  std::function<FrameProtocol(Clock&)> make_protocol;  ///< Of a bank.
  std::function<std::unique_ptr<Channel>(const Surroundings&)> make_channel;
  ChannelRequest sample;             ///< A payment that goes well, but for its number and time.
  std::vector<Currency> currencies;  ///< That it can be paid in.
  std::vector<std::string> secrets;  ///< No exchange may hold one of them.
};

}  // namespace tael::certify
