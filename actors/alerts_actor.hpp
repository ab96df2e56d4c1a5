// Looks after alerts once they are durable: decides who is told and when, sends on a budget of its own, and takes what
// operators do with them. Whoever raises one only commits it and never waits for this.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/peers.hpp"
#include "actors/ports/alert_sender.hpp"

#include <memory>
#include <set>
#include <vector>

namespace tael {

using AlertsActorRef = AlertsRef::extend<caf::replies_to<HandleAlert>::with<AlertReply>, caf::reacts_to<kit::Run>>;

struct AlertsSettings {
  AlertPolicy policy{};
  std::function<std::string(const Alert&)> owner_of{};  ///< Empty: nobody is known.
  std::function<void(const Alert&)> on_resolved{};      ///< By a person, durably. Hands on and returns. Empty: nobody.
  std::vector<AlertSender*> ways{};                     ///< They outlive the actors. Empty: alerts are only shown.
};

/// Invariants
///  - The store has the only list: every look begins with what is there, so a restart forgets nothing.
///  - A message is durable before it is sent and its end before it is believed: a crash repeats it, never loses it.
///  - At most `in_flight_max` messages are out, at most `per_minute_max` leave within a minute.
class AlertsActor : public AlertsActorRef::base {
 public:
  AlertsActor(caf::actor_config& config, Surroundings surroundings, std::shared_ptr<const Peers> peers,
              AlertsSettings settings);
  behavior_type make_behavior() override;
  const char* name() const override { return "alerts"; }

 private:
  void look();
  void look_again(Duration wait);
  void hear(Read<AlertsDue> read);
  void decide(AlertRecord alert);
  void send_due(const std::vector<AlertMessage>& messages);
  void send(const AlertMessage& message);
  void hear_try(const AlertMessage& message, const NoticeTry& outcome);
  caf::result<AlertReply> handle(const HandleAlert& hand);
  void try_hand(const HandleAlert& hand, const kit::Owed<AlertReply>& asker, int tries_left);
  void handle_found(const HandleAlert& hand, const AlertRecord& found, const kit::Owed<AlertReply>& asker,
                    int tries_left);
  /// Commits; looks again when it is done, and soon when it could not be.
  void remember(Commit commit, std::function<void(CommitOutcome)> then);

  Surroundings surroundings_;
  std::shared_ptr<const Peers> peers_;
  AlertsSettings settings_;
  bool looking_ = false, moved_ = false;  ///< Moved: something happened since the look began.
  int deciding_ = 0;                      ///< Decisions on their way to the store.
  std::set<std::string> out_;             ///< Messages that are being sent, by id.
  TimePoint minute_began_{};
  int sent_in_minute_ = 0;
  kit::Alarm alarm_;
  TimePoint alarm_at_{};
};

}  // namespace tael
