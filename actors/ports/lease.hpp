// What a node may say from memory: nothing that somebody else may have changed. `actors/domain/lease.hpp` has the
// arithmetic.
#pragma once

#include "actors/domain/time.hpp"

#include <functional>

namespace tael {

/// Time that only passes: nobody sets it, and it goes on while the process is stopped or the machine asleep. For what
/// is true until a moment on somebody else's clock.
class SteadyClock {
 public:
  virtual ~SteadyClock() = default;
  /// Since a moment that is the same for the whole life of the process. May be called from any thread.
  virtual Duration elapsed() const = 0;
};

class Lease {
 public:
  virtual ~Lease() = default;
  /// True while nobody else can have shown anything newer than what this node remembers: it has proved lately that it
  /// owns its shards. From any thread, without a wait.
  virtual bool holds() const = 0;
  /// Proves it again, unless somebody else's proof serves. `done(true)`: at an instant after the call every shard was
  /// still ours. `done(false)`: another node has one, or the store cannot be asked. Called from the store's thread.
  virtual void prove(std::function<void(bool)> done) = 0;
};

/// Of a world with one owner.
class OwnLease final : public Lease {
 public:
  bool holds() const override { return true; }
  void prove(std::function<void(bool)> done) override { done(true); }
};

}  // namespace tael
