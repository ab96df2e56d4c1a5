#include "adapters/simulated/dialects/stripe_dialect.hpp"

#include "actors/ports/dice.hpp"
#include "adapters/channels/access/tree.hpp"
#include "adapters/crypto/crypto.hpp"
#include "adapters/simulated/dialects/dialect_text.hpp"
#include "adapters/simulated/dialects/stripe_counting.hpp"
#include "adapters/simulated/dialects/stripe_parameters.hpp"
#include "adapters/simulated/institution.hpp"
#include "adapters/simulated/institution_json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

namespace tael {

using namespace institution_json;
namespace json = boost::json;

namespace {

constexpr std::string_view intents_path = "/v1/payment_intents", refunds_path = "/v1/refunds",
                           search_path = "/v1/payment_intents/search";

constexpr std::int64_t amount_of_twelve_digits = 999'999'999'999;
constexpr Duration keys_live{24LL * 3'600'000};
constexpr std::string_view again = "-again-";  ///< In the house's number of a payment whose own number was taken.

using Form = std::map<std::string, std::string>;

Form form_of(std::string_view text) {
  Form form;
  if (const auto tree = read_form_tree(text))
    for (const auto& member : tree->children) form[member.name] = member.text;
  return form;
}

std::string_view intent_status_of(std::string_view status) {
  if (status == "paid") return "succeeded";
  if (status == unheard_of) return unheard_of;
  return status == "pending" ? "requires_payment_method" : "canceled";
}
std::string_view refund_status_of(std::string_view status) {
  if (status == "refunded") return "succeeded";
  return status == "rejected" ? "failed" : "pending";
}

struct ErrorRow {
  std::string_view house;
  int status;
  std::string_view type, code;
};
constexpr auto errors = std::to_array<ErrorRow>({
    {"busy", 429, "invalid_request_error", "rate_limit"},
    {"refused_by_bank", 402, "card_error", "card_declined"},
    {"number_conflict", 400, "idempotency_error", ""},
    {"not_found", 404, "invalid_request_error", "resource_missing"},
    {"payment_not_found", 404, "invalid_request_error", "resource_missing"},
    {"already_paid", 400, "invalid_request_error", "payment_intent_unexpected_state"},
    {"account_closed", 402, "invalid_request_error", "refund_rejected"},
    {"refund_too_large", 400, "invalid_request_error", "amount_too_large"},
    {"payment_not_paid", 400, "invalid_request_error", "payment_intent_unexpected_state"},
    {"bad_request", 400, "invalid_request_error", "parameter_missing"},
    {unheard_of, 400, "novel_error", "unheard_of"},
    {"", 400, "invalid_request_error", ""},
});

class StripeDialect final : public Dialect {
 public:
  StripeDialect(StripeDialectOptions options, Dice& dice) : options_(std::move(options)), dice_(dice) {}

  std::variant<HeardCall, InstitutionReply> hear(const InstitutionRequest& request, Institution& institution,
                                                 TimePoint now) override {
    book_ = &institution.book();
    if (header(request.headers, "authorization") != "Bearer " + options_.key)
      return error(401, "invalid_request_error", "", "Invalid API Key provided");
    const std::string_view target = request.target;
    const auto path = target.substr(0, target.find('?'));
    const bool post = request.method == "POST", get = request.method == "GET";
    auto form = form_of(post ? std::string_view{request.body}
                             : target.substr(std::min(target.find('?'), target.size() - 1) + 1));
    if (const auto unknown = post ? unknown_stripe_parameter(path, form) : std::nullopt)
      return error(400, "invalid_request_error", "parameter_unknown", "Received unknown parameter: " + *unknown);
    const auto key = header(request.headers, "idempotency-key");
    replayed_ = false;
    if (post && !key.empty()) {
      const auto asked = request.target + "\n" + request.body;
      std::erase_if(asked_by_key_, [&](const auto& each) { return now >= each.second.at + keys_live; });
      const auto [known, fresh] = asked_by_key_.try_emplace(key, Asked{asked, now});
      if (!fresh && known->second.what != asked)
        return error(400, "idempotency_error", "", "the key was used otherwise");
      is_new_ = fresh;
      replayed_ = !fresh;  // Of a key that was forgotten there is nothing to tell again.
    }
    if (post) remember_metadata(path, form, key);
    if (post && path == intents_path) return heard_pay(form, key, now);
    if (post && path == refunds_path) return heard_refund(form, key);
    if (get && path == refunds_path) return about_refunds(form);
    if (get && path == search_path) return about_search(form["query"]);
    if (path.starts_with(intents_path) && path.size() > intents_path.size()) {
      auto id = path.substr(intents_path.size() + 1);
      const bool cancel = id.ends_with("/cancel");
      if (cancel) id.remove_suffix(7);
      if (id.ends_with("/confirm")) id.remove_suffix(8);
      return HeardCall{
          post && cancel ? ChannelOp::close : ChannelOp::inquire, {{"number", number_of(id)}}, "one", false};
    }
    if (get && path.starts_with(refunds_path) && path.size() > refunds_path.size())
      return HeardCall{
          ChannelOp::inquire_refund, {{"number", number_of(path.substr(refunds_path.size() + 1))}}, "one", false};
    return error(404, "invalid_request_error", "", "Unrecognized request URL");
  }

