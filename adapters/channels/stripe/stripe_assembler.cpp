// Step one of Stripe. Our number is the Idempotency-Key of whatever makes something, and stands in its metadata: the
// key makes a repeat harmless and tells what an answer never told us; the metadata lets us find it where the key is
// forgotten.
#include "adapters/channels/access/payer.hpp"
#include "adapters/channels/access/write_body.hpp"
#include "adapters/channels/stripe/stripe_steps.hpp"
#include "adapters/channels/stripe/stripe_units.hpp"
#include "adapters/encoding/percent.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace tael {

namespace {

constexpr std::string_view intents_path = "/v1/payment_intents", refunds_path = "/v1/refunds";
constexpr std::size_t description_characters_max = 500;
/// Stripe forgets a key after 24 hours at the earliest. A repeat under a forgotten key would charge anew.
constexpr Duration key_lives{23LL * 3'600'000};

struct Wire {
  std::string method, path;
  BodyFields form;
  std::string key;  ///< Idempotency-Key.
  std::string refusal{};
};

Wire refuse(std::string what) { return {{}, {}, {}, {}, std::move(what)}; }

std::string lower(std::string code) {
  std::ranges::transform(code, code.begin(), [](char c) { return static_cast<char>(c | 32); });
  return code;
}

/// Made from the order alone, so a repeat has the same bytes, after a restart too: with others Stripe refuses the key.
Wire pay(const ChannelRequest& request) {
  const auto units = to_stripe_units(request.amount);
  if (!units) return refuse("amount_not_exact");
  BodyFields form{{"amount", std::to_string(*units)},
                  {"currency", lower(request.amount.currency.text())},
                  {"description", cut_characters(request.subject, description_characters_max)},
                  {"metadata[number]", request.number}};
  if (request.method == "card") {
    // The payer's browser confirms with the client secret; nothing is charged before.
    form.emplace_back("automatic_payment_methods[enabled]", "true");
  } else if (request.method == "saved") {
    const Payer payer{request.payer};
    if (payer.text("payment_method").empty()) return refuse("payer_payment_method_missing");
    form.emplace_back("payment_method", payer.text("payment_method"));
    if (!payer.text("customer").empty()) form.emplace_back("customer", payer.text("customer"));
    form.emplace_back("confirm", "true");
    form.emplace_back("off_session", "true");
  } else {
    return refuse("method_not_offered");
  }
  return {"POST", std::string{intents_path}, std::move(form), request.number};
}

/// An intent whose id we never heard is asked for by repeating its POST under its key: what was executed is told again,
/// at once, where the search's index lags. Every second time we search, for a stored 500 is told again for ever. What
/// was never executed is executed by that, so the order must still wait for it.
bool may_repeat(const ChannelRequest& request, TimePoint now) {
  const bool charges = request.method == "saved";
  return now < request.sent_at + key_lives && request.inquiries % 2 == 0 && (request.is_wanted || !charges);
}

Wire inquire(const ChannelRequest& request, TimePoint now) {
  const auto& id = request.channel_transaction;
  if (!id.empty()) return {"GET", std::string{intents_path} + "/" + percent_encoded(id), {}, {}};
  if (may_repeat(request, now))
    if (auto repeat = pay(request); repeat.refusal.empty()) return repeat;
  const auto query = "metadata['number']:'" + request.number + "'";
  return {"GET", std::string{intents_path} + "/search?query=" + percent_encoded(query), {}, {}};
}

Wire refund(const ChannelRequest& request) {
  if (request.channel_transaction.empty()) return refuse("payment_intent_unknown");
  const auto units = to_stripe_units(request.amount);
  if (!units) return refuse("amount_not_exact");
  return {"POST",
          std::string{refunds_path},
          {{"payment_intent", request.channel_transaction},
           {"amount", std::to_string(*units)},
           {"metadata[number]", request.number},
           {"metadata[reason]", cut_characters(request.subject, description_characters_max)}},
          request.number};
}

Wire wire_of(const ChannelRequest& request, TimePoint now) {
  const auto& id = request.channel_transaction;
  switch (request.op) {
    case ChannelOp::pay: return pay(request);
    case ChannelOp::inquire: return inquire(request, now);
    case ChannelOp::close:
      // Whatever the create became, an inquiry finds its id first.
      if (id.empty()) return refuse("payment_intent_unknown");
      return {"POST", std::string{intents_path} + "/" + percent_encoded(id) + "/cancel", {}, request.number + ":close"};
    case ChannelOp::refund: return refund(request);
    case ChannelOp::inquire_refund:
      if (id.empty()) return refuse("payment_intent_unknown");
      return {"GET", std::string{refunds_path} + "?limit=100&payment_intent=" + percent_encoded(id), {}, {}};
    case ChannelOp::transfer:
    case ChannelOp::inquire_transfer: break;
  }
  return refuse("op_not_offered");
}

}  // namespace

Assembled StripeAssembler::assemble(const ChannelRequest& request, Duration deadline) const {
  auto wire = wire_of(request, clock_.now());
  if (!wire.refusal.empty()) return {.call = {}, .voucher = {}, .refusal = std::move(wire.refusal)};
  HttpCall call;
  call.method = std::move(wire.method);
  call.url = options_.base_url + wire.path;
  call.headers = {{"Authorization", "Bearer " + options_.key}, {"Stripe-Version", options_.version}};
  if (call.method == "POST") call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  if (!wire.key.empty()) call.headers.emplace_back("Idempotency-Key", wire.key);
  call.body = write_form(wire.form);
  call.connect_deadline = std::min(options_.connect_deadline, deadline);
  call.deadline = deadline;
  return {.call = std::move(call), .voucher = {}, .refusal = {}};
}

}  // namespace tael
