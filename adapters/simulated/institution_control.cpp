// The control API under /control/ and the payer's page under /payer/. Neither is signed: they belong to
// whoever runs the simulation, and a fault never touches them.
#include "adapters/simulated/institution.hpp"
#include "adapters/simulated/institution_json.hpp"

#include <array>
#include <utility>

namespace tael {

using namespace institution_json;

namespace {

struct DelaySetting {
  std::string_view name;
  Duration InstitutionDelays::*member;
};

constexpr auto delay_settings = std::to_array<DelaySetting>({
    {"answer_after_ms", &InstitutionDelays::answer_after},
    {"answer_jitter_ms", &InstitutionDelays::answer_jitter},
    {"pay_after_ms", &InstitutionDelays::pay_after},
    {"callback_after_ms", &InstitutionDelays::callback_after},
    {"callback_gap_ms", &InstitutionDelays::callback_gap},
    {"slow_answer_ms", &InstitutionDelays::slow_answer},
    {"late_answer_ms", &InstitutionDelays::late_answer},
    {"early_lead_ms", &InstitutionDelays::early_lead},
    {"refund_after_ms", &InstitutionDelays::refund_after},
    {"late_pay_after_ms", &InstitutionDelays::late_pay_after},
    {"held_for_ms", &InstitutionDelays::held_for},
    {"drip_pause_ms", &InstitutionDelays::drip_pause},
});

struct OpName {
  std::string_view name;
  ChannelOp op;
};

constexpr auto op_names = std::to_array<OpName>({{"pay", ChannelOp::pay},
                                                 {"inquire", ChannelOp::inquire},
                                                 {"close", ChannelOp::close},
                                                 {"refund", ChannelOp::refund},
                                                 {"inquire_refund", ChannelOp::inquire_refund},
                                                 {"transfer", ChannelOp::transfer},
                                                 {"inquire_transfer", ChannelOp::inquire_transfer}});

boost::json::object show_settings(const InstitutionOptions& options) {
  boost::json::object body{{"magic_amounts", options.magic_amounts}};
  for (const auto& setting : delay_settings) body[setting.name] = (options.delays.*setting.member).count();
  boost::json::array ladder;
  for (const auto rung : options.delays.callback_ladder) ladder.emplace_back(rung.count());
  body["callback_ladder_ms"] = std::move(ladder);
  return body;
}

std::optional<std::vector<Duration>> read_ladder(const boost::json::value& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<Duration> ladder;
  for (const auto& rung : value.get_array()) {
    if (!rung.is_int64() || rung.get_int64() < 0) return std::nullopt;
    ladder.emplace_back(rung.get_int64());
  }
  return ladder;
}

boost::json::array show_rules(const std::vector<FaultRule>& rules) {
  boost::json::array shown;
  for (const auto& rule : rules) {
    boost::json::object line{{"scope", rule.scope}, {"mode", find_fault(rule.fault)->name}, {"count", rule.count}};
    if (rule.until) line["until"] = to_rfc3339(*rule.until);
    shown.push_back(std::move(line));
  }
  return shown;
}

std::optional<ChannelOp> op_of(std::string_view name) {
  const auto* row = std::ranges::find(op_names, name, &OpName::name);
  return row == op_names.end() ? std::nullopt : std::optional{row->op};
}

/// A fault that somebody asked for and did not get would look like one that was survived.
std::string wrong_in_fault(const boost::json::object& body) {
  constexpr std::int64_t lasts_ms_max = 30LL * 24 * 3'600'000;
  struct Member {
    std::string_view name, expected;
    bool (*fits)(const boost::json::value&);
  };
  static constexpr auto members = std::to_array<Member>({
      {"mode", "text", [](const boost::json::value& value) { return value.is_string(); }},
      {"scope", "text: empty for all, `method` or `method/bank`",
       [](const boost::json::value& value) { return value.is_string(); }},
      {"op", "one of pay, inquire, close, refund, inquire_refund, transfer, inquire_transfer",
       [](const boost::json::value& value) { return value.is_string() && op_of(value.get_string()).has_value(); }},
      {"count", "a number of calls, 1 or more; without it every call",
       [](const boost::json::value& value) { return value.is_int64() && value.get_int64() >= 1; }},
      {"until", "an instant as RFC 3339 writes it",
       [](const boost::json::value& value) {
         return value.is_string() && parse_rfc3339(value.get_string()).has_value();
       }},
      {"for_ms", "milliseconds, 1 to 30 days of them",
       [](const boost::json::value& value) {
         return value.is_int64() && value.get_int64() >= 1 && value.get_int64() <= lasts_ms_max;
       }},
  });
  for (const auto& [name, value] : body) {
    const auto* member = std::ranges::find(members, std::string_view{name}, &Member::name);
    if (member == members.end())
      return "unknown member " + std::string{name} + "; there are: mode, scope, op, count, until, for_ms";
    if (!member->fits(value)) return std::string{name} + " must be " + std::string{member->expected};
  }
  return body.contains("until") && body.contains("for_ms") ? "either until or for_ms, not both" : "";
}

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  return escaped;
}

}  // namespace

InstitutionReply Institution::control(const InstitutionRequest& request, TimePoint now) {
  constexpr std::string_view payments = "/control/payments/";
  const std::string_view target = request.target;
  const auto body = object(request.body);
  const bool post = request.method == "POST", get = request.method == "GET";
  if (post && target == "/control/faults") return set_fault(body, now);
  if (get && target == "/control/faults") return reply({{"faults", show_rules(board_.rules())}});
  if (post && target == "/control/heal") {
    board_.heal(text(body, "scope"));
    return reply({{"faults", show_rules(board_.rules())}});
  }
  if (post && target == "/control/rotate") {
    dialect_->rotate();
    return reply({{"rotated", true}});
  }
  if (post && target == "/control/pay") return pay_by_hand(text(body, "number"), now);
  if (post && target == "/control/settings") return change_settings(body);
  if (get && target == "/control/settings") return reply(show_settings(options_));
  if (get && target == "/control/book") return show_book();
  if (get && target.starts_with(payments)) return show_payment(std::string{target.substr(payments.size())}, now);
  return refuse(404, "no_such_call", "faults, heal, rotate, pay, settings, book, payments/{number}");
}

