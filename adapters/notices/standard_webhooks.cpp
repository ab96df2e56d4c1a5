#include "adapters/notices/standard_webhooks.hpp"

#include "adapters/encoding/http_date.hpp"
#include "adapters/notices/webhook_signature.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace tael {

namespace {

constexpr std::string_view user_agent = "Tael (Standard Webhooks 1.0)";
/// `last_error` is a column and a line in an alert, not a place for a page of HTML.
constexpr std::size_t error_bytes_max = 200;
/// An endpoint may slow us down, not silence us: longer than a day counts as a day.
constexpr Duration retry_after_max = 24h;

/// RFC 9110 10.2.3: seconds, or an instant; one that has passed asks for no wait.
std::optional<Duration> retry_after(const HttpAnswer& answer, TimePoint heard_at) {
  if (answer.status != 429 && answer.status != 503) return std::nullopt;
  const auto found = std::ranges::find(answer.headers, "retry-after", &HttpHeaders::value_type::first);
  if (found == answer.headers.end()) return std::nullopt;
  const auto& text = found->second;
  std::uint64_t seconds = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, seconds);
  if (text.empty() || stopped != end) {
    const auto at = parse_http_date(text, std::chrono::floor<std::chrono::seconds>(heard_at));
    if (!at) return std::nullopt;
    return std::clamp(std::chrono::ceil<Duration>(*at - heard_at), Duration{0}, retry_after_max);
  }
  const auto longest = static_cast<std::uint64_t>(std::chrono::seconds{24h}.count());
  if (error == std::errc::result_out_of_range || seconds >= longest) return retry_after_max;
  if (error != std::errc{}) return std::nullopt;
  return std::chrono::seconds{seconds};
}

std::string short_error(const HttpAnswer& answer) {
  if (answer.barred) return ("not sent: " + answer.error).substr(0, error_bytes_max);
  if (answer.error.empty()) return answer.transport == Transport::not_sent ? "could not connect" : "no answer";
  return answer.error.substr(0, error_bytes_max);
}

}  // namespace

NoticeTry judge_notice_answer(const HttpAnswer& answer, TimePoint heard_at) {
  NoticeTry outcome;
  if (answer.transport != Transport::answered) {
    outcome.error = short_error(answer);
    outcome.barred = answer.barred;
    return outcome;
  }
  outcome.status = answer.status;
  outcome.acknowledged = answer.status >= 200 && answer.status < 300;
  outcome.gone = answer.status == 410;
  outcome.retry_after = retry_after(answer, heard_at);
  if (!outcome.acknowledged) outcome.error = "HTTP " + std::to_string(answer.status);
  return outcome;
}

StandardWebhooks::StandardWebhooks(HttpClient& client, WebhookSecrets secrets)
    : client_(client), secrets_(std::move(secrets)) {}

void StandardWebhooks::send(const Notice& notice, Duration deadline, TimePoint now,
                            std::function<void(NoticeTry)> done) {
  std::vector<std::string> keys;
  for (const auto& secret : secrets_(notice.business))
    if (auto key = parse_webhook_secret(secret)) keys.push_back(*std::move(key));
  if (keys.empty()) {
    NoticeTry unsigned_try;
    unsigned_try.error = "the business has no valid signing secret";
    return done(std::move(unsigned_try));
  }

  auto timestamp = webhook_timestamp(now);
  HttpCall call;
  call.url = notice.url;
  call.body = notice.body;
  call.deadline = deadline;
  call.connect_deadline = std::min(call.connect_deadline, deadline);
  auto signatures = sign_webhook(keys, notice.id, timestamp, notice.body);
  call.headers = {{"content-type", "application/json"},
                  {"user-agent", std::string{user_agent}},
                  {"webhook-id", notice.id},
                  {"webhook-timestamp", std::move(timestamp)},
                  {"webhook-signature", std::move(signatures)}};
  client_.send(std::move(call), [done = std::move(done), now](const HttpAnswer& answer) {
    done(judge_notice_answer(answer, now + answer.took));
  });
}

}  // namespace tael
