// Answers that go to strangers: what one throws is the loss of its own request, never the end of the actor that ran it.
#pragma once

#include "actors/ports/log.hpp"

#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace tael {

/// `done` for an actor to call. `log` outlives it. Whoever waits behind a `done` that threw is let go with it: the
/// server answers 500.
template <class Answer>
std::function<void(Answer)> shielded(Log& log, std::function<void(Answer)> done) {
  return [&log, done = std::move(done)](Answer answer) {
    try {
      done(std::move(answer));
    } catch (const std::exception& error) {
      log.line(Level::error, "answer_not_taken", {{"why", std::string{error.what()}}});
    }
  };
}

}  // namespace tael
