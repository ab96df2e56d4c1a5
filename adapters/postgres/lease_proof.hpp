// When this node last proved that it owns its shards. One thread proves, all may ask.
#pragma once

#include "actors/domain/lease.hpp"
#include "actors/ports/lease.hpp"

#include <atomic>

namespace tael::postgres {

class LeaseProof {
 public:
  explicit LeaseProof(const SteadyClock& clock) : clock_(clock) {}

  /// From before a question is sent; with its answer it is the proof.
  Duration asks() const { return clock_.elapsed(); }
  void proved(Duration asked_at) { asked_at_ = asked_at.count(); }
  /// Without a connection nobody could tell us, and who takes over does not wait for us.
  void forget() { asked_at_ = never; }
  bool holds() const {
    const auto asked_at = asked_at_.load();
    return lease_holds(asked_at == never ? std::nullopt : std::optional{Duration{asked_at}}, clock_.elapsed());
  }

 private:
  static constexpr Duration::rep never = -1;
  const SteadyClock& clock_;
  std::atomic<Duration::rep> asked_at_ = never;
};

}  // namespace tael::postgres
