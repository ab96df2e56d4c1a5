#include "runtime/api/problem.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tael {
namespace {

const TimePoint now = *parse_rfc3339("2026-11-21T08:30:00Z");

TEST(Problem, ReadsAsPromised) {
  Problem problem{reason_of(EdgeRefusal::invalid_fields), "#/amount is required", {{"#/amount", "is required"}}};
  const auto response = to_response(problem, "req_1", now);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(boost::json::parse(response.body), boost::json::parse(R"({
    "type": "urn:tael:problem:invalid-fields", "title": "Some fields are not acceptable", "status": 422,
    "detail": "#/amount is required", "code": "INVALID_FIELDS", "request_id": "req_1",
    "errors": [{"pointer": "#/amount", "detail": "is required"}], "retryable": false, "outcome": "rejected"})"));
}

TEST(Problem, AnOpenPathSaysWhenToComeBack) {
  Problem problem{reason_of(Refusal::path_open), "", {}, now + std::chrono::milliseconds{2'500}};
  const auto response = to_response(problem, "req_1", now);
  EXPECT_EQ(response.status, 503);
  ASSERT_NE(find_header(response.headers, "Retry-After"), nullptr);
  EXPECT_EQ(*find_header(response.headers, "Retry-After"), "3");
  EXPECT_EQ(boost::json::parse(response.body).at("retry_at"), "2026-11-21T08:30:02.500Z");
}

TEST(Problem, APathThatIsOffWithoutAnEndSaysWhenToLookAgain) {
  const auto response = to_response({reason_of(Refusal::path_open), ""}, "req_1", now);
  EXPECT_EQ(boost::json::parse(response.body).at("retry_at"), "2026-11-21T08:30:05.000Z");
}

TEST(Problem, WhatMayBeRepeatedSaysWhenAndEveryCodeIsItsOwn) {
  std::set<std::string_view> codes;
  for (const auto& reason : all_reasons()) {
    EXPECT_TRUE(codes.insert(reason.code).second) << reason.code;
    EXPECT_TRUE(reason.outcome == "rejected" || reason.outcome == "not_sent" || reason.outcome == "unknown");
    const auto response = to_response({reason, ""}, "req_1", now);
    const bool waits = find_header(response.headers, "Retry-After") != nullptr;
    EXPECT_TRUE(reason.status != 503 || (waits && reason.retryable)) << reason.code;
  }
}

TEST(Problem, StatusesOfRefusalsAreTheDocumentedOnes) {
  using enum Refusal;
  const std::vector<std::pair<Refusal, int>> rows{
      {order_not_found, 404}, {order_no_taken, 409}, {key_taken, 422},          {key_in_use, 409},
      {not_payable, 409},     {not_closable, 409},   {not_refundable, 409},     {refund_exceeds_paid, 422},
      {refund_no_taken, 409}, {path_unknown, 422},   {currency_not_taken, 422}, {amount_not_taken, 422},
      {path_open, 503},       {expired, 409},        {poisoned, 409},           {overloaded, 503},
      {unavailable, 503}};
  for (const auto& [refusal, status] : rows) EXPECT_EQ(reason_of(refusal).status, status) << name_of(refusal);
}

}  // namespace
}  // namespace tael
