#include "adapters/simulated/institution.hpp"

#include "adapters/simulated/institution_json.hpp"
#include "adapters/simulated/institution_signature.hpp"

#include <utility>

namespace tael {

using namespace institution_json;

namespace {

constexpr std::string_view payments_path = "/v1/payments", refunds_path = "/v1/refunds", bills_path = "/v1/bills/";

/// The number in `/v1/payments/{number}`, or nothing.
std::string number_in(std::string_view target, std::string_view path, std::string_view tail = {}) {
  if (target.size() <= path.size() + 1 + tail.size() || !target.starts_with(path) || target[path.size()] != '/' ||
      !target.ends_with(tail))
    return {};
  target.remove_prefix(path.size() + 1);
  target.remove_suffix(tail.size());
  return target.find('/') == std::string_view::npos ? std::string{target} : std::string{};
}

struct Route {
  ChannelOp op;
  std::string number;  ///< From the path; empty when it is in the body.
};

std::optional<Route> route(std::string_view method, std::string_view target) {
  const bool post = method == "POST", get = method == "GET";
  if (post && target == payments_path) return Route{ChannelOp::pay, {}};
  if (post && target == refunds_path) return Route{ChannelOp::refund, {}};
  if (auto number = number_in(target, payments_path, "/close"); post && !number.empty())
    return Route{ChannelOp::close, std::move(number)};
  if (auto number = number_in(target, payments_path); get && !number.empty())
    return Route{ChannelOp::inquire, std::move(number)};
  if (auto number = number_in(target, refunds_path); get && !number.empty())
    return Route{ChannelOp::inquire_refund, std::move(number)};
  return std::nullopt;
}

}  // namespace

Institution::Institution(InstitutionOptions options, Dice& dice) : options_(std::move(options)), dice_(dice) {}

InstitutionReply Institution::handle(const InstitutionRequest& request, TimePoint now) {
  const std::string_view target = request.target;
  if (target.starts_with("/control/")) return control(request, now);
  if (target.starts_with("/payer/")) return payer_page(request, now);
  return handle_api(request, now);
}

InstitutionReply Institution::handle_api(const InstitutionRequest& request, TimePoint now) {
  const std::string_view target = request.target;
  const bool is_signed = is_signed_by_merchant(options_, request.method, target, request.headers, request.body, now);
  if (!is_signed) return sign(refuse(401, "bad_signature", "the request is not signed by its merchant"), now);
  if (request.method == "GET" && target.starts_with(bills_path)) {
    InstitutionReply bill;
    bill.content_type = "text/csv";
    bill.body = book_.bill(target.substr(bills_path.size()));
    return sign(std::move(bill), now);
  }
  const auto found = route(request.method, target);
  if (!found) return sign(refuse(404, "no_such_call", "no call of this name"), now);

  const auto body = found->number.empty() ? object(request.body) : boost::json::object{};
  Subject subject{found->op, found->number, text(body, "method"), text(body, "bank"),
                  integer(body, "amount").value_or(0)};
  if (subject.number.empty()) subject.number = text(body, "number");
  const auto* refund = book_.find_refund(subject.number);
  const auto payment_number = found->op == ChannelOp::refund ? text(body, "payment_number")
                              : refund != nullptr            ? refund->payment
                                                             : subject.number;
  if (const auto* payment = book_.find_payment(payment_number); payment != nullptr && found->op != ChannelOp::pay) {
    subject.method = payment->method;
    subject.bank = payment->bank;
  }

  const auto fault = choose_fault(subject, now);
  const auto* row = find_fault(fault);
  if (row == nullptr || row->stage != FaultStage::call) return spoil(execute(subject, body, fault, now), fault, now);
  if (fault == Fault::busy) return sign(refuse(429, "busy", "come back later", subject.number), now);
  InstitutionReply unserved;
  unserved.manner = fault == Fault::refuse ? Manner::refuse : fault == Fault::hang ? Manner::hang : Manner::answer;
  unserved.status = 500;
  unserved.content_type = "text/html";
  unserved.body = "<h1>Internal error</h1>";
  return unserved;
}

/// What was switched on by hand goes before what the amount asks for.
Fault Institution::choose_fault(const Subject& subject, TimePoint now) {
  const auto by_hand = board_.take(subject.op, subject.method, subject.bank, now, dice_);
  const bool may_be_magic = subject.op == ChannelOp::pay || subject.op == ChannelOp::refund;
  if (by_hand != Fault::none || !options_.magic_amounts || !may_be_magic) return by_hand;
  return magic_fault(subject.op, subject.amount);
}

std::string Institution::make_word(std::string_view prefix) {
  std::string word{prefix};
  for (auto bits = dice_.roll(); word.size() < prefix.size() + 16; bits >>= 4) word += "0123456789abcdef"[bits & 15];
  return word;
}

InstitutionReply Institution::sign(InstitutionReply reply, TimePoint now) {
  reply.after = options_.delays.answer_after;
  if (const auto jitter = options_.delays.answer_jitter; jitter > Duration::zero())
    reply.after += Duration{static_cast<std::int64_t>(dice_.roll() % static_cast<std::uint64_t>(jitter.count()))};
  if (!options_.keys.empty())
    reply.headers = institution_headers(options_.keys.front(), now, make_word("n"), reply.body);
  return reply;
}

/// Signs the answer to an executed call and then does to it what the fault says.
InstitutionReply Institution::spoil(InstitutionReply reply, Fault fault, TimePoint now) {
  if (fault == Fault::refund_silent || fault == Fault::answer_cut) {
    reply.manner = Manner::cut;
    return reply;
  }
  if (fault == Fault::answer_broken) reply.body.resize(reply.body.size() / 2);
  if (fault == Fault::amount_missing || fault == Fault::other_number) {
    auto body = object(reply.body);
    if (fault == Fault::amount_missing) body.erase("amount"), body.erase("currency");
    if (fault == Fault::other_number) body["number"] = text(body, "number") + "X";
    reply.body = boost::json::serialize(body);
  }
  constexpr Duration beyond_skew{3'600'000};
  reply = sign(std::move(reply), fault == Fault::answer_stale ? now - beyond_skew : now);

  if (fault == Fault::answer_slow) reply.after += options_.delays.slow_answer;
  if (fault == Fault::answer_late) reply.after += options_.delays.late_answer;
  if (fault == Fault::callback_early) reply.after += options_.delays.early_lead;
  if (fault == Fault::answer_unsigned) reply.headers.clear();
  for (auto& [name, value] : reply.headers) {
    if (fault == Fault::answer_forged && name == "house-signature") value = std::string(64, '0');
    if (fault == Fault::answer_unknown_key && name == "house-key") value = "of-nobody";
  }
  if (fault == Fault::answer_5xx) {
    reply.status = 502;
    reply.content_type = "text/html";
    reply.body = "<h1>Bad gateway</h1>";
    reply.headers.clear();
  }
  return reply;
}

std::vector<InstitutionCallback> Institution::tick(TimePoint now) {
  std::vector<InstitutionCallback> leaving;
  while (!agenda_.empty() && agenda_.begin()->first <= now) {
    const auto due = agenda_.extract(agenda_.begin()).mapped();
    take_place(due, now, leaving);
  }
  return leaving;
}

std::optional<TimePoint> Institution::next_due() const {
  return agenda_.empty() ? std::nullopt : std::optional{agenda_.begin()->first};
}

}  // namespace tael
