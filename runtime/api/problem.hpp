// Why a request was not carried out, as the RFC 9457 document the caller reads. One table row per reason: the codes
// are promises, and `openapi.yaml` lists the same ones.
#pragma once

#include "actors/messages.hpp"
#include "adapters/http/server.hpp"
#include "runtime/api/body_reader.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// Refusals of the edge itself; those of the owners are `Refusal`.
enum class EdgeRefusal {
  unauthenticated,
  timestamp_out_of_window,
  nonce_replayed,
  nonces_exhausted,
  route_not_found,
  refund_not_found,
  method_not_allowed,
  media_type,
  malformed_body,
  invalid_fields,
  invalid_query,
  key_malformed,
  malformed_request,
  request_timeout,
  body_too_large,
  header_too_large,
  expectation_failed,
  internal,
  no_answer,
};

/// One row of the table of reasons.
struct Reason {
  int status = 500;
  std::string_view code;  ///< Stable, UPPER_SNAKE.
  std::string_view title;
  bool retryable = false;    ///< Whether the same request may succeed later.
  std::string_view outcome;  ///< rejected, not_sent or unknown: what became of the request.
  int retry_after = 0;       ///< Seconds; 0 without. A known `retry_at` goes before it.
};

const Reason& reason_of(Refusal refusal);
const Reason& reason_of(EdgeRefusal refusal);
/// Every row, for whoever lists them.
std::vector<Reason> all_reasons();

struct Problem {
  Reason reason;
  std::string detail;  ///< Empty: the title says it all.
  std::vector<FieldError> errors{};
  std::optional<TimePoint> retry_at{};
  HttpHeaders headers{};
};

/// `now` turns `retry_at` into Retry-After.
ServerResponse to_response(const Problem& problem, const std::string& request_id, TimePoint now);

}  // namespace tael
