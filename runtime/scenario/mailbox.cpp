#include "runtime/scenario/mailbox.hpp"

#include "actors/kit/world.hpp"
#include "runtime/alerts/alert_ways.hpp"

namespace tael::scenario {
namespace {

/// From the node to the server, and the server's answer back.
constexpr Duration mail_takes = 120ms;

class StoryMail final : public AlertSender {
 public:
  StoryMail(const MailRoad& road, std::shared_ptr<const bool> alive) : road_(road), alive_(std::move(alive)) {}
  std::string_view way() const override { return "email"; }
  AlertLetter write(const AlertRecord& alert, AlertNews news, TimePoint) const override {
    const auto& node = road_.config.node;
    return mail_letter(node.name, node.alerts.owner, alert, news);
  }
  void send(const AlertMessage& message, Duration, TimePoint, std::function<void(NoticeTry)> done) override {
    if (!*alive_) return;
    road_.agenda.at(road_.world.now() + mail_takes, [road = road_, alive = alive_, message, done = std::move(done)] {
      NoticeTry outcome;
      outcome.acknowledged = road.mailbox.is_up;
      if (outcome.acknowledged)
        road.mailbox.take(message, road.world.now());
      else
        outcome.error = "421 the mail server is down";
      if (*alive) done(outcome);
    });
  }

 private:
  MailRoad road_;
  std::shared_ptr<const bool> alive_;
};

}  // namespace

Mailbox::Mailbox(const config::Config& config) {
  const auto& fallback = config.node.alerts.owner;
  const auto add = [&](const std::string& code, const std::string& owner) {
    addresses_.emplace(code, is_mail_address(owner) ? owner : fallback);
  };
  for (const auto& [code, channel] : config.channels) add(code, channel.owner);
  for (const auto& [code, business] : config.businesses) add(code, business.owner);
}

void Mailbox::take(const AlertMessage& message, TimePoint now) {
  auto& letter = letters_[message_id(message)];
  if (letter.copies++ > 0) return;
  letter.at = now;
  letter.recipient = message.recipient;
  letter.alert = message.alert;
  letter.news = message.news;
}

const std::string& Mailbox::address_of(const std::string& code) const {
  static const std::string nobody;
  const auto found = addresses_.find(code);
  return found == addresses_.end() ? nobody : found->second;
}

std::unique_ptr<AlertSender> mail_way_of(const MailRoad& road, std::shared_ptr<const bool> alive) {
  if (road.config.node.alerts.email.server.host.empty()) return nullptr;
  return std::make_unique<StoryMail>(road, std::move(alive));
}

}  // namespace tael::scenario