  InstitutionReply answer(const HeardCall& call, int status, const json::object& body) override {
    const auto state = text(body, "status"), house = status == 200 ? std::string{} : text(body, "code");
    const bool is_search = call.detail == "list";
    if (is_search && house == "not_found") return list(call.op, json::array{});
    if (!house.empty()) return house_error(house, call.op == ChannelOp::close ? "succeeded" : "");
    switch (call.op) {
      case ChannelOp::pay: return state == "failed" ? house_error("refused_by_bank", "") : reply(whole(intent(body)));
      case ChannelOp::inquire:
        return is_search ? list(call.op, json::array{whole(intent(body))}) : reply(whole(intent(body)));
      case ChannelOp::close: return reply(whole(intent(body)));
      case ChannelOp::refund:
        return state == "rejected" ? house_error("account_closed", "") : reply(whole(refund(body)));
      case ChannelOp::inquire_refund:
        return is_search ? list(call.op, refunds_beside(body)) : reply(whole(refund(body)));
      case ChannelOp::transfer:
      case ChannelOp::inquire_transfer: break;
    }
    return error(400, "invalid_request_error", "", "not offered");
  }

  /// Stripe signs no answers; what makes one untrue is a body that is none.
  void sign(InstitutionReply& reply, Signing, TimePoint) override {
    reply.headers.emplace_back("request-id", make_word(dice_, "req_"));
    if (replayed_) reply.headers.emplace_back("idempotent-replayed", "true");
  }

