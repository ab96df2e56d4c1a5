// How a notice leaves us: signed, to the business's endpoint, once per try.
#pragma once

#include "actors/domain/notice_machine.hpp"

#include <functional>

namespace tael {

class NoticeSender {
 public:
  virtual ~NoticeSender() = default;
  /// `now` is the time of this try, which is signed. `done` is called exactly once, from any thread.
  virtual void send(const Notice& notice, Duration deadline, TimePoint now, std::function<void(NoticeTry)> done) = 0;
};

}  // namespace tael
