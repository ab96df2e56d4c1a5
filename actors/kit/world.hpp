// One thread, one hand-turned clock, one seeded dice: actors run a message at a time, in an order the seed draws.
// Scenarios and tests play production actors in it; virtual time runs as fast as the work.
#pragma once

#include "actors/kit/manners.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"

#include <caf/detail/test_actor_clock.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <cstdlib>
#include <functional>
#include <optional>
#include <random>
#include <vector>

namespace tael::kit {

class SeededDice final : public Dice {
 public:
  explicit SeededDice(std::uint64_t seed) : random_(seed) {}
  std::uint64_t roll() override { return random_(); }

 private:
  std::mt19937_64 random_;
};

class World : public Clock {
 public:
  World(TimePoint start, std::uint64_t seed)
      : dice(seed),
        timers(start),
        system_(config()),
        schedule_(seed),
        coordinator_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
    system_.await_actors_before_shutdown(false);
    settle();
  }
  ~World() override {
    for (const auto& actor : owned_) caf::anon_send_exit(actor, caf::exit_reason::kill);
    settle();
    owned_.clear();
    while (!timers.empty()) timers.ring_next();
    settle();
  }
  World(const World&) = delete;

  TimePoint now() const override { return timers.now(); }
  caf::actor_system& system() { return system_; }

  /// Every top-level actor is owned by the world and ends with it.
  template <class Handle>
  Handle own(Handle handle) {
    owned_.push_back(caf::actor_cast<caf::actor>(handle));
    return handle;
  }
  template <class Actor, class... Args>
  auto spawn(Args&&... args) {
    return own(system_.template spawn<Actor>(std::forward<Args>(args)...));
  }

  /// Runs one message of one actor, chosen by the seed. False when nobody has anything to do.
  bool step() {
    auto& jobs = coordinator_.jobs;
    if (jobs.empty()) return false;
    const auto pick = static_cast<std::ptrdiff_t>(schedule_() % jobs.size());
    std::rotate(jobs.begin(), jobs.begin() + pick, jobs.begin() + pick + 1);
    if (watch) watch(*jobs.front());
    return coordinator_.try_run_once();
  }
  void settle() {
    for (std::size_t steps = 0; step(); ++steps)
      if (steps > 10'000'000) std::abort();  // Two actors talk for ever.
  }
  /// Lets time pass event by event: everything due on the way happens at its own time.
  void run_for(Duration length) {
    const auto end = timers.now() + length;
    settle();
    while (!timers.empty() && timers.next() <= end) {
      timers.ring_next();
      settle();
    }
    timers.turn_to(end);
  }
  /// Asks and returns the answer; nothing when there was an error. Time does not move.
  template <class Answer, class Handle, class Message>
  std::optional<Answer> ask(const Handle& to, Message message) {
    auto answer = begin<Answer>(to, std::move(message));
    settle();
    return *answer;
  }
  /// Asks and leaves the answer in the returned place whenever it comes.
  template <class Answer, class Handle, class Message>
  std::shared_ptr<std::optional<Answer>> begin(const Handle& to, Message message) {
    auto answer = std::make_shared<std::optional<Answer>>();
    own(system_.spawn([answer, to, message = std::move(message)](caf::event_based_actor* self) {
      self->request(to, caf::infinite, message)
          .then(
              [answer, self](const Answer& a) {
                *answer = a;
                self->quit();
              },
              [self](const caf::error&) { self->quit(); });
    }));
    return answer;
  }

  /// Sees every actor just before it runs one message.
  std::function<void(caf::resumable&)> watch;
  SeededDice dice;
  TurnedTimers timers;

 private:
  static caf::actor_system_config& config() {
    static thread_local caf::actor_system_config settings;
    settings.set("scheduler.policy", caf::atom("testing"));
    return settings;
  }
  caf::actor_system system_;
  std::mt19937_64 schedule_;
  caf::scheduler::test_coordinator& coordinator_;
  std::vector<caf::actor> owned_;
};

}  // namespace tael::kit
