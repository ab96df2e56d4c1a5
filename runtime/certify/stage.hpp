// Where cases are played: the subject's adapter with the production clients, over real sockets, in front of its
// simulated institution; an ear for callbacks; and the control API, which switches faults and shows the outside book.
// What a case expects and does not see is a finding; a case without one has passed.
#pragma once

#include "runtime/certify/subject.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tael::certify {

using namespace std::chrono_literals;

/// No call of a passing case comes near it.
inline constexpr Duration patience = 30s;
/// Of calls that are meant to end in silence.
inline constexpr Duration short_deadline = 800ms;

/// Received and given back, as the institution's own book has it.
struct Moved {
  std::int64_t received = 0, refunded = 0;
  friend bool operator==(const Moved&, const Moved&) = default;
};

/// A callback as it arrived, and what the adapter read in it.
struct Heard {
  RawCallback raw;
  Callback read;
};

class Stage {
 public:
  /// Throws std::runtime_error when a port cannot be had.
  explicit Stage(const Subject& subject);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // --- the adapter ---

  const Facts& facts() const;
  const std::vector<Currency>& currencies() const;
  Channel& channel();
  ChannelRequest payment();
  static ChannelRequest refund_of(const ChannelRequest& payment, std::int64_t amount);
  ChannelAnswer call(ChannelRequest request, ChannelOp op, Duration deadline = patience);
  /// The institution's number is remembered in the request, as an order would.
  ChannelAnswer pay(ChannelRequest& request);
  /// New payments, until one ends otherwise.
  ChannelAnswer pay_while(Ending ending);
  /// Asks until it is approved or declined, or says that the number is unknown. Remembers their number, as an order
  /// would.
  ChannelAnswer settled(ChannelRequest request, ChannelOp op = ChannelOp::inquire);
  /// A payment that has been made and paid.
  ChannelRequest paid();

  // --- the institution ---

  /// Switches a fault on for so many calls; a case whose fault is never met fails.
  void fault(std::string_view mode, ChannelOp op, int count = 1);
  /// Nobody listens, until `heal`.
  void refuse_connections();
  void heal();
  void pay_by_hand(const ChannelRequest& request);
  void change_keys();
  Moved moved();
  /// Since the case began.
  Moved moved_here();

  // --- callbacks ---

  /// Waits until so many have come since the case began, or patience ends; gives all that came.
  std::vector<Heard> callbacks(std::size_t count);
  /// All that came, without waiting.
  std::vector<Heard> callbacks_so_far();

  // --- findings ---

  void begin();
  /// Looks at what is true of every case: switches were met, and no exchange holds a secret.
  void end();
  bool expect(bool holds, const std::string& otherwise);
  void expect_ending(const ChannelAnswer& answer, Ending ending);
  /// The adapter's last word and the book agree: paid once, or not at all.
  void expect_truth(const ChannelRequest& request, bool must_be_paid);
  const std::vector<std::string>& findings() const;
  /// In a few words, what the adapter made of it.
  void saw(const std::string& what);
  const std::string& seen() const;

 private:
  struct Life;
  std::unique_ptr<Life> life_;
};

/// `silent (bad_signature)`
std::string words_of(const ChannelAnswer& answer);

}  // namespace tael::certify
