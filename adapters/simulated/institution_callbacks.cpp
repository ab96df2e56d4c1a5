// Callbacks of the institution: which copies are sent, how each is made, and when it is sent again.
#include "adapters/simulated/institution.hpp"
#include "adapters/simulated/institution_json.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tael {

namespace {

Signing signing_of(bool forged, bool absent, bool unknown_key) {
  if (absent) return Signing::absent;
  return unknown_key ? Signing::unknown_key : forged ? Signing::forged : Signing::right;
}

}  // namespace

/// The copies of one callback follow each other by `callback_gap`; all carry the same event.
void Institution::schedule_callbacks(PendingCallback::About about, const std::string& number, Fault fault,
                                     TimePoint now) {
  std::vector<Copy> copies{Copy::right};
  if (fault == Fault::callback_lost || fault == Fault::paid_after_close_unheard || fault == Fault::refund_silent)
    copies.clear();
  if (fault == Fault::callback_repeated) copies.assign(3, Copy::right);
  if (fault == Fault::callback_forged_first) copies.insert(copies.begin(), Copy::forged);
  if (fault == Fault::callback_cut_first) copies.insert(copies.begin(), Copy::cut);
  if (fault == Fault::callback_stale_first) copies.insert(copies.begin(), Copy::stale);

  if (fault == Fault::callback_unsigned_first) copies.insert(copies.begin(), Copy::without_signature);
  if (fault == Fault::callback_unknown_key_first) copies.insert(copies.begin(), Copy::unknown_key);
  if (fault == Fault::callback_other_amount_first) copies.insert(copies.begin(), Copy::other_amount);
  if (fault == Fault::callback_other_kind_first) copies.insert(copies.begin(), Copy::other_kind);
  if (fault == Fault::callback_other_transaction_first) copies.insert(copies.begin(), Copy::other_transaction);

  const bool is_held = fault == Fault::callback_reordered && about == PendingCallback::About::payment;
  auto leaves_at = now + (is_held ? options_.delays.held_for : options_.delays.callback_after);
  const auto event = copies.empty() ? std::string{} : make_word(dice_, "E");
  for (const auto copy : copies) {
    const auto id = ++callbacks_made_;
    callbacks_.emplace(id, PendingCallback{about, number, event, copy, 0});
    agenda_.emplace(leaves_at, Due{Deed::callback_leaves, number, id});
    leaves_at += options_.delays.callback_gap;
  }
  if (about == PendingCallback::About::refund) release_held(book_.find_refund(number)->payment, leaves_at);
}

void Institution::release_held(const std::string& payment, TimePoint at) {
  const auto* known = book_.find_payment(payment);
  if (known == nullptr || known->fault != Fault::callback_reordered) return;
  for (auto due = agenda_.begin(); due != agenda_.end();) {
    const auto here = due++;
    const bool waits = here->second.deed == Deed::callback_leaves && here->second.number == payment && here->first > at;
    if (!waits) continue;
    auto node = agenda_.extract(here);
    node.key() = at;
    agenda_.insert(std::move(node));
  }
}

/// What a callback tells, in the words of the house, and where it goes.
std::optional<boost::json::object> Institution::show_subject(const PendingCallback& pending, std::string& url) {
  using About = PendingCallback::About;
  boost::json::object body;
  switch (pending.about) {
    case About::payment:
      url = book_.find_payment(pending.number)->callback_url;
      body = show(*book_.find_payment(pending.number));
      break;
    case About::refund:
      url = book_.find_refund(pending.number)->callback_url;
      body = show(*book_.find_refund(pending.number));
      break;
    case About::transfer:
      url = book_.find_transfer(pending.number)->callback_url;
      body = show(*book_.find_transfer(pending.number));
      break;
  }
  if (url.empty()) return std::nullopt;
  constexpr std::string_view types[] = {"payment", "refund", "transfer"};
  body["event"] = pending.event;
  body["type"] = types[static_cast<std::size_t>(pending.about)];
  body["merchant"] = options_.merchant;
  return body;
}

/// Well signed, and not what is so: another amount, a refund under a payment's number, the transaction of another
/// payment.
void Institution::falsify(boost::json::object& body, const PendingCallback& pending) const {
  if (pending.copy == Copy::other_amount)
    body["amount"] = institution_json::integer(body, "amount").value_or(0) + institution_json::overpaid;
  if (pending.copy == Copy::other_kind) {
    body["type"] = "refund";
    body["status"] = "refunded";
    body["payment_number"] = pending.number;
  }
  if (pending.copy == Copy::other_transaction) {
    const auto other = std::ranges::find_if(
        book_.lines(), [&](const InstitutionLine& line) { return !line.is_refund && line.number != pending.number; });
    if (other != book_.lines().end()) body["transaction"] = other->transaction;
  }
}

std::optional<InstitutionCallback> Institution::make_callback(std::uint64_t id, TimePoint now) {
  auto& pending = callbacks_.at(id);
  std::string url;
  auto body = show_subject(pending, url);
  constexpr Duration beyond_skew{3'600'000};
  const auto signed_at = pending.copy == Copy::stale ? now - beyond_skew : now;
  const auto signing = signing_of(pending.copy == Copy::forged, pending.copy == Copy::without_signature,
                                  pending.copy == Copy::unknown_key);
  if (body) falsify(*body, pending);
  auto call =
      body ? dialect_->callback(*body, signing, signed_at, now, pending.copy == Copy::cut) : std::optional<HttpCall>{};
  if (!call) {
    callbacks_.erase(id);
    return std::nullopt;
  }
  call->url = url;
  pending.tries += 1;
  if (pending.about == PendingCallback::About::payment) book_.find_payment(pending.number)->callbacks_sent += 1;
  return InstitutionCallback{id, std::move(*call)};
}

void Institution::callback_answered(std::uint64_t id, bool acknowledged, TimePoint now) {
  const auto found = callbacks_.find(id);
  if (found == callbacks_.end()) return;
  auto& pending = found->second;
  auto* payment = pending.about == PendingCallback::About::payment ? book_.find_payment(pending.number) : nullptr;
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
