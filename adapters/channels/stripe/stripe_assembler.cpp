// Step one of Stripe. Our number is the Idempotency-Key of whatever makes something, and stands in its metadata: the
// key makes a repeat harmless, the metadata lets us find what an answer never told us.
#include "adapters/channels/access/payer.hpp"
#include "adapters/channels/access/write_body.hpp"
#include "adapters/channels/stripe/stripe_steps.hpp"
#include "adapters/encoding/percent.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace tael {

namespace {

constexpr std::string_view intents_path = "/v1/payment_intents", refunds_path = "/v1/refunds";
constexpr std::size_t description_bytes_max = 500;

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

Wire pay(const ChannelRequest& request) {
  BodyFields form{{"amount", std::to_string(request.amount.amount)},
                  {"currency", lower(request.amount.currency.text())},
                  {"description", cut_text(request.subject, description_bytes_max)},
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

Wire inquire(const ChannelRequest& request) {
  const auto& id = request.channel_transaction;
  if (!id.empty()) return {"GET", std::string{intents_path} + "/" + percent_encoded(id), {}, {}};
  const auto query = "metadata['number']:'" + request.number + "'";
  return {"GET", std::string{intents_path} + "/search?query=" + percent_encoded(query), {}, {}};
}

Wire refund(const ChannelRequest& request) {
  if (request.channel_transaction.empty()) return refuse("payment_intent_unknown");
  return {"POST",
          std::string{refunds_path},
          {{"payment_intent", request.channel_transaction},
           {"amount", std::to_string(request.amount.amount)},
           {"metadata[number]", request.number},
           {"metadata[reason]", cut_text(request.subject, description_bytes_max)}},
          request.number};
}

Wire wire_of(const ChannelRequest& request) {
  const auto& id = request.channel_transaction;
  switch (request.op) {
    case ChannelOp::pay: return pay(request);
    case ChannelOp::inquire: return inquire(request);
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
  auto wire = wire_of(request);
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