  std::optional<HttpCall> callback(const json::object& body, Signing signing, TimePoint signed_at, TimePoint now,
                                   bool cut) override {
    const auto type = text(body, "type"), state = text(body, "status");
    if (type == "transfer") return std::nullopt;
    const bool is_refund = type == "refund";
    const auto event = is_refund         ? state == "rejected" ? "refund.failed" : "refund.updated"
                       : state == "paid" ? "payment_intent.succeeded"
                                         : "payment_intent.canceled";
    const json::object wrapped{{"id", "evt_" + text(body, "event")},
                               {"object", "event"},
                               {"api_version", "2026-10-28.endive"},
                               {"created", unix_ms(now) / 1'000},
                               {"livemode", options_.key.find("_live_") != std::string::npos},
                               {"type", event},
                               {"data", json::object{{"object", whole(is_refund ? refund(body) : intent(body))}}}};
    HttpCall call;
    call.body = json::serialize(wrapped);
    const auto timestamp = std::to_string(unix_ms(signed_at) / 1'000);
    const auto signature = signing == Signing::forged
                               ? std::string(64, '0')
                               : hmac_sha256_hex(options_.webhook_secret, timestamp + "." + call.body);
    const auto rolled = old_secret_.empty() || signing == Signing::forged
                            ? std::string{}
                            : ",v1=" + hmac_sha256_hex(old_secret_, timestamp + "." + call.body);
    call.headers = {{"content-type", "application/json"}};
    if (signing != Signing::absent)
      call.headers.emplace_back("stripe-signature", "t=" + timestamp + ",v1=" + signature + rolled);
    if (cut) call.body.resize(call.body.size() / 2);
    return call;
  }

  void rotate() override {
    if (options_.next_secrets.empty()) return;
    old_secret_ = std::exchange(options_.webhook_secret, options_.next_secrets.front());
    options_.next_secrets.erase(options_.next_secrets.begin());
  }

 private:
  static std::string number_of(std::string_view id) {
    return std::string{id.starts_with("pi_") || id.starts_with("re_") ? id.substr(3) : id};
  }

  /// What is told again is merged; an empty value takes its name away.
  void remember_metadata(std::string_view path, const Form& form, const std::string& key) {
    const bool is_update = path.starts_with(intents_path) && path.size() > intents_path.size();
    const auto named = form.find("metadata[number]");
    const auto number = is_update             ? number_of(path.substr(intents_path.size() + 1))
                        : named != form.end() ? named->second
                                              : key;
    constexpr std::string_view opening = "metadata[";
    for (const auto& [name, value] : form)
      if (name.starts_with(opening) && name.ends_with(']'))
        metadata_[number][name.substr(opening.size(), name.size() - opening.size() - 1)] = value;
  }

  /// With all metadata that was told of it.
  json::object whole(json::object made) {
    auto& shown = made["metadata"].as_object();
    for (const auto& [name, value] : metadata_[number_of(text(made, "id"))])
      if (name != "number" && !value.empty()) shown[name] = value;
    return made;
  }

  std::variant<HeardCall, InstitutionReply> heard_pay(Form& form, const std::string& key, TimePoint now) {
    auto number = form["metadata[number]"];
    if (number.empty()) number = key.empty() ? make_word(dice_, "n") : key;
    const auto amount = digits(form["amount"]);
    const auto& currency = form["currency"];
    if (!amount || currency.empty())
      return error(400, "invalid_request_error", "parameter_missing", "Missing required param: amount");
    if (auto refusal = refuse_amount(*amount, currency)) return std::move(*refusal);
    number = fresh_number(number);
    const bool confirmed = form["confirm"] == "true";
    return HeardCall{ChannelOp::pay,
                     {{"number", number},
                      {"method", confirmed ? "saved" : "card"},
                      {"bank", ""},
                      {"amount", house_amount(*amount, currency)},
                      {"currency", upper(currency)},
                      {"subject", form["description"]},
                      {"expires_at", to_rfc3339(now + Duration{24LL * 3'600'000})},
                      {"callback_url", options_.webhook_url}},
                     {}};
  }

  /// A key that was forgotten makes a repeat a charge of its own, with the same metadata.
  std::string fresh_number(const std::string& number) {
    if (!is_new_ || book_->find_payment(number) == nullptr) return number;
    return number + std::string{again} + std::to_string(++repeats_);
  }

  /// What is no whole number of what the currency is charged in, or no currency of theirs.
  static std::optional<InstitutionReply> refuse_amount(std::int64_t amount, const std::string& currency) {
    const auto known = Currency::parse(upper(currency));
    const auto& counting = counting_of(currency);
    if (!known || (counting.currencies.empty() && known->exponent() != 2))
      return error(400, "invalid_request_error", "", "Invalid currency: " + currency);
    if (amount > amount_of_twelve_digits)
      return error(400, "invalid_request_error", "amount_too_large", "Amount must be no more than twelve digits");
    if (amount % counting.multiple_of == 0) return std::nullopt;
    return error(400, "invalid_request_error", "invalid_charge_amount_no_decimal_compatible",
                 "Invalid amount. It must be evenly divisible by " + std::to_string(counting.multiple_of));
  }

  std::variant<HeardCall, InstitutionReply> heard_refund(Form& form, const std::string& key) {
    auto number = form["metadata[number]"];
    if (number.empty()) number = key.empty() ? make_word(dice_, "n") : key;
    const auto payment = number_of(form["payment_intent"]);
    const auto* known = book_->find_payment(payment);
    const auto currency = known == nullptr ? std::string{"CNY"} : known->amount.currency.text();
    const auto units = digits(form["amount"]);
    if (units)
      if (auto refusal = refuse_amount(*units, lower(currency))) return std::move(*refusal);
    const auto left = known == nullptr ? 0 : known->received - known->returned;
    refunds_of_[payment].push_back(number);
    return HeardCall{ChannelOp::refund,
                     {{"number", number},
                      {"payment_number", payment},
                      {"amount", units ? house_amount(*units, lower(currency)) : left},
                      {"currency", currency},
                      {"callback_url", options_.webhook_url}},
                     {}};
  }

  /// A list is about the newest refund; `answer` shows the others beside it.
  HeardCall about_refunds(Form& form) {
    const auto& numbers = refunds_of_[number_of(form["payment_intent"])];
    return {ChannelOp::inquire_refund, {{"number", numbers.empty() ? "none" : numbers.back()}}, "list"};
  }

  static HeardCall about_search(std::string_view query) {
    const auto begin = query.find(":'");
    const auto number =
        begin == query.npos ? std::string_view{} : query.substr(begin + 2, query.rfind('\'') - begin - 2);
    return {ChannelOp::inquire, {{"number", number}}, "list"};
  }

  static json::object intent(const json::object& body) {
    const auto number = text(body, "number"), state = text(body, "status");
    const auto amount = integer(body, "amount");
    json::object made{{"id", "pi_" + number},
                      {"object", "payment_intent"},
                      {"created", 1'795'000'000},
                      {"currency", lower(text(body, "currency"))},
                      {"livemode", false},
                      {"capture_method", "automatic"},
                      {"confirmation_method", "automatic"},
                      {"payment_method_types", json::array{"card"}},
                      {"metadata", json::object{{"number", number.substr(0, number.find(again))}}},
                      {"status", intent_status_of(state)},
                      {"client_secret", "pi_" + number + "_secret_simulated"}};
    if (!amount) return made;
    const auto units = units_of(*amount, lower(text(body, "currency")));
    made["amount"] = units;
    made["amount_received"] = state == "paid" ? units : 0;
    return made;
  }

  static json::object refund(const json::object& body) {
    const auto number = text(body, "number");
    json::object made{{"id", "re_" + number},
                      {"object", "refund"},
                      {"created", 1'795'000'000},
                      {"currency", lower(text(body, "currency"))},
                      {"payment_intent", "pi_" + text(body, "payment_number")},
                      {"metadata", json::object{{"number", number}}},
                      {"status", refund_status_of(text(body, "status"))}};
    if (const auto amount = integer(body, "amount")) made["amount"] = units_of(*amount, lower(text(body, "currency")));
    return made;
  }

  json::array refunds_beside(const json::object& body) {
    json::array all{refund(body)};
    for (const auto& number : refunds_of_[text(body, "payment_number")])
      if (const auto* other = book_->find_refund(number); other != nullptr && number != text(body, "number"))
        all.push_back(refund({{"number", number},
                              {"payment_number", other->payment},
                              {"status", name_of(other->status)},
                              {"amount", other->amount.amount},
                              {"currency", other->amount.currency.text()}}));
    return all;
  }

  /// Refunds are listed; intents are searched for.
  static InstitutionReply list(ChannelOp op, json::array data) {
    const bool of_refunds = op == ChannelOp::inquire_refund;
    return reply({{"object", of_refunds ? "list" : "search_result"},
                  {"url", of_refunds ? refunds_path : search_path},
                  {"data", std::move(data)},
                  {"has_more", false}});
  }

  static InstitutionReply error(int status, std::string_view type, std::string_view code, std::string_view message,
                                std::string_view state = {}) {
    json::object inner{{"type", type}, {"message", message}};
    if (!code.empty()) inner["code"] = code;
    if (!state.empty()) inner["payment_intent"] = json::object{{"status", state}};
    auto made = reply({{"error", std::move(inner)}});
    made.status = status;
    return made;
  }

  static InstitutionReply house_error(std::string_view house, std::string_view state) {
    const auto* row = std::ranges::find(errors, house, &ErrorRow::house);
    if (row == errors.end()) row = errors.end() - 1;
    return error(row->status, row->type, row->code, house, row->status == 400 ? state : "");
  }

  StripeDialectOptions options_;
  Dice& dice_;
  std::string old_secret_;           ///< Signs beside the new one after a roll.
  InstitutionBook* book_ = nullptr;  ///< Of the institution that heard last: the one we belong to.
  struct Asked {
    std::string what;
    TimePoint at;
  };
  std::map<std::string, Asked> asked_by_key_;
  bool is_new_ = true;  ///< The key of the call at hand was not known.
  int repeats_ = 0;
  std::map<std::string, std::vector<std::string>> refunds_of_;  ///< By payment.
  /// By number.
  std::map<std::string, Form> metadata_;
  /// The call being answered is the repeat of one under its key.
  bool replayed_ = false;
};

}  // namespace

std::unique_ptr<Dialect> make_stripe_dialect(StripeDialectOptions options, Dice& dice) {
  return std::make_unique<StripeDialect>(std::move(options), dice);
}

}  // namespace tael
