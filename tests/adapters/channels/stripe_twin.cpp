#include "tests/adapters/channels/stripe_twin.hpp"

#include "adapters/crypto/crypto.hpp"

namespace tael::testing {

namespace {

InstitutionOptions institution_options() {
  InstitutionOptions options;
  options.channel = "stripe";
  options.url = "https://api.stripe.test";
  options.merchant = "acct_1";
  options.methods = {{"card", "params", {}}, {"saved", "none", {}}};
  options.make_dialect = [](Dice& dice) {
    return make_stripe_dialect(
        {"sk_test_judge_0001", "whsec_judge_secret", "https://node.test/channels/stripe/callback"}, dice);
  };
  return options;
}

std::string signature(const std::string& body, TimePoint at, const std::string& secret = "whsec_judge_secret") {
  const auto timestamp = std::to_string(unix_ms(at) / 1'000);
  return "t=" + timestamp + ",v1=" + hmac_sha256_hex(secret, timestamp + "." + body);
}

}  // namespace

StripeOptions StripeTwin::options() {
  StripeOptions made;
  made.channel = "stripe";
  made.base_url = "https://api.stripe.test";
  made.merchant = "acct_1";
  made.key = "sk_test_judge_0001";
  made.webhook_secrets = {"whsec_judge_secret", "whsec_next_secret"};
  return made;
}

StripeTwin::StripeTwin(const std::string& kind) : InstitutionTwin(institution_options()) {
  method = kind;
  method_at_once = "saved";
  payer = R"({"payment_method":"pm_1","customer":"cus_1"})";
  channel_ = make_stripe_channel(options(), client, clock);
}

/// A refused card is one that was charged without its payer being there.
ChannelRequest StripeTwin::payment(std::string number, Fate fate) {
  auto request = InstitutionTwin::payment(number, fate);
  // What an answer to the create told, or an inquiry: the order remembers it.
  request.channel_transaction = "pi_" + number;
  return request;
}

bool StripeTwin::has(Trait trait) const {
  switch (trait) {
    case Trait::remembers_closed:
    case Trait::dates_payments:  // Its charge knows, which an intent only names.
    case Trait::knows_its_numbers: return false;
    case Trait::decides_at_once:
    case Trait::tells_of_failures:
    case Trait::tells_of_refunds:
    case Trait::refuses_reuse:
    case Trait::remembers_rejections:
    case Trait::repeats_when_paid:
    case Trait::refunds_at_once:
    case Trait::shows_vouchers:
    case Trait::calls_back:
    case Trait::names_refunds:
    case Trait::closes_unknown: return true;
  }
  return true;
}

/// Answers are not signed: whatever is wrong with a signature is not wrong here.
bool StripeTwin::can_ail(Ailment ailment, ChannelOp op) const {
  switch (ailment) {
    case Ailment::forged:
    case Ailment::not_signed:
    case Ailment::unknown_key:
    case Ailment::stale: return false;
    case Ailment::other_number: return op != ChannelOp::inquire_refund;  // A list without ours says it is missing.
    case Ailment::refuse:
    case Ailment::busy:
    case Ailment::hang:
    case Ailment::cut:
    case Ailment::late:
    case Ailment::server_error:
    case Ailment::executed_5xx:
    case Ailment::broken:
    case Ailment::amount_missing: return true;
  }
  return true;
}

bool StripeTwin::can_tamper(Tampering tampering) const { return tampering != Tampering::unknown_key; }

RawCallback StripeTwin::tamper(RawCallback callback, Tampering tampering) {
  auto& signed_by = header(callback, "stripe-signature");
  switch (tampering) {
    case Tampering::other_key: signed_by = signature(callback.body, clock.now(), "whsec_guessed"); break;
    case Tampering::unknown_key: break;
    case Tampering::stale: callback.heard_at += 301s; break;
    case Tampering::truncated: callback.body.pop_back(); break;
    case Tampering::amount_changed: replace(callback.body, "50000", "99999"); break;
    case Tampering::not_signed: callback.headers.clear(); break;
    case Tampering::other_merchant:
      replace(callback.body, "\"livemode\"", "\"account\":\"acct_2\",\"livemode\"");
      signed_by = signature(callback.body, clock.now());
      break;
    case Tampering::not_protocol:
      callback.body = "[1, 2, 3]";
      signed_by = signature(callback.body, clock.now());
      break;
  }
  return callback;
}

std::unique_ptr<ChannelTwin> make_stripe_twin() { return std::make_unique<StripeTwin>(); }

}  // namespace tael::testing
