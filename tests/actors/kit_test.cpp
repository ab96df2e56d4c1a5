#include "tests/support/world.hpp"

#include <gtest/gtest.h>

namespace tael::kit {
namespace {

struct Question {};
struct Answer {
  int value = 0;
};

}  // namespace
}  // namespace tael::kit

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::kit::Question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::kit::Answer)

namespace tael::kit {
namespace {

using testing::World;

class Asker : public caf::event_based_actor {
 public:
  Asker(caf::actor_config& config, Timers& timers, caf::actor to, std::vector<std::string>& heard)
      : event_based_actor(config), timers_(timers), to_(std::move(to)), heard_(heard) {}
  caf::behavior make_behavior() override {
    mind_manners(this);
    kit::ask<Answer>(
        this, timers_, 5s, to_, Question{}, [this](const Answer& a) { heard_.push_back(std::to_string(a.value)); },
        [this](const caf::error& e) { heard_.push_back(e == caf::sec::request_timeout ? "deadline" : "down"); });
    return {[](const kit::Run& run) { run.what(); }};
  }

 private:
  Timers& timers_;
  caf::actor to_;
  std::vector<std::string>& heard_;
};

TEST(Ask, HearsTheAnswerAndLeavesNoTimerBehind) {
  World world;
  std::vector<std::string> heard;
  auto other = world.own(world.system().spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](const Question&) { return Answer{42}; }}; }));
  world.spawn<Asker>(std::ref(world.timers), other, std::ref(heard));
  world.settle();
  EXPECT_EQ(heard, std::vector<std::string>{"42"});
  EXPECT_TRUE(world.timers.empty());
}

TEST(Ask, HearsTheDeadlineOnceWhenTheAnswerComesLate) {
  World world;
  std::vector<std::string> heard;
  caf::response_promise late;
  auto other = world.own(world.system().spawn([&late](caf::event_based_actor* self) -> caf::behavior {
    return {[&late, self](const Question&) -> caf::response_promise { return late = self->make_response_promise(); },
            [](const kit::Run& run) { run.what(); }};
  }));
  world.spawn<Asker>(std::ref(world.timers), other, std::ref(heard));
  world.run_for(4999ms);
  EXPECT_TRUE(heard.empty());
  world.run_for(1ms);
  EXPECT_EQ(heard, std::vector<std::string>{"deadline"});
  post(caf::actor_cast<caf::weak_actor_ptr>(other), "late answer", [&late] { late.deliver(Answer{7}); });
  world.settle();
  EXPECT_EQ(heard, std::vector<std::string>{"deadline"});
}

TEST(Ask, HearsThatTheOtherIsDown) {
  World world;
  std::vector<std::string> heard;
  auto other = world.own(world.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {[self](const Question&) { self->quit(caf::exit_reason::kill); }};
  }));
  caf::anon_send_exit(other, caf::exit_reason::kill);
  world.settle();
  world.spawn<Asker>(std::ref(world.timers), other, std::ref(heard));
  world.settle();
  EXPECT_EQ(heard, std::vector<std::string>{"down"});
}

TEST(TurnedTimers, RingInTheOrderOfTimeThenOfSetting) {
  World world;
  std::string rung;
  auto who = world.own(world.system().spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](const kit::Run& run) { run.what(); }}; }));
  const auto weak_who = caf::actor_cast<caf::weak_actor_ptr>(who);
  const auto add = [&](Duration wait, char mark) {
    return world.timers.after(wait, weak_who, kit::Run{"mark", [&rung, mark] { rung += mark; }});
  };
  add(2s, 'c');
  add(1s, 'a');
  const auto cancelled = add(1s, 'x');
  add(1s, 'b');
  EXPECT_TRUE(world.timers.cancel(cancelled));
  EXPECT_FALSE(world.timers.cancel(cancelled));
  world.run_for(10s);
  EXPECT_EQ(rung, "abc");
}

}  // namespace
}  // namespace tael::kit
