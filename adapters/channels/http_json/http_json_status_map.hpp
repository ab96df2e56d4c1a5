// The words of the house protocol. An error that only says we asked badly ends an attempt, for
// nothing was executed; the same error to an inquiry says nothing about the money and is silence.
#pragma once

#include "adapters/channels/access/status_map.hpp"

#include <array>

namespace tael {

inline constexpr auto http_json_status_map = [] {
  using enum ChannelOp;
  using enum Ending;
  // clang-format off
  return std::to_array<StatusRow>({
    // op             http  word                   ending
    {pay,             200, "pending",              pending},
    {pay,             200, "paid",                 approved},
    {pay,             200, "closed",               declined},
    {pay,             200, "failed",               declined},
    {pay,             400, "bad_request",          declined},
    {pay,             401, "bad_signature",        declined},
    {pay,             403, "method_not_offered",   declined},
    {pay,             409, "number_conflict",      silent},    // The first use of the number may have been executed.
    {pay,             429, "busy",                 not_sent},

    {inquire,         200, "pending",              pending},
    {inquire,         200, "paid",                 approved},
    {inquire,         200, "closed",               declined},
    {inquire,         200, "failed",               declined},
    {inquire,         404, "not_found",            silent,   true},
    {inquire,         429, "busy",                 not_sent},

    {close,           200, "closed",               approved},
    {close,           200, "failed",               approved},  // Nothing is left to close.
    {close,           409, "already_paid",         declined},
    {close,           429, "busy",                 not_sent},

    {refund,          200, "processing",           pending},
    {refund,          200, "refunded",             approved},
    {refund,          200, "rejected",             declined},
    {refund,          400, "bad_request",          declined},
    {refund,          401, "bad_signature",        not_sent},  // A wrong key of ours for a minute must not end a refund.
    {refund,          404, "payment_not_found",    declined},
    {refund,          409, "payment_not_paid",     declined},
    {refund,          409, "refund_too_large",     declined},
    {refund,          409, "number_conflict",      silent},
    {refund,          429, "busy",                 not_sent},

    {inquire_refund,  200, "processing",           pending},
    {inquire_refund,  200, "refunded",             approved},
    {inquire_refund,  200, "rejected",             declined},
    {inquire_refund,  404, "not_found",            silent,   true},
    {inquire_refund,  429, "busy",                 not_sent},
  });
  // clang-format on
}();

}  // namespace tael
