// What an institution is told about its callbacks, by the gateway over a whole node's actors.
#include "runtime/node/actor_gateway.hpp"

#include "actors/domain/quarantined.hpp"
#include "tests/support/house.hpp"

#include <gtest/gtest.h>

namespace tael::testing {
namespace {

struct Callbacks : ::testing::Test {
  House house;
  ActorGateway gateway{house.world.system(),
                       house.actors->orders,
                       house.actors->channels,
                       house.actors->store,
                       Surroundings{house.world, house.world.dice, house.world.timers, *house.store, house.renderer,
                                    house.business, house.log, house.meter, house.crash},
                       10};

  int status_of(const std::string& channel) {
    int status = 0;
    HearCallback callback;
    callback.channel = channel;
    callback.raw.body = "the callback that kills";
    gateway.ask(callback, [&](const Acknowledgement& given) { status = given.status; });
    house.world.settle();
    return status;
  }
};

TEST_F(Callbacks, OfAChannelThatNobodyConfiguredAreNotFound) { EXPECT_EQ(status_of("typo"), 404); }

TEST_F(Callbacks, ThatAreQuarantinedAreNotToldToGoAwayForGood) {
  house.institution.callbacks_kill = true;
  for (int i = 0; i < crashes_of_one_message_max; ++i) {
    EXPECT_EQ(status_of("aurora"), 503);
    house.world.run_for(1min);
  }
  house.institution.callbacks_kill = false;
  EXPECT_EQ(status_of("aurora"), 503) << "it is held, and the institution shall repeat it until a person lets it go";
}

}  // namespace
}  // namespace tael::testing
