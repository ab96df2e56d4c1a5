// Steps two and three of Stripe: webhooks are verified, bytes become fields.
#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/access/wire_time.hpp"
#include "adapters/channels/stripe/stripe_steps.hpp"
#include "adapters/channels/stripe/stripe_units.hpp"
#include "adapters/crypto/crypto.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace tael {

namespace {

constexpr Duration skew_max{300'000};

/// Stripe's units become ours; without its currency, or where they are no whole minor units, a number is nothing.
std::optional<Money> read_money(const FieldReader& fields, std::string_view path) {
  const auto units = fields.integer(path);
  const auto currency = fields.currency("currency", Currency{});
  if (!units || *units <= 0 || !currency || *currency == Currency{}) return std::nullopt;
  return from_stripe_units(*units, *currency);
}

/// An intent's own `created` is when it was made, which may be long before anybody paid: its charge knows when that
/// was, and so does the event that tells of it.
void read_intent(const Tree& intent, Reading& reading) {
  FieldReader fields{intent};
  reading.about = ChannelOp::inquire;
  reading.word = fields.word("status");
  reading.transaction = fields.word("id");
  reading.number = fields.our_number("metadata/number");
  reading.code = fields.aside("last_payment_error/code");
  if (reading.word == "succeeded") {
    reading.code.clear();
    reading.amount = read_money(fields, "amount_received");
  }
  const auto secret = fields.aside("client_secret");
  const bool waits = reading.word.starts_with("requires_");
  if (waits && !secret.empty())
    reading.voucher = Voucher{"params", boost::json::serialize(boost::json::object{{"client_secret", secret}})};
  reading.at = fields.unix_seconds("latest_charge/created");
  reading.readable = fields.clean() && !reading.word.empty();
}

void read_refund(const Tree& refund, Reading& reading) {
  FieldReader fields{refund};
  reading.about = ChannelOp::inquire_refund;
  reading.word = fields.word("status");
  reading.transaction = fields.word("id");
  reading.number = fields.our_number("metadata/number");
  reading.code = fields.aside("failure_reason");
  reading.amount = read_money(fields, "amount");
  reading.at = fields.unix_seconds("created");
  reading.readable = fields.clean() && !reading.word.empty();
}

/// Of a search or a list, the one with our number; `missing` when there is none.
void read_list(const Tree& list, const ChannelRequest& asked, Reading& reading) {
  const auto* data = list.find("data");
  if (data == nullptr || data->kind != Tree::Kind::list || data->unclear) return;
  const Tree* ours = nullptr;
  for (const auto& each : data->children)
    if (each.text_of("metadata/number") == asked.number) ours = &each;
  if (ours == nullptr) {
    const auto* more = list.find("has_more");
    const bool may_be_behind = more != nullptr && more->text == "true";
    reading.word = may_be_behind ? "" : "missing";
    reading.number = asked.number;
    reading.readable = !reading.word.empty();
  } else if (asked.op == ChannelOp::inquire_refund) {
    read_refund(*ours, reading);
  } else {
    read_intent(*ours, reading);
  }
}

void read_error(const Tree& root, const ChannelRequest& asked, Reading& reading) {
  const auto* error = root.find("error");
  if (error == nullptr) return;
  FieldReader fields{*error};
  const auto type = fields.word("type");
  const auto state = asked.op == ChannelOp::close ? fields.word("payment_intent/status") : std::string{};
  reading.code = fields.word("code");
  reading.message = fields.message("message");
  reading.word = !state.empty() ? "state:" + state : type + ":" + reading.code;
  if (const auto decline = fields.aside("decline_code"); !decline.empty()) reading.code = decline;
  reading.readable = fields.clean() && !type.empty();
}

}  // namespace

std::string StripeVerifier::refuses(const HttpAnswer&, TimePoint) const { return {}; }

std::string StripeVerifier::refuses(const RawCallback& callback) const {
  std::string header;
  for (const auto& [name, value] : callback.headers) {
    if (name != "stripe-signature") continue;
    if (!header.empty()) return "bad_signature";
    header = value;
  }
  std::string timestamp;
  std::vector<std::string> signatures;
  for (std::string_view rest = header; !rest.empty();) {
    const auto part = rest.substr(0, rest.find(','));
    if (part.starts_with("t=")) timestamp = part.substr(2);
    if (part.starts_with("v1=")) signatures.emplace_back(part.substr(3));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  const auto signed_at = parse_unix_seconds(timestamp);
  if (!signed_at || signatures.empty()) return "bad_signature";
  const auto text = timestamp + "." + callback.body;
  const bool good = std::ranges::any_of(secrets_, [&](const std::string& secret) {
    const auto right = hmac_sha256_hex(secret, text);
    return std::ranges::any_of(signatures, [&](const std::string& each) { return same_secret(each, right); });
  });
  if (!good) return "bad_signature";
  const auto age = callback.heard_at - *signed_at;
  return age > skew_max || age < -skew_max ? "stale" : "";
}

StripeParser::StripeParser(std::string merchant, std::string_view key) : merchant_(std::move(merchant)) {
  const auto mode = key.substr(std::min(key.find('_'), key.size()));  // sk_live_..., rk_test_...
  if (mode.starts_with("_live_")) livemode_ = "true";
  if (mode.starts_with("_test_")) livemode_ = "false";
}

Reading StripeParser::parse(const HttpAnswer& answer, const ChannelRequest& asked) const {
  Reading reading;
  reading.raw = answer.body;
  const auto root = read_json_tree(answer.body);
  if (!root || root->kind != Tree::Kind::object) return reading;
  if (answer.status < 200 || answer.status >= 300) {
    read_error(*root, asked, reading);
    return reading;
  }
  const auto object = root->text_of("object");
  if (object == "list" || object == "search_result") read_list(*root, asked, reading);
  if (object == "refund") read_refund(*root, reading);
  if (object == "payment_intent") read_intent(*root, reading);
  return reading;
}

Reading StripeParser::parse(const RawCallback& callback) const {
  Reading reading;
  reading.raw = callback.body;
  const auto root = read_json_tree(callback.body);
  if (!root) return reading;
  const auto type = root->text_of("type");
  const bool of_payment = type.starts_with("payment_intent.");
  const bool of_refund = type.starts_with("refund.") || type == "charge.refund.updated";
  if (!type.empty() && !of_payment && !of_refund) {
    reading.ignorable = true;
    return reading;
  }
  const auto* object = root->at("data/object");
  if (object == nullptr || root->text_of("object") != "event") return reading;
  const auto kind = object->text_of("object");
  if (of_payment && kind == "payment_intent") {
    read_intent(*object, reading);
    reading.voucher.reset();
  } else if (of_refund && kind == "refund") {
    read_refund(*object, reading);
  }
  if (const auto happened_at = FieldReader{*root}.unix_seconds("created")) reading.at = happened_at;
  // Made by hand in Stripe's own dashboard, or by somebody else's program: not ours to follow.
  if (reading.readable && reading.number.empty()) reading.ignorable = true;
  const auto account = root->text_of("account");
  reading.merchant = account.empty() ? merchant_ : std::string{account};
  const auto* mode = root->find("livemode");
  const bool says_mode = mode != nullptr && mode->kind == Tree::Kind::boolean && !livemode_.empty();
  if (says_mode && mode->text != livemode_) reading.merchant = "another mode";
  return reading;
}

}  // namespace tael
