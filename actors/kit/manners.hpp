// What every actor of ours does first and how it asks others.
#pragma once

#include "actors/kit/timers.hpp"

#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace tael::kit {

/// Called first in every behaviour. CAF's defaults print to stdout and lose the reason; ours keep it:
/// an exception ends the actor with its text as the exit reason, an unexpected message is dropped.
template <class Self>
void mind_manners(Self* self) {
  self->set_default_handler(caf::drop);
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr& thrown) -> caf::error {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      return caf::make_error(caf::sec::runtime_error, std::string{e.what()});
    } catch (...) {
      return caf::make_error(caf::sec::runtime_error, std::string{"unknown exception"});
    }
  });
}

/// Asks `to` and hears exactly one of `then` and `otherwise`, the latter also when `deadline` passes.
/// The deadline is ours and is cancelled by the answer; CAF's own would linger until it expires.
template <class Answer, class Self, class Handle, class Message, class Then, class Otherwise>
void ask(Self* self, Timers& timers, Duration deadline, const Handle& to, Message message, Then then,
         Otherwise otherwise) {
  struct Pending {
    bool settled = false;
    Then then;
    Otherwise otherwise;
  };
  auto pending = std::make_shared<Pending>(Pending{false, std::move(then), std::move(otherwise)});
  const auto alarm =
      timers.after(deadline, weak(self), Run{"deadline", [pending] {
                                               if (std::exchange(pending->settled, true)) return;
                                               pending->otherwise(caf::make_error(caf::sec::request_timeout));
                                             }});
  self->request(to, caf::infinite, std::move(message))
      .then(
          [pending, alarm, &timers](const Answer& answer) {
            if (std::exchange(pending->settled, true)) return;
            timers.cancel(alarm);
            pending->then(answer);
          },
          [pending, alarm, &timers](caf::error& reason) {
            if (std::exchange(pending->settled, true)) return;
            timers.cancel(alarm);
            pending->otherwise(reason);
          });
}

/// An answer owed to an asker: delivered once, from the actor that owes it.
template <class Answer>
class Owed {
 public:
  template <class Self>
  explicit Owed(Self* self) : promise_(self->template make_response_promise<Answer>()) {}
  void deliver(Answer answer) const { promise_.deliver(std::move(answer)); }
  /// What the handler returns: the answer comes later.
  operator caf::result<Answer>() const { return promise_; }

 private:
  mutable caf::typed_response_promise<Answer> promise_;
};

/// One timer an actor can re-set and forget.
class Alarm {
 public:
  explicit Alarm(Timers& timers) : timers_(timers) {}
  template <class Self>
  void set(Self* self, Duration wait, std::string_view why, std::function<void()> ring) {
    clear();
    id_ = timers_.after(std::max(wait, Duration{0}), weak(self),
                        Run{why, [this, serial = ++serial_, ring = std::move(ring)] {
                              if (serial != serial_) return;  // Re-set or cleared while the message was on its way.
                              id_ = 0;
                              ring();
                            }});
  }
  void clear() {
    ++serial_;
    if (id_ != 0) timers_.cancel(std::exchange(id_, 0));
  }
  bool is_set() const { return id_ != 0; }

 private:
  Timers& timers_;
  TimerId id_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace tael::kit
