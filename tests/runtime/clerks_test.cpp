// The actors that ask on behalf of requests: they outlive whoever cannot take an answer, and do not end in silence.
#include "runtime/admin/actor_admin.hpp"
#include "runtime/node/actor_gateway.hpp"
#include "tests/support/house.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace tael {
namespace {

using testing::House;

struct Clerks : ::testing::Test {
  House house;
  Surroundings surroundings{house.world,    house.world.dice, house.world.timers, *house.store, house.renderer,
                            house.business, house.log,        house.meter,        house.crash,  *house.store};
  ActorGateway gateway{house.world.system(), house.actors->orders, house.actors->channels,
                       house.actors->store,  surroundings,         100};
  ActorAdmin admin{house.world.system(), house.actors->orders, house.actors->breakers,
                   house.actors->store,  house.actors->links,  house.actors->alerts,
                   surroundings};
  std::vector<std::string> deaths;
  std::string order = std::get<OrderView>(house.create()).order.id;

  void SetUp() override {
    house.actors->mind("gateway", gateway.clerk());
    house.actors->mind("admin", admin.clerk());
    Watch watch;
    watch.on_death = [this](const std::string& name, const std::string&) { deaths.push_back(name); };
    house.actors->watch(house.world.system(), surroundings, std::move(watch), WatcherThread::shared);
    house.world.settle();
  }
  void TearDown() override {
    admin.stop();
    gateway.stop();
    house.world.settle();
  }
  template <class Answer>
  static void cannot_take_it(const Answer&) {
    throw std::runtime_error("no page can be made of this");
  }
  bool answers_requests() {
    bool answered = false;
    gateway.ask(ViewOrder{"bakery", order}, [&](const OrderReply&) { answered = true; });
    house.world.settle();
    return answered;
  }
  bool answers_operators() {
    bool answered = false;
    admin.view_breakers([&](const std::variant<BreakersView, Refused>&) { answered = true; });
    house.world.settle();
    return answered;
  }
};

TEST_F(Clerks, AnAnswerThatNobodyCanTakeEndsNoClerk) {
  gateway.ask(ViewOrder{"bakery", order}, cannot_take_it<OrderReply>);
  gateway.ask(HearCallback{"aurora", {}}, cannot_take_it<Acknowledgement>);
  EXPECT_TRUE(answers_requests());
  admin.view_breakers(cannot_take_it<std::variant<BreakersView, Refused>>);
  admin.view_links(cannot_take_it<std::variant<LinksView, Refused>>);
  admin.sync(order, cannot_take_it<OrderReply>);
  admin.close(order, "operator/ada", cannot_take_it<OrderReply>);
  EXPECT_TRUE(answers_operators());
  EXPECT_EQ(
      std::ranges::count_if(house.log.events, [](const auto& line) { return line.starts_with("answer_not_taken"); }),
      6);
  EXPECT_TRUE(deaths.empty());
}

TEST_F(Clerks, ThatEndAreNotMissedInSilence) {
  caf::anon_send(gateway.clerk(), testing::deadly_ping());
  house.world.settle();
  EXPECT_EQ(deaths, std::vector<std::string>{"gateway"});
  caf::anon_send(admin.clerk(), testing::deadly_ping());
  house.world.settle();
  EXPECT_EQ(deaths, (std::vector<std::string>{"gateway", "admin"}));
}

TEST_F(Clerks, StandOnTheBoardWithTheServices) {
  const auto rows = house.actors->board().rows();
  for (const auto* name : {"gateway", "admin", "orders"})
    EXPECT_NE(std::ranges::find(rows, name, &Supervised::name), rows.end()) << name;
}

}  // namespace
}  // namespace tael
