// A promise that must hold or the actor that found it broken must not go on. Stays on in release.
// It throws: the actor dies with the reason, and its supervisor restarts it from the store.
#pragma once

#include <stdexcept>
#include <string>

namespace tael {

/// A promise of ours was broken. Never thrown about the outside world.
class BrokenPromise : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void broken_promise(const char* condition, const char* why, const char* file, int line) {
  throw BrokenPromise(std::string{why} + " (" + condition + ", " + file + ":" + std::to_string(line) + ")");
}

}  // namespace tael

#define TAEL_ASSERT(condition, why) ((condition) ? void() : ::tael::broken_promise(#condition, why, __FILE__, __LINE__))
