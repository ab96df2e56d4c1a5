// A simulated institution, as a pure machine: requests, time and dice go
// in; replies and callbacks that are due come out. No socket, no thread, no clock. The simulator process
// and the in-process twin put the same machine behind a port or behind the HttpClient interface.
#pragma once

#include "actors/ports/dice.hpp"
#include "actors/ports/http_client.hpp"
#include "adapters/simulated/dialect.hpp"
#include "adapters/simulated/institution_book.hpp"
#include "adapters/simulated/institution_faults.hpp"
#include "adapters/simulated/institution_options.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tael {

struct InstitutionRequest {
  std::string method, target;
  HttpHeaders headers;  ///< Names in lower case.
  std::string body;
};

/// How a call ends on the wire.
enum class Manner {
  answer,
  cut,     ///< The connection closes without an answer.
  hang,    ///< Nothing ever comes.
  refuse,  ///< As if nobody listened: no byte was taken.
  reset,   ///< The connection breaks in the middle of the answer.
  drip,    ///< The answer comes a byte at a time, `drip_pause` between two.
};

struct InstitutionReply {
  Manner manner = Manner::answer;
  Duration after{0};  ///< The reply leaves this much later.
  Duration drip_pause{0};
  int status = 200;
  std::string content_type = "application/json";
  HttpHeaders headers;
  std::string body;
};

/// A callback that is due. Whoever sends it says what came of it (`callback_answered`).
struct InstitutionCallback {
  std::uint64_t id = 0;
  HttpCall call;
};

/// A word nobody guesses: `T4f0...`.
std::string make_word(Dice& dice, std::string_view prefix);

/// Invariants
///  - A number names one payment for ever; a repeat with the same parameters changes nothing.
///  - refunded plus refunds under way never exceed what was received.
///  - The book has one line per movement of money, written in the step that makes it true.
class Institution {
 public:
  /// The dice outlives the institution.
  Institution(InstitutionOptions options, Dice& dice);

  InstitutionReply handle(const InstitutionRequest& request, TimePoint now);
  /// Lets everything happen that is due: payers pay, refunds are decided, callbacks leave.
  std::vector<InstitutionCallback> tick(TimePoint now);
  /// What came of a callback; one that nobody acknowledged is sent again on the ladder.
  void callback_answered(std::uint64_t id, bool acknowledged, TimePoint now);
  /// Whether an answer to a callback takes it off the institution's hands.
  bool is_acknowledged(const HttpAnswer& answer) const { return dialect_->is_acknowledged(answer); }
  /// When `tick` has something to do next.
  std::optional<TimePoint> next_due() const;
  /// True while nothing shall listen on its port, and when that ends by itself.
  bool refuses_connections(TimePoint now) const { return board_.refuses_all(now); }
  std::optional<TimePoint> next_fault_end(TimePoint now) const { return board_.next_end(now); }

  const InstitutionOptions& options() const { return options_; }
  void set_url(std::string url) { options_.url = std::move(url); }
  InstitutionBook& book() { return book_; }
  FaultBoard& faults() { return board_; }
  /// The institution signs with its next key from now on.
  void rotate_key() { dialect_->rotate(); }

 private:
  enum class Deed { payer_pays, pays_after_close, refund_is_decided, transfer_is_decided, callback_leaves };
  struct Due {
    Deed deed;
    std::string number;          ///< Of the payment or refund.
    std::uint64_t callback = 0;  ///< callback_leaves: which.
  };
  /// How one copy of a callback is made.
  enum class Copy {
    right,
    forged,
    cut,
    stale,
    without_signature,
    unknown_key,
    other_amount,
    other_kind,
    other_transaction
  };
  struct PendingCallback {
    enum class About { payment, refund, transfer };
    About about = About::payment;
    std::string number, event;
    Copy copy = Copy::right;
    int tries = 0;
  };
  /// What a call is about, found before it is executed.
  struct Subject {
    ChannelOp op = ChannelOp::inquire;
    std::string number, method, bank;
    std::int64_t amount = 0;
  };

  // institution.cpp: the frame that all protocols share.
  InstitutionReply handle_api(const InstitutionRequest& request, TimePoint now);
  Subject subject_of(const HeardCall& call);
  Fault choose_fault(const Subject& subject, TimePoint now);
  InstitutionReply delayed(InstitutionReply reply);
  InstitutionReply spoil(const HeardCall& call, InstitutionReply house, Fault fault, TimePoint now);
  void spoil_delivery(InstitutionReply& reply, Fault fault) const;

  // institution_life.cpp: payments and refunds.
  InstitutionReply execute(const Subject& subject, const boost::json::object& body, Fault fault, TimePoint now);
  InstitutionReply pay(const Subject& subject, const boost::json::object& body, Fault fault, TimePoint now);
  InstitutionReply view_payment(const Subject& subject, TimePoint now);
  InstitutionReply close(const Subject& subject, const boost::json::object& body, TimePoint now);
  InstitutionReply refund(const Subject& subject, const boost::json::object& body, Fault fault, TimePoint now);
  InstitutionReply view_refund(const Subject& subject);
  InstitutionReply transfer(const Subject& subject, const boost::json::object& body, Fault fault, TimePoint now);
  InstitutionReply view_transfer(const Subject& subject);
  const InstitutionMethod* find_method(std::string_view method, std::string_view bank) const;
  boost::json::object show(const InstitutionPayment& payment) const;
  boost::json::object show(const InstitutionRefund& refund) const;
  boost::json::object show(const InstitutionTransfer& transfer) const;
  bool expire(InstitutionPayment& payment, TimePoint now) const;
  void settle(InstitutionPayment& payment, TimePoint now);
  void decide(InstitutionTransfer& transfer, TimePoint now);
  void decide(InstitutionRefund& refund, TimePoint now);
  void take_place(const Due& due, TimePoint now, std::vector<InstitutionCallback>& leaving);

  // institution_callbacks.cpp
  void schedule_callbacks(PendingCallback::About about, const std::string& number, Fault fault, TimePoint now);
  /// The callbacks of a payment that wait for a refund's to be heard first leave now, behind it.
  void release_held(const std::string& payment, TimePoint at);
  void falsify(boost::json::object& body, const PendingCallback& pending) const;
  std::optional<boost::json::object> show_subject(const PendingCallback& pending, std::string& url);
  std::optional<InstitutionCallback> make_callback(std::uint64_t id, TimePoint now);

  // institution_control.cpp: the control API and the payer's page.
  InstitutionReply control(const InstitutionRequest& request, TimePoint now);
  InstitutionReply payer_page(const InstitutionRequest& request, TimePoint now);
  InstitutionReply set_fault(const boost::json::object& body, TimePoint now);
  InstitutionReply change_settings(const boost::json::object& body);
  InstitutionReply pay_by_hand(const std::string& number, TimePoint now);
  InstitutionReply show_book() const;
  InstitutionReply show_payment(const std::string& number, TimePoint now);

  InstitutionOptions options_;
  Dice& dice_;
  FaultBoard board_;
  InstitutionBook book_;
  std::unique_ptr<Dialect> dialect_;
  std::multimap<TimePoint, Due> agenda_;
  std::map<std::uint64_t, PendingCallback> callbacks_;
  std::uint64_t callbacks_made_ = 0;
};

}  // namespace tael
