// Where the mail of a story's node arrives, in place of the real server: who was told of what, and when. A mail that
// comes twice is known by its id. Outlives every life of the node.
#pragma once

#include "actors/ports/alert_sender.hpp"
#include "runtime/config/config.hpp"
#include "runtime/scenario/agenda.hpp"

#include <map>
#include <memory>
#include <string>

namespace tael::kit {
class World;
}

namespace tael::scenario {

class Mailbox {
 public:
  Mailbox() = default;
  explicit Mailbox(const config::Config& config);

  struct Letter {
    TimePoint at{};  ///< The first copy.
    std::string recipient;
    std::int64_t alert = 0;
    AlertNews news = AlertNews::raised;
    int copies = 0;
  };
  void take(const AlertMessage& message, TimePoint now);
  const std::map<std::string, Letter>& letters() const { return letters_; }
  /// Whom mail about a channel or a business reaches.
  const std::string& address_of(const std::string& code) const;

  bool is_up = true;  ///< Down, the server takes nothing.

 private:
  std::map<std::string, std::string> addresses_;
  std::map<std::string, Letter> letters_;  ///< By id.
};

/// What a node under test says of its own way to the mailbox.
struct MailRoad {
  const config::Config& config;
  kit::World& world;
  Agenda& agenda;
  Mailbox& mailbox;
};

/// The way of one life of a node: `alive` ends it. Nothing when the story's configuration names no mail server.
std::unique_ptr<AlertSender> mail_way_of(const MailRoad& road, std::shared_ptr<const bool> alive);

}  // namespace tael::scenario
