// Named places where a process may die between deciding, remembering and acting. In production they
// do nothing; a test arms one by name and the node ends there as `kill -9` would end it.
#pragma once

#include <string_view>

namespace tael {

class CrashPoints {
 public:
  virtual ~CrashPoints() = default;
  virtual void passed(std::string_view name) = 0;
};

}  // namespace tael
