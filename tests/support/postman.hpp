// A way to tell alerts that a test holds: what it carried, and what it is told to refuse.
#pragma once

#include "actors/ports/alert_sender.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace tael::testing {

class Postman final : public AlertSender {
 public:
  explicit Postman(std::string way) : way_(std::move(way)) {}
  std::string_view way() const override { return way_; }
  AlertLetter write(const AlertRecord& alert, AlertNews news, TimePoint) const override {
    return {alert.owner, std::string{name_of(news)} + " " + alert.alert.ref, alert.alert.message};
  }
  void send(const AlertMessage& message, Duration, TimePoint, std::function<void(NoticeTry)> done) override {
    carried.push_back(message.recipient + " " + message.subject);
    NoticeTry outcome;
    outcome.acknowledged = refuses == 0 || refuses-- == 0;
    if (!outcome.acknowledged) outcome.error = "450 later";
    if (!answers_held) return done(outcome);
    held.push_back([done = std::move(done), outcome] { done(outcome); });
  }
  std::vector<std::string> carried;
  int refuses = 0;
  bool answers_held = false;
  std::deque<std::function<void()>> held;

 private:
  std::string way_;
};

}  // namespace tael::testing
