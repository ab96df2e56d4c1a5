// An answer as bytes. The one place where header values are written, and where one that would break out of its line
// is caught.
#pragma once

#include "adapters/http/server.hpp"

#include <chrono>
#include <string>

namespace tael::http {

struct Framing {
  bool keep_alive = true;
  bool http_1_0 = false;  ///< The peer needs to be told that the connection stays.
  bool head = false;      ///< The request was HEAD: length without body.
};

struct ResponseText {
  std::string head;
  std::string body;
};

/// False when name or value hold what must not be in a header line.
bool is_safe_header(std::string_view name, std::string_view value);

/// False when a header of the response is unsafe or its status is not one.
bool is_safe(const ServerResponse& response);

/// `now` is what `Date` says. `response` must be safe. One with a stream gets a head without a length: chunked, or
/// until the connection ends.
ResponseText render(ServerResponse response, Framing framing, std::chrono::sys_seconds now);

/// `bytes` as one chunk (RFC 9112 section 7.1), or as they are for a peer of HTTP/1.0. An empty one is the last.
std::string chunk_of(std::string_view bytes, const Framing& framing);

std::string_view reason_of(int status);

}  // namespace tael::http
