#include "adapters/simulated/business_twins.hpp"

#include <utility>

namespace tael::simulated {
namespace {

std::string code_in(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  if (!url.starts_with(scheme)) return {};
  url.remove_prefix(scheme.size());
  return std::string{url.substr(0, url.find('.'))};
}

std::string header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

}  // namespace

void BusinessTwins::send(HttpCall call, std::function<void(HttpAnswer)> done) {
  auto& twin = twins_[code_in(call.url)];
  twin.tries += 1;
  HttpAnswer answer;
  if (!twin.up) {
    answer.transport = Transport::not_sent;
    answer.error = "connection refused";
  } else if (twin.answers_after >= call.deadline) {  // It took the notice; we never hear so.
    answer.error = "no answer within the deadline";
    answer.took = call.deadline;
  } else {
    answer.transport = Transport::answered;
    answer.status = twin.status;
    answer.took = twin.answers_after;
  }
  const bool takes = twin.up && twin.status >= 200 && twin.status < 300;
  if (takes) {
    twin.taken[header(call.headers, "webhook-id")] += 1;
  }
  const auto took = answer.took;
  later_(took, [done = std::move(done), answer = std::move(answer)]() mutable { done(std::move(answer)); });
}

}  // namespace tael::simulated
