// A receiving business as a pure machine: believes only signed and fresh notices, keeps each once by its webhook-id,
// and refuses or dawdles when it is told to. Time is an argument; who listens and who waits is `receiver.hpp`.
#pragma once

#include "actors/domain/time.hpp"
#include "actors/ports/http_client.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tael {

struct ReceivedNotice {
  std::string id;
  std::string type;   ///< order.paid...
  std::string order;  ///< `data.id`, empty when there is none.
  std::string body;
  TimePoint received_at{};
  int deliveries = 1;  ///< How often it was acknowledged: more than once when our 2xx was lost.
};

/// How it behaves, as `POST /control` sets it.
struct ReceiverControl {
  std::int64_t refuse = 0;       ///< How many of the next notices are refused.
  std::int64_t status = 500;     ///< With what.
  std::int64_t retry_after = 0;  ///< Seconds, as a Retry-After header of a refusal; 0: none.
  std::int64_t slow_ms = 0;      ///< How long every answer waits.
};

struct ReceiverAnswer {
  int status = 200;
  std::string body;
  HttpHeaders headers{};
  Duration after{0};   ///< To be waited before it is given.
  std::string line{};  ///< What happened, as one line of JSON; empty when no notice was heard.
};

/// Routes: POST /control, GET /received, GET /livez; POST anywhere else is a notice.
///
/// Invariants
///  - A notice that does not verify is never kept, and never answered 2xx.
///  - One webhook-id is kept once, whatever is delivered.
class NoticeBook {
 public:
  /// `keys` are bytes, as `parse_webhook_secret` gives them. Past `kept_max` the oldest notice is forgotten.
  explicit NoticeBook(std::vector<std::string> keys, std::size_t kept_max = 100'000);
  ReceiverAnswer hear(std::string_view method, std::string_view path, const HttpHeaders& headers,
                      const std::string& body, TimePoint now);

 private:
  ReceiverAnswer hear_notice(const HttpHeaders& headers, const std::string& body, TimePoint now);
  ReceiverAnswer hear_control(std::string_view body);
  ReceiverAnswer list() const;
  int keep(const std::string& id, ReceivedNotice notice);

  std::vector<std::string> keys_;
  std::size_t kept_max_;
  ReceiverControl control_;
  std::deque<ReceivedNotice> notices_;
  std::unordered_map<std::string, std::uint64_t> places_;  ///< webhook-id to place; the first kept is at `first_`.
  std::uint64_t first_ = 0;
  std::int64_t refused_ = 0, unverified_ = 0, duplicates_ = 0;
};

}  // namespace tael
