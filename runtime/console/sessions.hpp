// Who is logged in to the console. Passwords come from secrets of the configuration, sessions live in memory and end
// with the node; wrong tries are few per name and address, and fewer when many try, so guessing is hopeless. Counted by
// both, nobody locks out an operator whose name they do not know, nor one who comes from elsewhere.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "runtime/admin/deeds.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tael {

struct SessionLimits {
  Duration lasts{8 * 3'600'000};
  std::size_t sessions_max = 64;  ///< Then the oldest ends.
  Duration tries_within{300'000};
  std::size_t tries_max = 5;  ///< Wrong ones with one name from one address.
  /// Of all names and addresses: from then on each has one. Never none, or guessers lock out all.
  std::size_t tries_all_max = 50;
  std::size_t tries_kept_max = 10'000;
};

struct Session {
  std::string actor;  ///< The operator's name.
  OperatorRole role = OperatorRole::read;
  std::string csrf;  ///< What every form of this session must carry.
  TimePoint ends{};
  std::string told{};  ///< What became of the last deed; the next page says it, once.

  Operator caller() const { return {"operator/" + actor, role}; }
};

/// Who may log in, and what for.
struct OperatorAccount {
  std::string password;
  OperatorRole role = OperatorRole::read;
};

enum class LoginEnding { done, wrong, too_many };

struct LoginAnswer {
  LoginEnding ending = LoginEnding::wrong;
  std::string token;           ///< For the cookie; empty unless done.
  std::string actor{};         ///< Empty for a name that nobody has: it may be a password in the wrong place.
  std::size_t tries_left = 0;  ///< With this name from this address, after a wrong one.
};

/// Safe to call from any thread.
class Sessions {
 public:
  /// `accounts` by operator.
  Sessions(std::map<std::string, OperatorAccount> accounts, const Clock& clock, Dice& dice, SessionLimits limits = {})
      : accounts_(std::move(accounts)), clock_(clock), dice_(dice), limits_(limits) {}

  bool anybody_may() const { return !accounts_.empty(); }
  LoginAnswer log_in(const std::string& actor, std::string_view password, const std::string& address);
  std::optional<Session> find(std::string_view token);
  void log_out(std::string_view token);
  void tell(std::string_view token, std::string what);
  std::string take_told(std::string_view token);

 private:
  std::string random_text();
  /// Who tries: an operator's name, empty for one that nobody has, and an address.
  using Trier = std::pair<std::string, std::string>;
  std::size_t tries_left(const Trier& trier, TimePoint now);

  std::map<std::string, OperatorAccount> accounts_;
  const Clock& clock_;
  Dice& dice_;
  SessionLimits limits_;
  std::mutex mutex_;                         ///< Guards what follows.
  std::map<std::string, Session> sessions_;  ///< By the token's digest: memory holds no token.
  std::deque<std::pair<TimePoint, Trier>> wrong_;
};

}  // namespace tael
