#include "runtime/console/sessions.hpp"

#include "adapters/crypto/crypto.hpp"

#include <algorithm>
#include <utility>

namespace tael {

std::string Sessions::random_text() {
  std::string text;
  for (int roll = 0; roll < 4; ++roll) text += std::to_string(dice_.roll()) + ".";
  return sha256_hex(text);
}

std::size_t Sessions::tries_left(const Trier& trier, TimePoint now) {
  while (!wrong_.empty() &&
         (wrong_.front().first <= now - limits_.tries_within || wrong_.size() > limits_.tries_kept_max))
    wrong_.pop_front();
  const auto own = static_cast<std::size_t>(std::ranges::count(wrong_, trier, &decltype(wrong_)::value_type::second));
  const std::size_t may = wrong_.size() >= limits_.tries_all_max ? 1 : limits_.tries_max;
  return may - std::min(own, may);
}

LoginAnswer Sessions::log_in(const std::string& actor, std::string_view password, const std::string& address) {
  const std::lock_guard lock{mutex_};
  const auto now = clock_.now();
  const auto known = accounts_.find(actor);
  const Trier trier{known == accounts_.end() ? std::string{} : actor, address};
  const auto& name = trier.first;
  if (tries_left(trier, now) == 0) return {LoginEnding::too_many, {}, name};
  // A stranger costs the same time as a wrong password.
  const auto account = known == accounts_.end() ? OperatorAccount{} : known->second;
  if (!same_secret(password, account.password) || account.password.empty()) {
    wrong_.emplace_back(now, trier);
    return {LoginEnding::wrong, {}, name, tries_left(trier, now)};
  }
  std::erase_if(sessions_, [&](const auto& session) { return session.second.ends <= now; });
  if (sessions_.size() >= limits_.sessions_max)
    sessions_.erase(std::ranges::min_element(sessions_, {}, [](const auto& session) { return session.second.ends; }));
  auto token = random_text();
  sessions_[sha256_hex(token)] = {actor, account.role, random_text(), now + limits_.lasts, {}};
  return {LoginEnding::done, std::move(token), name};
}

std::optional<Session> Sessions::find(std::string_view token) {
  const std::lock_guard lock{mutex_};
  const auto found = sessions_.find(sha256_hex(token));
  if (found == sessions_.end()) return std::nullopt;
  if (found->second.ends > clock_.now()) return found->second;
  sessions_.erase(found);
  return std::nullopt;
}

void Sessions::log_out(std::string_view token) {
  const std::lock_guard lock{mutex_};
  sessions_.erase(sha256_hex(token));
}

void Sessions::tell(std::string_view token, std::string what) {
  const std::lock_guard lock{mutex_};
  const auto found = sessions_.find(sha256_hex(token));
  if (found != sessions_.end()) found->second.told = std::move(what);
}

std::string Sessions::take_told(std::string_view token) {
  const std::lock_guard lock{mutex_};
  const auto found = sessions_.find(sha256_hex(token));
  return found == sessions_.end() ? std::string{} : std::exchange(found->second.told, {});
}

}  // namespace tael
