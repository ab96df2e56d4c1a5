// Who is logged in to the console. Passwords come from secrets of the configuration, sessions live in memory and end
// with the node; wrong tries are few per address, and fewer when many addresses try, so guessing is hopeless.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

struct SessionLimits {
  Duration lasts{8 * 3'600'000};
  std::size_t sessions_max = 64;  ///< Then the oldest ends.
  Duration tries_within{300'000};
  std::size_t tries_max = 5;  ///< Wrong ones of one address.
  std::size_t tries_all_max =
      50;  ///< Of all addresses: from then on each has one. Never none, or guessers lock out all.
  std::size_t tries_kept_max = 10'000;
};

struct Session {
  std::string actor;  ///< The operator's name, as it stands in the journal.
  std::string csrf;   ///< What every form of this session must carry.
  TimePoint ends{};
  std::string told{};  ///< What became of the last deed; the next page says it, once.
};

enum class LoginEnding { done, wrong, too_many };

struct LoginAnswer {
  LoginEnding ending = LoginEnding::wrong;
  std::string token;           ///< For the cookie; empty unless done.
  std::string actor{};         ///< Empty for a name that nobody has: it may be a password in the wrong place.
  std::size_t tries_left = 0;  ///< Of this address, after a wrong one.
};

/// Safe to call from any thread.
class Sessions {
 public:
  /// `passwords` by operator.
  Sessions(std::map<std::string, std::string> passwords, const Clock& clock, Dice& dice, SessionLimits limits = {})
      : passwords_(std::move(passwords)), clock_(clock), dice_(dice), limits_(limits) {}

  bool anybody_may() const { return !passwords_.empty(); }
  LoginAnswer log_in(const std::string& actor, std::string_view password, const std::string& address);
  std::optional<Session> find(std::string_view token);
  void log_out(std::string_view token);
  void tell(std::string_view token, std::string what);
  std::string take_told(std::string_view token);

 private:
  std::string random_text();
  std::size_t tries_left(const std::string& address, TimePoint now);

  std::map<std::string, std::string> passwords_;
  const Clock& clock_;
  Dice& dice_;
  SessionLimits limits_;
  std::mutex mutex_;                         ///< Guards what follows.
  std::map<std::string, Session> sessions_;  ///< By the token's digest: memory holds no token.
  std::deque<std::pair<TimePoint, std::string>> wrong_;
};

}  // namespace tael
