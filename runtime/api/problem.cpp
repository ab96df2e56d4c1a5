#include "runtime/api/problem.hpp"

#include "adapters/encoding/card_numbers.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace tael {
namespace {

template <class Why>
struct Row {
  Why why;
  Reason reason;
};

// clang-format off
constexpr std::array owner_rows = [] {
  using enum Refusal;
  return std::to_array<Row<Refusal>>({
    // The outcome is about this request: `rejected` had no effect and never will, `not_sent` had none yet and may be
    // repeated as it is, `unknown` may have had one, so repeat it under the same number or key, or read the order.
    {order_not_found,     {404, "ORDER_NOT_FOUND",         "No such order",                        false, "rejected", 0}},
    {order_no_taken,      {409, "ORDER_NO_TAKEN",          "Order number used with another body",  false, "rejected", 0}},
    {key_taken,           {422, "IDEMPOTENCY_KEY_TAKEN",   "Idempotency-Key used with another request", false, "rejected", 0}},
    {key_in_use,          {409, "IDEMPOTENCY_KEY_IN_USE",  "The same request is being worked on",  true,  "unknown",  1}},
    {not_payable,         {409, "NOT_PAYABLE",             "The order cannot be paid any more",    false, "rejected", 0}},
    {not_closable,        {409, "NOT_CLOSABLE",            "The order cannot be closed",           false, "rejected", 0}},
    {not_refundable,      {409, "NOT_REFUNDABLE",          "The order has no payment to refund",   false, "rejected", 0}},
    {refund_exceeds_paid, {422, "REFUND_EXCEEDS_PAID",     "More than is left of the payment",     false, "rejected", 0}},
    {refund_no_taken,     {409, "REFUND_NO_TAKEN",         "Refund number used with another amount", false, "rejected", 0}},
    {path_unknown,        {422, "PATH_UNKNOWN",            "Not a path this business may use",     false, "rejected", 0}},
    {currency_not_taken,  {422, "CURRENCY_NOT_TAKEN",      "The path cannot be paid in this currency", false, "rejected", 0}},
    {amount_not_taken,    {422, "AMOUNT_NOT_TAKEN",        "The path's channel cannot say this amount", false, "rejected", 0}},
    {path_open,           {503, "PATH_OPEN",               "The path is out of service for now",   true,  "not_sent", 5}},
    // The request is fine and the server too: it is the payment that was refused.
    {expired,             {409, "ORDER_EXPIRED",           "The order has expired",                false, "rejected", 0}},
    {too_many_attempts,   {409, "TOO_MANY_ATTEMPTS",       "The order had all its attempts",       false, "rejected", 0}},
    {too_many_refunds,    {409, "TOO_MANY_REFUNDS",        "The order had all its refunds",        false, "rejected", 0}},
    // Repeating cannot help before a person has looked, so this is no 503.
    {poisoned,            {409, "ORDER_PARKED",            "The order is parked for a person",     false, "rejected", 0}},
    {nothing_parked,      {409, "NOTHING_PARKED",          "Nothing of the order is parked",       false, "rejected", 0}},
    {overloaded,          {503, "OVERLOADED",              "Too busy right now",                   true,  "not_sent", 1}},
    {moved_on,            {409, "MOVED_ON",                "It has changed since it was looked at", false, "rejected", 0}},
    {alert_not_found,     {404, "ALERT_NOT_FOUND",         "There is no such alert",               false, "rejected", 0}},
    {alert_settled,       {409, "ALERT_SETTLED",           "Somebody was there before",            false, "rejected", 0}},
    {unavailable,         {503, "UNAVAILABLE",             "The order's owner cannot be reached",  true,  "unknown",  1}},
  });
}();

constexpr std::array edge_rows = [] {
  using enum EdgeRefusal;
  return std::to_array<Row<EdgeRefusal>>({
    {unauthenticated,         {401, "UNAUTHENTICATED",         "Not signed by a known business",     false, "rejected", 0}},
    {timestamp_out_of_window, {401, "TIMESTAMP_OUT_OF_WINDOW", "The timestamp is too far off",       false, "rejected", 0}},
    {nonce_replayed,          {401, "NONCE_REPLAYED",          "The nonce was used before",          false, "rejected", 0}},
    {nonces_exhausted,        {429, "TOO_MANY_REQUESTS",       "More requests than can be told apart", true, "not_sent", 5}},
    {route_not_found,         {404, "NOT_FOUND",               "No such resource",                   false, "rejected", 0}},
    {refund_not_found,        {404, "REFUND_NOT_FOUND",        "No such refund",                     false, "rejected", 0}},
    {method_not_allowed,      {405, "METHOD_NOT_ALLOWED",      "Not a method of this resource",      false, "rejected", 0}},
    {media_type,              {415, "UNSUPPORTED_MEDIA_TYPE",  "The body must be application/json",  false, "rejected", 0}},
    {malformed_body,          {400, "MALFORMED_BODY",          "The body is not a JSON object",      false, "rejected", 0}},
    {invalid_fields,          {422, "INVALID_FIELDS",          "Some fields are not acceptable",     false, "rejected", 0}},
    {invalid_query,           {400, "INVALID_QUERY",           "The query is not acceptable",        false, "rejected", 0}},
    {key_malformed,           {400, "IDEMPOTENCY_KEY_MALFORMED", "Not an Idempotency-Key",           false, "rejected", 0}},
    {malformed_request,       {400, "MALFORMED_REQUEST",       "Not an HTTP request we understand",  false, "rejected", 0}},
    {request_timeout,         {408, "REQUEST_TIMEOUT",         "The request took too long to arrive", true, "not_sent", 0}},
    {body_too_large,          {413, "BODY_TOO_LARGE",          "The body is too large",              false, "rejected", 0}},
    {header_too_large,        {431, "HEADER_TOO_LARGE",        "The headers are too large",          false, "rejected", 0}},
    {expectation_failed,      {417, "EXPECTATION_FAILED",      "An expectation we cannot meet",      false, "rejected", 0}},
    {internal,                {500, "INTERNAL_ERROR",          "Our own mistake",                    true,  "unknown",  1}},
    {no_answer,               {503, "NO_ANSWER",               "No answer in time",                  true,  "unknown",  1}},
  });
}();
// clang-format on

template <class Rows>
constexpr bool in_order(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].why) != i) return false;
  return true;
}
static_assert(in_order(owner_rows) && owner_rows.back().why == Refusal::unavailable, "one row per refusal, in order");
static_assert(in_order(edge_rows) && edge_rows.back().why == EdgeRefusal::no_answer, "one row per refusal, in order");

