// How an alert leaves us: one way, a mail or a call, that can be written now and sent as often as it takes.
#pragma once

#include "actors/domain/alert_life.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace tael {

struct AlertLetter {
  std::string recipient;  ///< Empty: by this way nobody can be told of it.
  std::string subject, body;
};

class AlertSender {
 public:
  virtual ~AlertSender() = default;
  /// `email` or `webhook`: the word in the store.
  virtual std::string_view way() const = 0;
  virtual AlertLetter write(const AlertRecord& alert, AlertNews news, TimePoint now) const = 0;
  /// Sends once. `done` is called exactly once, from any thread, also when the deadline passes.
  virtual void send(const AlertMessage& message, Duration deadline, TimePoint now,
                    std::function<void(NoticeTry)> done) = 0;
};

}  // namespace tael
