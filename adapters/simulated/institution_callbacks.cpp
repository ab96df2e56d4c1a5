// Callbacks of the institution: which copies are sent, how each is made, and when it is sent again.
#include "adapters/simulated/institution.hpp"
#include "adapters/simulated/institution_json.hpp"
#include "adapters/simulated/institution_signature.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tael {

/// The copies of one callback follow each other by `callback_gap`; all carry the same event.
void Institution::schedule_callbacks(bool about_refund, const std::string& number, Fault fault, TimePoint now) {
  std::vector<Copy> copies{Copy::right};
  if (fault == Fault::callback_lost || fault == Fault::refund_silent) copies.clear();
  if (fault == Fault::callback_repeated) copies.assign(3, Copy::right);
  if (fault == Fault::callback_forged_first) copies.insert(copies.begin(), Copy::forged);
  if (fault == Fault::callback_cut_first) copies.insert(copies.begin(), Copy::cut);
  if (fault == Fault::callback_stale_first) copies.insert(copies.begin(), Copy::stale);

  auto leaves_at = now + options_.delays.callback_after;
  const auto event = copies.empty() ? std::string{} : make_word("E");
  for (const auto copy : copies) {
    const auto id = ++callbacks_made_;
    callbacks_.emplace(id, PendingCallback{about_refund, number, event, copy, 0});
    agenda_.emplace(leaves_at, Due{Deed::callback_leaves, number, id});
    leaves_at += options_.delays.callback_gap;
  }
}

std::optional<InstitutionCallback> Institution::make_callback(std::uint64_t id, TimePoint now) {
  auto& pending = callbacks_.at(id);
  auto* payment = pending.about_refund ? nullptr : book_.find_payment(pending.number);
  const auto* refund = pending.about_refund ? book_.find_refund(pending.number) : nullptr;
  const auto& url = refund != nullptr ? refund->callback_url : payment->callback_url;
  if (url.empty()) {
    callbacks_.erase(id);
    return std::nullopt;
  }
  auto body = refund != nullptr ? show(*refund) : show(*payment);
  body["event"] = pending.event;
  body["type"] = refund != nullptr ? "refund" : "payment";
  body["merchant"] = options_.merchant;

  InstitutionCallback callback;
  callback.id = id;
  callback.call.url = url;
  callback.call.body = boost::json::serialize(body);
  constexpr Duration beyond_skew{3'600'000};
  const auto signed_at = pending.copy == Copy::stale ? now - beyond_skew : now;
  if (!options_.keys.empty())
    callback.call.headers = institution_headers(options_.keys.front(), signed_at, make_word("n"), callback.call.body);
  callback.call.headers.emplace_back("content-type", "application/json");
  if (pending.copy == Copy::cut) callback.call.body.resize(callback.call.body.size() / 2);
  for (auto& [name, value] : callback.call.headers)
    if (pending.copy == Copy::forged && name == "house-signature") value = std::string(64, '0');

  pending.tries += 1;
  if (payment != nullptr) payment->callbacks_sent += 1;
  return callback;
}

void Institution::callback_answered(std::uint64_t id, bool acknowledged, TimePoint now) {
  const auto found = callbacks_.find(id);
  if (found == callbacks_.end()) return;
  auto& pending = found->second;
  auto* payment = pending.about_refund ? nullptr : book_.find_payment(pending.number);
  if (acknowledged && payment != nullptr) payment->callbacks_acknowledged += 1;
  const auto& ladder = options_.delays.callback_ladder;
  const auto rung = static_cast<std::size_t>(std::max(pending.tries, 1) - 1);
  // What was made wrong on purpose is not sent again: its right copy follows anyhow.
  if (acknowledged || pending.copy != Copy::right || rung >= ladder.size()) {
    callbacks_.erase(found);
    return;
  }
  agenda_.emplace(now + ladder[rung], Due{Deed::callback_leaves, pending.number, id});
}

}  // namespace tael