std::string type_of(std::string_view code) {
  std::string type = "urn:tael:problem:";
  for (const char c : code) type += c == '_' ? '-' : static_cast<char>(c - 'A' + 'a');
  return type;
}

}  // namespace

const Reason& reason_of(Refusal refusal) { return owner_rows[static_cast<std::size_t>(refusal)].reason; }
const Reason& reason_of(EdgeRefusal refusal) { return edge_rows[static_cast<std::size_t>(refusal)].reason; }

std::vector<Reason> all_reasons() {
  std::vector<Reason> reasons;
  for (const auto& row : owner_rows) reasons.push_back(row.reason);
  for (const auto& row : edge_rows) reasons.push_back(row.reason);
  return reasons;
}

ServerResponse to_response(const Problem& problem, const std::string& request_id, TimePoint now) {
  const auto& reason = problem.reason;
  boost::json::object document{
      {"type", type_of(reason.code)},
      {"title", reason.title},
      {"status", reason.status},
      {"detail", problem.detail.empty() ? std::string{reason.title} : mask_card_numbers(problem.detail)},
      {"code", reason.code},
      {"request_id", request_id}};
  boost::json::array errors;
  for (const auto& error : problem.errors)
    errors.push_back(boost::json::object{{"pointer", mask_card_numbers(error.pointer)}, {"detail", error.detail}});
  document["errors"] = std::move(errors);
  document["retryable"] = reason.retryable;
  document["outcome"] = reason.outcome;
  // A path that is off until somebody says otherwise has no known end: the caller is told when to look again.
  const auto retry_at = problem.retry_at || problem.reason.code != "PATH_OPEN"
                            ? problem.retry_at
                            : std::optional{now + std::chrono::seconds{problem.reason.retry_after}};
  if (retry_at) document["retry_at"] = to_rfc3339(*retry_at);

  ServerResponse response{reason.status, "application/problem+json", boost::json::serialize(document), problem.headers};
  auto wait = std::int64_t{reason.retry_after};
  if (problem.retry_at)
    wait = std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(*problem.retry_at - now).count(), 1);
  if (wait > 0) response.headers.emplace_back("Retry-After", std::to_string(wait));
  return response;
}

}  // namespace tael
