// A piece of an actor's own work that comes back to it from outside: a timer that rang, an answer that
// a foreign thread holds. It runs inside the actor, one at a time with its messages, or not at all when
// the actor has ended.
#pragma once

#include "actors/kit/caf.hpp"

#include <functional>
#include <string_view>
#include <utility>

namespace tael::kit {

struct Run {
  std::string_view why;  ///< For traces; a literal.
  std::function<void()> what;
};

}  // namespace tael::kit

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::kit::Run)

namespace tael::kit {

/// From any thread: lets `who` run `what`. Nothing happens when `who` has ended.
inline void post(const caf::weak_actor_ptr& who, std::string_view why, std::function<void()> what) {
  if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(who))
    caf::anon_send(caf::actor_cast<caf::actor>(alive), Run{why, std::move(what)});
}

template <class Self>
caf::weak_actor_ptr weak(Self* self) {
  return caf::actor_cast<caf::weak_actor_ptr>(self);
}

/// Wraps `then` so that a foreign thread may call it and it runs inside `self`.
template <class Answer, class Self>
std::function<void(Answer)> inside(Self* self, std::string_view why, std::function<void(Answer)> then) {
  return [who = weak(self), why, then = std::move(then)](Answer answer) mutable {
    post(who, why, [then, answer = std::move(answer)]() mutable { then(std::move(answer)); });
  };
}

}  // namespace tael::kit
