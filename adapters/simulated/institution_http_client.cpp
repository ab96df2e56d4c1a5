#include "adapters/simulated/institution_http_client.hpp"

#include <algorithm>
#include <utility>

namespace tael {

namespace {

/// What the caller of a real network would see of the reply.
HttpAnswer answer_of(InstitutionReply reply, Duration deadline) {
  HttpAnswer answer;
  const auto arrives = reply.after + reply.drip_pause * static_cast<std::int64_t>(reply.body.size());
  const bool too_late = reply.manner == Manner::hang || arrives >= deadline;
  answer.took = too_late ? deadline : arrives;
  if (reply.manner == Manner::refuse) {
    answer.transport = Transport::not_sent;
    answer.took = Duration::zero();
    answer.error = "connection refused";
  } else if (too_late) {
    answer.error = "no answer within the deadline";
  } else if (reply.manner == Manner::cut) {
    answer.error = "connection closed without an answer";
  } else if (reply.manner == Manner::reset) {
    answer.error = "connection broken in the middle of the answer";
  } else {
    answer.transport = Transport::answered;
    answer.status = reply.status;
    answer.headers = std::move(reply.headers);
    answer.headers.emplace_back("content-type", std::move(reply.content_type));
    answer.body = std::move(reply.body);
  }
  return answer;
}

std::string target_of(std::string_view url) {
  const auto scheme = url.find("://");
  const auto slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return slash == std::string_view::npos ? std::string{"/"} : std::string{url.substr(slash)};
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

InstitutionHttpClient::InstitutionHttpClient(Institution& institution, Clock& clock, Later later)
    : institution_(institution), clock_(clock), later_(std::move(later)) {}

void InstitutionHttpClient::send(HttpCall call, std::function<void(HttpAnswer)> done) {
  InstitutionRequest request{std::move(call.method), target_of(call.url), {}, std::move(call.body)};
  for (auto& [name, value] : call.headers) request.headers.emplace_back(lower(std::move(name)), std::move(value));
  auto reply = institution_.handle(request, clock_.now());
  const bool too_long = reply.manner == Manner::answer && reply.body.size() > call.answer_bytes_max;
  if (too_long) reply.manner = Manner::cut;
  auto answer = answer_of(std::move(reply), call.deadline);
  if (!later_) return done(std::move(answer));
  const auto took = answer.took;
  later_(took, [done = std::move(done), answer = std::move(answer)]() mutable { done(std::move(answer)); });
}

}  // namespace tael
