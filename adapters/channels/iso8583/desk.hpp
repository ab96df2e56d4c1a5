// What a bank host's channel does, question by question. Everything a call needs is here, and calls under way keep it
// alive; the channel itself may be thrown away at any time.
#pragma once

#include "adapters/channels/iso8583/iso8583_messages.hpp"
#include "adapters/channels/iso8583/response_codes.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace tael::iso8583 {

/// One call of an actor, from question to answer.
struct Errand {
  ChannelRequest request;
  Duration deadline{0};
  TimePoint begun{};
  std::function<void(ChannelAnswer)> done;
  ChannelAnswer answer;
};
using ErrandRef = std::shared_ptr<Errand>;

/// Text that an exchange may hold: without card numbers and control characters, and not too long.
std::string written(std::string_view text);

class Desk : public std::enable_shared_from_this<Desk> {
 public:
  Desk(Iso8583Options options, FrameClient& client, TraceBook& book, Clock& clock)
      : options_(std::move(options)), client_(client), book_(book), clock_(clock) {}

  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done);

 private:
  using Then = std::function<void(const TraceReply&)>;

  // --- the five questions ---

  void pay(const ErrandRef& errand);

  /// A number is sent once. What is known of it is the answer.
  void pay_again(const ErrandRef& errand, const WireTrace& known);
  void inquire(const ErrandRef& errand);
  void close(const ErrandRef& errand);
  void refund(const ErrandRef& errand);
  void send_refund(const ErrandRef& errand, const WireTrace& trace, const WireTrace& original, bool repeated);

  /// A host that cannot be asked is told again: the repeat of a refund moves nothing twice, for it has the same trace
  /// number.
  void inquire_refund(const ErrandRef& errand);
  void ask(const ErrandRef& errand, const WireTrace& trace);

  // --- reversals ---

  /// From here on the payment counts for nothing, whatever comes; its reversal is repeated until it is answered.
  void undo(const ErrandRef& errand, const WireTrace& payment);

  /// To who closed, it is closed; to who asked, it was not paid.
  void end_undone(const ErrandRef& errand, const std::string& code);

  // --- out and back ---

  /// `repeated`: the same was said before, and may have been heard.
  void exchange(const ErrandRef& errand, const Message& message, Question question, const WireTrace& trace,
                bool repeated = false);
  void hear(const ErrandRef& errand, const Message& asked, Question question, const WireTrace& trace,
            const FrameAnswer& heard);
  std::string doubt(std::string_view bytes, const Decoded& decoded, const Message& asked) const;

  /// The book hears of it before whoever asked does.
  void conclude(const ErrandRef& errand, Question question, const WireTrace& trace, Ending ending, std::string code);
  void report(const ErrandRef& errand, Question question, Ending ending);
  static void disown(ChannelAnswer& answer);

  // --- from the book ---

  WireTrace draft(const Errand& errand, const std::string& number);
  void opened(const ErrandRef& errand, WireTrace wanted, Then then);
  void found(const ErrandRef& errand, const std::string& number, Then then);
  void settled(const ErrandRef& errand, TraceState from, WireTrace to, Then then);

  /// Steps run on threads of the book and of the client, where nobody but us would catch what they throw.
  void survive(const ErrandRef& errand, const std::function<void()>& step);

  /// Without the book nothing leaves us; what has left is in doubt.
  TraceBook::Done guarded(const ErrandRef& errand, Then then);
  void from_book(const ErrandRef& errand, const WireTrace& trace, Ending otherwise, const std::string& code);

  /// Written before anything leaves, the book is the witness that nothing did.
  void never_sent(const ErrandRef& errand);

  /// An answer out of the book: as believable as the host's, for that is where it came from.
  void end_at_home(const ErrandRef& errand, Ending ending, const std::string& code);
  static void say_from_book(Errand& errand);
  void end(const ErrandRef& errand, Ending ending, const std::string& code);
  Exchange open_exchange(const Errand& errand) const;

  const Iso8583Options options_;
  FrameClient& client_;
  TraceBook& book_;
  Clock& clock_;
  std::atomic<std::size_t> next_terminal_{0};
};

}  // namespace tael::iso8583
