// The HttpClient that has an institution behind it instead of a network: no sockets, no threads, no
// waiting. Calls for contract tests and for scenarios in virtual time.
#pragma once

#include "actors/ports/clock.hpp"
#include "adapters/simulated/institution.hpp"

#include <functional>

namespace tael {

class InstitutionHttpClient final : public HttpClient {
 public:
  /// Lets `then` happen after a time; a scenario brings its own timers.
  using Later = std::function<void(Duration, std::function<void()> then)>;

  /// Without `later` every call is answered before `send` returns, whatever time it says it took.
  InstitutionHttpClient(Institution& institution, Clock& clock, Later later = {});

  void send(HttpCall call, std::function<void(HttpAnswer)> done) override;

 private:
  Institution& institution_;
  Clock& clock_;
  Later later_;
};

}  // namespace tael
