// The page's weak dependencies: user, quota and promotion are asked at once, the options when all three have answered
// or had their time, so a page waits for the slowest of three and the options, never for a sum. Each answers within its
// deadline or is done without; nothing of theirs is needed to take a payment.
#pragma once

#include "actors/ports/http_client.hpp"
#include "actors/ports/meter.hpp"
#include "runtime/cashier/cashier_settings.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tael {

/// What they had to say. Texts are a stranger's: the page escapes them.
struct LookedUp {
  std::string user;                                     ///< A name.
  std::map<std::string, std::int64_t> quota;            ///< By path, minor units.
  std::string promotion;                                ///< For everybody.
  std::map<std::string, std::string> promotions;        ///< By path.
  std::optional<std::vector<std::string>> paths_shown;  ///< Nothing: all that are configured.
};

/// What they are told: JSON members are `order_id, business, order_no, amount, currency, payer, paths`.
struct LookupAsked {
  std::string order_id, order_no;
  std::int64_t amount = 0;
  Currency currency;
  std::string payer;  ///< A JSON text or empty.
  std::vector<std::string> paths;
};

class Lookups {
 public:
  Lookups(HttpClient& client, Meter& meter) : client_(client), meter_(meter) {}

  /// `done` is called exactly once, from whatever thread, within the deadlines of `business`.
  void ask(const std::shared_ptr<const CashierBusiness>& business, const LookupAsked& asked,
           std::function<void(LookedUp)> done);

 private:
  struct Page;
  void ask_one(Lookup lookup, const std::shared_ptr<Page>& page, std::function<void()> then);
  bool take_place(const std::string& business, Lookup lookup, int most);
  void leave_place(const std::string& business, Lookup lookup);

  HttpClient& client_;
  Meter& meter_;
  std::mutex mutex_;
  std::map<std::pair<std::string, Lookup>, int> in_flight_;
};

}  // namespace tael
