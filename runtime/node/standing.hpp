// How the node itself stands: whether it can write, whether it can go on at all, and who is told of it. What it needs
// to say that is the log, a metric and /readyz, which need no store; the alert is a row and comes when there can be
// one.
#pragma once

#include "actors/peers.hpp"
#include "adapters/postgres/postgres_store.hpp"
#include "runtime/api/orders_api.hpp"
#include "runtime/node/node.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace tael {

/// Safe to call from any thread.
class Standing {
 public:
  /// `node`: its name, which its alerts are about. The first time that it cannot go on, `on_cannot_go_on` is called.
  Standing(const Clock& clock, Log& log, Meter& meter, std::string node, std::function<void()> on_cannot_go_on);

  void hear_fence(const std::string& owner);
  void hear_outage(const postgres::StoreOutage& outage);
  /// The private PostgreSQL was started again, `restarts` times lately.
  void hear_revived(int restarts);
  void cannot_go_on(FatalReason reason, const std::string& why);

  /// From here on alerts go to this actor; to nobody when it is null.
  void tell(StoreRef store);
  std::optional<Fatal> why_it_cannot_go_on() const;
  Readiness readiness(bool store_is_up) const;

 private:
  void raise(const std::string& kind, Severity severity, std::string message);

  const Clock& clock_;
  Log& log_;
  Meter& meter_;
  const std::string node_;
  const std::function<void()> on_cannot_go_on_;
  mutable std::mutex mutex_;
  std::optional<Fatal> end_;
  std::string out_;  ///< Why nothing can be written now; empty when it can.
  StoreRef store_;
};

}  // namespace tael
