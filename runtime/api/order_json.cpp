#include "runtime/api/order_json.hpp"

#include "actors/domain/assert.hpp"
#include "runtime/api/json_tree.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace tael {
namespace {

namespace bj = boost::json;

bj::value instant(TimePoint at) {
  if (at == TimePoint{}) return nullptr;
  return bj::string{to_rfc3339(at)};
}

bj::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return bj::string{text};
}

/// Parameters stand as the channel made them: a number of theirs may be longer than any of ours.
std::string to_json(const Voucher& voucher) {
  bj::object told{{"kind", voucher.kind}};
  if (voucher.kind == "none") return bj::serialize(told);
  boost::system::error_code error;
  if (voucher.kind == "params") bj::parse(voucher.value, error);
  if (voucher.kind == "params" && !error) return json::with_member(told, "value", voucher.value);
  told["value"] = voucher.value;
  return bj::serialize(told);
}

std::string to_json(const Order& order, const Attempt& attempt) {
  const bj::object told{{"id", attempt.number},
                        {"no", attempt.no},
                        {"path", attempt.path},
                        {"state", name_of(attempt.state)},
                        {"amount", attempt.amount},
                        {"currency", order.currency.code()},
                        {"channel_transaction", text_or_null(attempt.channel_transaction)},
                        {"code", text_or_null(attempt.code)},
                        {"sent_at", instant(attempt.sent_at)},
                        {"paid_at", instant(attempt.paid_at)},
                        {"finished_at", instant(attempt.finished_at)}};
  return json::with_member(told, "voucher", to_json(attempt.voucher));
}

bj::object to_json(const Order& order, const Refund& refund) {
  return {{"id", refund.id},
          {"refund_no", refund.refund_no},
          {"order_id", order.id},
          {"amount", refund.amount},
          {"currency", order.currency.code()},
          {"reason", refund.reason},
          {"cause", name_of(refund.cause)},
          {"state", name_of(refund.state)},
          {"created_at", instant(refund.created_at)},
          {"refunded_at", instant(refund.refunded_at)},
          {"finished_at", instant(refund.finished_at)}};
}

bj::value to_json(const std::optional<Notice>& notice) {
  if (!notice) return nullptr;
  return {{"state", name_of(notice->state)}, {"tries", notice->tries}, {"next_at", instant(notice->next_at)}};
}

std::string to_json(const OrderView& view, const std::string& public_url) {
  const auto& order = view.order;
  bj::array refunds;
  std::string attempts;
  for (const auto& attempt : order.attempts)
    attempts.append(attempts.empty() ? "" : ",").append(to_json(order, attempt));
  for (const auto& refund : order.refunds) refunds.push_back(to_json(order, refund));
  // The attempt that paid speaks for the order; before that the newest does.
  const auto* paying = find_attempt(order, order.paid_by);
  const auto* shown = paying != nullptr || order.attempts.empty() ? paying : &order.attempts.back();
  const bj::object told{
      {"id", order.id},
      {"business", order.context.business},
      {"order_no", order.order_no},
      {"type", order.context.order_type},
      {"scene", order.context.scene},
      {"amount", order.amount},
      {"currency", order.currency.code()},
      {"subject", order.subject},
      {"state", name_of(order.state)},
      {"paid_amount", order.paid_amount},
      {"refunded_amount", order.refunded_amount},
      {"paid_at", instant(order.paid_at)},
      {"heard_at", instant(order.heard_at)},
      {"channel_transaction", paying == nullptr ? bj::value{} : text_or_null(paying->channel_transaction)},
      {"path", shown == nullptr ? bj::value{} : text_or_null(shown->path)},
      {"refunds", std::move(refunds)},
      {"notice", to_json(view.notice)},
      {"cashier_url", public_url + "/cashier/" + order.id},
      {"expires_at", instant(order.expires_at)},
      {"created_at", instant(order.created_at)},
      {"version", order.version}};
  return json::with_member(told, "attempts", "[" + attempts + "]");
}

}  // namespace

const Attempt* find_attempt(const Order& order, std::string_view number) {
  const auto found = std::ranges::find(order.attempts, number, &Attempt::number);
  return found == order.attempts.end() ? nullptr : &*found;
}

const Refund* find_refund(const Order& order, std::string_view id) {
  const auto found = std::ranges::find(order.refunds, id, &Refund::id);
  return found == order.refunds.end() ? nullptr : &*found;
}

std::string JsonRenderer::order(const OrderView& view) const { return to_json(view, public_url_); }

std::string JsonRenderer::notice(const std::string& type, const OrderView& view, TimePoint at) const {
  return json::with_member({{"type", type}, {"timestamp", to_rfc3339(at)}}, "data", to_json(view, public_url_));
}

std::string refund_json(const Order& order, const Refund& refund) { return bj::serialize(to_json(order, refund)); }

std::string payment_json(const Order& order, const Attempt& attempt) {
  return R"({"attempt":)" + to_json(order, attempt) + R"(,"voucher":)" + to_json(attempt.voucher) + "}";
}

StoredAnswer JsonRenderer::answer(const std::string& route, const OrderView& view) const {
  const int made = view.created ? 201 : 200;
  if (route == "create") return {made, order(view)};
  if (route == "pay") {
    const auto* attempt = find_attempt(view.order, view.number);
    TAEL_ASSERT(attempt != nullptr, "a payment's view has its attempt");
    return {200, payment_json(view.order, *attempt)};
  }
  if (route == "refund") {
    const auto* refund = find_refund(view.order, view.number);
    TAEL_ASSERT(refund != nullptr, "a refund's view has its refund");
    return {made, refund_json(view.order, *refund)};
  }
  return {200, order(view)};
}

}  // namespace tael
