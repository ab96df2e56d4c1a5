#include "actors/call_verdict.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using enum Ending;

struct Row {
  const char* name;
  Ending ending;
  Transport transport;
  bool authentic;
  int status;
  CallKind says;
  bool number_unknown = false;
};

class Verdict : public ::testing::TestWithParam<Row> {};

TEST_P(Verdict, OfACall) {
  const auto& row = GetParam();
  EXPECT_EQ(kind_of(row.ending, row.transport, row.authentic, row.status, row.number_unknown), row.says);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, Verdict, ::testing::Values(
  Row{"approved",                 approved, Transport::answered, true,  200, CallKind::ok},
  Row{"declined",                 declined, Transport::answered, true,  200, CallKind::ok},
  Row{"declined_with_403",        declined, Transport::answered, true,  403, CallKind::ok},
  Row{"pending",                  pending,  Transport::answered, true,  202, CallKind::ok},
  Row{"refused_before_accepting", not_sent, Transport::answered, true,  400, CallKind::ok},
  Row{"refused_as_too_much",      not_sent, Transport::answered, false, 429, CallKind::throttled},
  Row{"refused_as_down",          not_sent, Transport::answered, false, 503, CallKind::failure},
  Row{"connection_refused",       not_sent, Transport::not_sent, false, 0,   CallKind::exception},
  Row{"busy_or_restarting",       not_sent, Transport::unknown,  false, 0,   CallKind::ignored},
  Row{"silent_500",               silent,   Transport::answered, false, 500, CallKind::failure},
  Row{"silent_502",               silent,   Transport::answered, false, 502, CallKind::failure},
  Row{"system_error_at_200",      silent,   Transport::answered, true,  200, CallKind::failure},
  Row{"no_such_number",           silent,   Transport::answered, true,  404, CallKind::ok, true},
  Row{"forged_no_such_number",    silent,   Transport::answered, false, 404, CallKind::exception, true},
  Row{"bad_signature",            silent,   Transport::answered, false, 200, CallKind::exception},
  Row{"deadline_passed",          silent,   Transport::unknown,  false, 0,   CallKind::timeout}),
  [](const auto& row) { return row.param.name; });
// clang-format on

TEST(Verdict, CarriesHowLongItTook) {
  ReportCall call;
  call.ending = approved;
  call.transport = Transport::answered;
  call.took = 6s;
  EXPECT_EQ(verdict_of(call), (CallVerdict{CallKind::ok, 6s}));
}

}  // namespace
}  // namespace tael
