// The businesses' endpoints, without a network: they are up, down, slow or refusing, and remember every notice they
// took. Stands where production has its HTTP client; waits for nothing itself.
#pragma once

#include "actors/domain/time.hpp"
#include "actors/ports/http_client.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tael::simulated {

class BusinessTwins final : public HttpClient {
 public:
  using Later = std::function<void(Duration, std::function<void()> then)>;

  struct Twin {
    bool up = true;
    int status = 200;  ///< Answered to every notice; only 2xx takes it.
    Duration answers_after{30};
    std::map<std::string, int> taken;  ///< By webhook-id: how often.
    int tries = 0;                     ///< Also those it did not take.
  };

  explicit BusinessTwins(Later later) : later_(std::move(later)) {}

  /// `https://CODE.business/...` is the endpoint of the business CODE.
  static std::string url_of(std::string_view code) { return "https://" + std::string{code} + ".business/notices"; }

  void send(HttpCall call, std::function<void(HttpAnswer)> done) override;
  Twin& at(const std::string& code) { return twins_[code]; }
  const std::map<std::string, Twin>& all() const { return twins_; }

 private:
  Later later_;
  std::map<std::string, Twin> twins_;
};

}  // namespace tael::simulated
