// Whether channels call back. A `callback_url` that leads nowhere loses no payment, it makes each of them wait for its
// first inquiry; so nobody notices unless somebody counts.
#pragma once

#include "actors/domain/records.hpp"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// Payments in a row that were found by inquiry, and not one callback beside them.
inline constexpr int payments_without_callback_max = 10;
inline constexpr std::string_view callbacks_missing_rule = "callbacks_missing";

/// Safe from any thread.
class CallbackWatch {
 public:
  /// `channels` are those whose institutions call back at all.
  explicit CallbackWatch(const std::vector<std::string>& channels);

  /// An authentic callback, whatever it was about and whether or not it was news.
  void heard(const std::string& channel);
  void found_by_inquiry(const std::string& channel);

  /// One alert a channel all of whose payments are found by inquiry.
  std::vector<Alert> look(TimePoint now) const;
  /// A callback was heard in this life of the node, and no such run of payments since.
  bool calls_back(const std::string& channel) const;

 private:
  struct Seen {
    int missed = 0;  ///< Payments since the last callback.
    bool heard = false;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Seen> channels_;
};

}  // namespace tael
