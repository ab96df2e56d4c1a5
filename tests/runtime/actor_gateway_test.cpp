// What an institution is told about its callbacks, by the gateway over a whole node's actors.
#include "runtime/node/actor_gateway.hpp"

#include "actors/domain/quarantined.hpp"
#include "tests/support/house.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace tael::testing {
namespace {

/// Counts by name, path and outcome.
class CountingMeter final : public Meter {
 public:
  void count(std::string_view name, std::initializer_list<Label> labels, double by) override {
    if (name != "callbacks_not_ours_total") return;
    std::string key;
    for (const auto& [label, value] : labels) key.append(key.empty() ? "" : " ").append(value);
    counted[key] += by;
  }
  void observe(std::string_view, std::initializer_list<Label>, double) override {}
  void set(std::string_view, std::initializer_list<Label>, double) override {}
  std::map<std::string, double> counted;
};

struct Callbacks : ::testing::Test {
  House house;
  CountingMeter meter;
  ActorGateway gateway{house.world.system(),
                       house.actors->orders,
                       house.actors->channels,
                       house.actors->store,
                       Surroundings{house.world, house.world.dice, house.world.timers, *house.store, house.renderer,
                                    house.business, house.log, meter, house.crash, *house.store},
                       10};
  const std::string order = std::get<OrderView>(house.create()).order.id;
  const std::string never_made = "01JD0000000000000000000000";  ///< An order's id that no order here has.

  /// What an institution is answered whose adapter reads its callback so.
  int status_of_news(const std::string& refusal, const std::string& number) {
    auto& tells = house.institution.tells;
    tells = {};
    tells.refusal = refusal;
    tells.number = refusal.empty() ? number : "";
    tells.exchange.channel = "aurora";
    tells.exchange.direction = "in";
    tells.exchange.op = "callback";
    tells.exchange.number = number;
    tells.answer.ending = Ending::approved;
    tells.answer.amount = Money{2500, cny};
    return status_of("aurora");
  }
  const AlertRecord* alert(const std::string& kind) {
    const auto found = std::ranges::find(house.disk.alerts, kind, [](const auto& each) { return each.alert.kind; });
    return found == house.disk.alerts.end() ? nullptr : &*found;
  }

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

TEST_F(Callbacks, AboutWhatIsNotOursAreTakenCountedAndToldOfOnceAChannel) {
  begin_counting_callbacks(meter, "aurora");
  EXPECT_EQ(meter.counted.at("aurora foreign_number"), 0) << "it is shown before it counts";
  EXPECT_EQ(status_of_news("foreign_number", "shop-1"), 200);
  house.world.run_for(2s);
  EXPECT_EQ(status_of_news("wrong_merchant", "shop-2"), 200);
  house.world.run_for(2s);
  EXPECT_EQ(meter.counted.at("aurora foreign_number"), 1);
  EXPECT_EQ(meter.counted.at("aurora wrong_merchant"), 1);
  ASSERT_EQ(house.disk.alerts.size(), 1u);
  EXPECT_EQ(house.disk.alerts[0].alert.kind, "callback_not_ours");
  EXPECT_EQ(house.disk.alerts[0].alert.ref, "aurora");
  EXPECT_EQ(house.disk.alerts[0].count, 2);
  EXPECT_EQ(house.disk.exchanges.back().number, "shop-2") << "it is kept as evidence";
}

TEST_F(Callbacks, AboutWhatIsNotOursDoNotAskTheStore) {
  house.store_held = true;
  EXPECT_EQ(status_of_news("foreign_number", "shop-1"), 200);
}

TEST_F(Callbacks, OfAKindThatNobodyFollowsWakeNobody) {
  EXPECT_EQ(status_of_news("not_followed", ""), 200);
  EXPECT_EQ(meter.counted.at("aurora not_followed"), 1);
  EXPECT_TRUE(house.disk.alerts.empty());
}

TEST_F(Callbacks, ThatCannotBeBelievedAreRefused) {
  EXPECT_EQ(status_of_news("bad_signature", ""), 401);
  EXPECT_TRUE(meter.counted.empty());
}

TEST_F(Callbacks, AboutANumberThatTheStoreCertainlyDoesNotHaveAreTakenWhenTheirEvidenceIsDurable) {
  const auto before = house.disk.exchanges.size();
  EXPECT_EQ(status_of_news("", never_made + "A01"), 200);
  ASSERT_NE(alert("unknown_number"), nullptr);
  EXPECT_EQ(alert("unknown_number")->alert.ref, "aurora");
  EXPECT_EQ(alert("unknown_number")->alert.severity, Severity::critical);
  EXPECT_EQ(house.disk.exchanges.size(), before + 1);
  EXPECT_EQ(status_of_news("", order + "A07"), 200) << "nor an attempt that this order never made";
  EXPECT_EQ(status_of_news("", order + "R07"), 200);
  EXPECT_EQ(meter.counted.at("aurora unknown_number"), 3);
  EXPECT_EQ(alert("unknown_number")->count, 3);
}

TEST_F(Callbacks, WaitForAStoreThatCannotBeAskedOrCannotKeepThem) {
  house.store->refuse_reads(1);
  EXPECT_EQ(status_of_news("", never_made + "A01"), 503);
  EXPECT_EQ(alert("unknown_number"), nullptr);
  house.store->refuse_writes(1);
  EXPECT_EQ(status_of_news("", never_made + "A01"), 503) << "what nobody could write down is not acknowledged";
  EXPECT_EQ(status_of_news("", never_made + "A01"), 200);
}

}  // namespace
}  // namespace tael::testing