InstitutionReply Institution::set_fault(const boost::json::object& body, TimePoint now) {
  const auto* row = find_fault(text(body, "mode"));
  if (row == nullptr) {
    std::string known = "mode must be one of";
    for (const auto& each : fault_table) known.append(" ").append(each.name);
    return refuse(400, "unknown_mode", known);
  }
  if (const auto wrong = wrong_in_fault(body); !wrong.empty()) return refuse(400, "wrong_fault", wrong);
  FaultRule rule;
  rule.fault = row->fault;
  rule.scope = text(body, "scope");
  rule.count = integer(body, "count").value_or(-1);
  rule.until = parse_rfc3339(text(body, "until"));
  if (const auto lasts = integer(body, "for_ms")) rule.until = now + Duration{*lasts};
  rule.op = op_of(text(body, "op"));
  board_.add(std::move(rule));
  return reply({{"faults", show_rules(board_.rules())}});
}

InstitutionReply Institution::change_settings(const boost::json::object& body) {
  for (const auto& [name, value] : body) {
    const auto* setting = std::ranges::find(delay_settings, std::string_view{name}, &DelaySetting::name);
    const bool is_delay = setting != delay_settings.end() && value.is_int64() && value.get_int64() >= 0;
    const bool is_magic = name == "magic_amounts" && value.is_bool();
    const auto ladder = name == "callback_ladder_ms" ? read_ladder(value) : std::nullopt;
    if (is_delay) options_.delays.*(setting->member) = Duration{value.get_int64()};
    if (is_magic) options_.magic_amounts = value.get_bool();
    if (ladder) options_.delays.callback_ladder = *ladder;
    if (is_delay || is_magic || ladder) continue;
    if (setting != delay_settings.end())
      return refuse(400, "wrong_setting", std::string{name} + " must be milliseconds, 0 or more");
    if (name == "magic_amounts") return refuse(400, "wrong_setting", "magic_amounts must be true or false");
    if (name == "callback_ladder_ms")
      return refuse(400, "wrong_setting", "callback_ladder_ms must be a list of milliseconds");
    return refuse(400, "unknown_setting", std::string_view{name});
  }
  return reply(show_settings(options_));
}

InstitutionReply Institution::pay_by_hand(const std::string& number, TimePoint now) {
  auto* payment = book_.find_payment(number);
  if (payment == nullptr) return refuse(404, "not_found", "no payment of this number", number);
  expire(*payment, now);
  if (payment->status != InstitutionPayment::Status::pending)
    return refuse(409, "not_pending", name_of(payment->status), number);
  settle(*payment, now);
  return reply(show(*payment));
}

InstitutionReply Institution::show_book() const {
  boost::json::array currencies;
  for (const auto& [currency, total] : book_.totals())
    currencies.push_back(boost::json::object{{"currency", currency.code()},
                                             {"payments", total.payments},
                                             {"received", total.received},
                                             {"refunds", total.refunds},
                                             {"refunded", total.refunded},
                                             {"fee", total.fee}});
  boost::json::object counts;
  for (const auto& [status, count] : book_.counts()) counts[status] = count;
  return reply({{"channel", options_.channel},
                {"currencies", std::move(currencies)},
                {"payments", std::move(counts)},
                {"about_to_happen", agenda_.size()},
                {"callbacks_on_their_way", callbacks_.size()}});
}

InstitutionReply Institution::show_payment(const std::string& number, TimePoint now) {
  auto* payment = book_.find_payment(number);
  if (payment == nullptr) return refuse(404, "not_found", "no payment of this number", number);
  expire(*payment, now);
  auto body = show(*payment);
  body["method"] = payment->method;
  body["bank"] = payment->bank;
  body["received"] = payment->received;
  body["returned"] = payment->returned;
  body["callbacks_sent"] = payment->callbacks_sent;
  body["callbacks_acknowledged"] = payment->callbacks_acknowledged;
  if (const auto* row = find_fault(payment->fault)) body["fault"] = row->name;
  return reply(body);
}

/// GET shows what is to be paid; POST is the payer's consent.
InstitutionReply Institution::payer_page(const InstitutionRequest& request, TimePoint now) {
  const auto number = request.target.substr(std::string_view{"/payer/"}.size());
  auto* payment = book_.find_payment(number);
  if (payment == nullptr || payment->amount.amount == 0) return refuse(404, "not_found", "nothing to pay here");
  if (request.method == "POST") pay_by_hand(number, now);
  expire(*payment, now);
  const bool is_open = payment->status == InstitutionPayment::Status::pending;
  InstitutionReply page;
  page.content_type = "text/html; charset=utf-8";
  page.body = "<!doctype html><html lang=en><meta name=viewport content=\"width=device-width\"><title>" +
              escape_html(options_.channel) +
              "</title><body style=\"font:18px sans-serif;margin:3em auto;width:20em\">" + "<h1>" +
              to_text(payment->amount) + "</h1><p>" + escape_html(payment->subject) + "<p>" +
              std::string{is_open ? "" : name_of(payment->status)};
  if (is_open) page.body += "<form method=post><button style=\"font:inherit;padding:.5em 2em\">Pay</button></form>";
  return page;
}

}  // namespace tael
