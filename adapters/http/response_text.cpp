#include "adapters/http/response_text.hpp"

#include "adapters/encoding/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tael {

const std::string* find_header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [known, value] : headers)
    if (known == name) return &value;
  return nullptr;
}

ServerResponse plain_refusal(int status, std::string_view why, bool was_handed_on) {
  struct Row {
    int status;
    std::string_view code, retryable;
  };
  static constexpr std::array rows{
      Row{400, "MALFORMED_REQUEST", "false"}, Row{408, "REQUEST_TIMEOUT", "true"},
      Row{413, "BODY_TOO_LARGE", "false"},    Row{417, "EXPECTATION_FAILED", "false"},
      Row{431, "HEADER_TOO_LARGE", "false"},  Row{500, "INTERNAL_ERROR", "true"},
      Row{503, "OVERLOADED", "true"},
  };
  const auto* row = std::ranges::find(rows, status, &Row::status);
  const Row& known = row == rows.end() ? rows[5] : *row;
  // `why` and the titles are constants of ours, so nothing here needs escaping. Nobody knows how far a handler came.
  const bool nothing_done = !was_handed_on && (status >= 500 || status == 408);
  std::string body = R"({"type":"about:blank","title":")";
  body.append(http::reason_of(status)).append(R"(","status":)").append(std::to_string(status));
  body.append(R"(,"detail":")").append(why).append(R"(","code":")").append(known.code);
  body.append(R"(","retryable":)").append(known.retryable).append(R"(,"outcome":")");
  body.append(nothing_done ? "not_sent" : status >= 500 ? "unknown" : "rejected").append(R"("})");
  ServerResponse response{status, "application/problem+json", std::move(body)};
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace tael

namespace tael::http {
namespace {

constexpr bool is_token_char(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(static_cast<char>(c)) != std::string_view::npos;
}

void add_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view reason_of(int status) {
  struct Row {
    int status;
    std::string_view reason;
  };
  // clang-format off
  static constexpr std::array rows{
      Row{200, "OK"}, Row{201, "Created"}, Row{202, "Accepted"}, Row{204, "No Content"}, Row{301, "Moved Permanently"},
      Row{302, "Found"}, Row{303, "See Other"}, Row{304, "Not Modified"}, Row{400, "Bad Request"},
      Row{401, "Unauthorized"}, Row{402, "Payment Required"}, Row{403, "Forbidden"}, Row{404, "Not Found"},
      Row{405, "Method Not Allowed"}, Row{408, "Request Timeout"}, Row{409, "Conflict"}, Row{410, "Gone"},
      Row{413, "Content Too Large"}, Row{415, "Unsupported Media Type"}, Row{417, "Expectation Failed"},
      Row{422, "Unprocessable Content"}, Row{429, "Too Many Requests"}, Row{431, "Request Header Fields Too Large"},
      Row{500, "Internal Server Error"}, Row{501, "Not Implemented"}, Row{502, "Bad Gateway"},
      Row{503, "Service Unavailable"}, Row{504, "Gateway Timeout"},
  };
  // clang-format on
  const auto* row = std::ranges::find(rows, status, &Row::status);
  return row == rows.end() ? std::string_view{"Status"} : row->reason;
}

bool is_safe_header(std::string_view name, std::string_view value) {
  const auto breaks_line = [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; };
  return !name.empty() && std::ranges::all_of(name, is_token_char) && std::ranges::none_of(value, breaks_line);
}

bool is_safe(const ServerResponse& response) {
  return response.status >= 200 && response.status <= 599 && is_safe_header("content-type", response.content_type) &&
         std::ranges::all_of(response.headers, [](const auto& h) { return is_safe_header(h.first, h.second); });
}

ResponseText render(ServerResponse response, Framing framing, std::chrono::sys_seconds now) {
  ResponseText text;
  const bool bodiless = response.status == 204 || response.status == 304;
  text.head.reserve(256);
  text.head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  text.head.append(reason_of(response.status)).append("\r\n");
  add_header(text.head, "Date", to_http_date(now));
  if (!bodiless) {
    if (!response.content_type.empty()) add_header(text.head, "Content-Type", response.content_type);
    if (!response.stream) add_header(text.head, "Content-Length", std::to_string(response.body.size()));
    if (response.stream && !framing.http_1_0) add_header(text.head, "Transfer-Encoding", "chunked");
  }
  for (const auto& [name, value] : response.headers) add_header(text.head, name, value);
  if (!framing.keep_alive) {
    add_header(text.head, "Connection", "close");
  } else if (framing.http_1_0) {
    add_header(text.head, "Connection", "keep-alive");
  }
  text.head.append("\r\n");
  if (!bodiless && !framing.head) text.body = std::move(response.body);
  return text;
}

std::string chunk_of(std::string_view bytes, const Framing& framing) {
  if (framing.http_1_0) return std::string{bytes};
  std::array<char, 20> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
  std::string chunk{size.data(), end};
  chunk.append("\r\n").append(bytes).append("\r\n");
  return chunk;
}

}  // namespace tael::http
