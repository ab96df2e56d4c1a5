// An endpoint that answers what it is told, at once, and keeps what it heard.
#pragma once

#include "actors/ports/http_client.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tael::test {

class FakeHttpClient final : public HttpClient {
 public:
  void send(HttpCall call, std::function<void(HttpAnswer)> done) override {
    heard.push_back(std::move(call));
    done(answer);
  }
  std::string header(std::string_view name) const {
    const auto found = std::ranges::find(heard.back().headers, name, &HttpHeaders::value_type::first);
    return found == heard.back().headers.end() ? std::string{} : found->second;
  }

  HttpAnswer answer{.transport = Transport::answered, .status = 200, .headers = {}, .body = {}, .error = {}};
  std::vector<HttpCall> heard;
};

}  // namespace tael::test
