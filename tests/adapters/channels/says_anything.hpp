// An HttpClient that answers what a test wants: only what is said decides. Keeps the last call.
#pragma once

#include "actors/ports/http_client.hpp"

#include <functional>
#include <utility>

namespace tael::testing {

class SaysAnything final : public HttpClient {
 public:
  explicit SaysAnything(std::function<HttpAnswer(const HttpCall&)> answer) : answer_(std::move(answer)) {}
  void send(HttpCall call, std::function<void(HttpAnswer)> done) override {
    sent = std::move(call);
    done(answer_(sent));
  }
  HttpCall sent;

 private:
  std::function<HttpAnswer(const HttpCall&)> answer_;
};

}  // namespace tael::testing
