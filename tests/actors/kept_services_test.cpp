// Services that die and are started again, those that do not answer, and what the node makes of either.
#include "actors/kept_service.hpp"
#include "tests/support/house.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::House;

struct KeptServices : ::testing::Test {
  House house;
  std::vector<std::string> deaths;

  void SetUp() override {
    Watch watch;
    watch.on_death = [this](const std::string& name, const std::string&) { deaths.push_back(name); };
    house.actors->watch(house.world.system(),
                        {house.world, house.world.dice, house.world.timers, *house.store, house.renderer,
                         house.business, house.log, house.meter, house.crash, *house.store},
                        std::move(watch), WatcherThread::shared);
    house.world.settle();
  }
  template <class Ref>
  void crash(const Ref& service) {
    caf::anon_send(caf::actor_cast<caf::actor>(service), testing::deadly_ping());
    house.world.settle();
  }
  template <class Ref>
  void crash_out_of_budget(const Ref& service) {
    for (int i = 0; i < service_restart.restarts_max; ++i) {
      crash(service);
      house.world.run_for(31s);
    }
    crash(service);
  }
  Supervised row(const std::string& name) {
    for (auto& each : house.actors->board().rows())
      if (each.name == name) return each;
    ADD_FAILURE() << "no " << name;
    return {};
  }
  std::string create() { return std::get<OrderView>(house.create()).order.id; }
};

TEST_F(KeptServices, AreStartedAgainAfterAWaitAndRefuseMeanwhile) {
  EXPECT_TRUE(house.world.ask<LinksView>(house.actors->links, ViewLinks{}));
  crash(house.actors->links);
  EXPECT_EQ(row("links").health, Health::restarting);
  EXPECT_NE(row("links").reason.find("off by one"), std::string::npos);
  EXPECT_FALSE(house.world.ask<LinksView>(house.actors->links, ViewLinks{}));
  house.world.run_for(service_restart.backoff_min);
  EXPECT_EQ(row("links").health, Health::up);
  EXPECT_EQ(row("links").starts, 2);
  EXPECT_TRUE(house.world.ask<LinksView>(house.actors->links, ViewLinks{}));
  EXPECT_TRUE(deaths.empty());
}

TEST_F(KeptServices, ATimerThatWasArmedWhileTheirServiceWasDownRingsInTime) {
  const auto before = create();
  crash(house.actors->timers);
  house.key = "another";
  const auto meanwhile = std::get<OrderView>(house.create(2500, "o-2", "hash-2")).order.id;
  house.world.run_for(30min + 5s);
  EXPECT_EQ(house.order(before).state, OrderState::closed);
  EXPECT_EQ(house.order(meanwhile).state, OrderState::closed);
  EXPECT_EQ(row("timers").starts, 2);
}

TEST_F(KeptServices, ANoticeMadeWhileTheirServiceWasDownIsSent) {
  const auto id = create();
  crash(house.actors->notices);
  house.close(id);
  house.world.settle();
  EXPECT_TRUE(house.business.heard.empty());
  house.world.run_for(1s);
  EXPECT_EQ(house.business.heard.size(), 1u);
  EXPECT_EQ(house.disk.notices.begin()->second.state, NoticeState::delivered);
}

TEST_F(KeptServices, ANoticeOfUnknownFateIsSentAgainUnderItsOwnId) {
  house.business.answers_held = true;
  house.close(create());
  ASSERT_EQ(house.business.heard.size(), 1u);
  crash(house.actors->notices);
  house.business.held.front()();  // The answer finds nobody.
  house.business.answers_held = false;
  house.world.run_for(1s);
  ASSERT_EQ(house.business.heard.size(), 2u);
  EXPECT_EQ(house.business.heard[0].id, house.business.heard[1].id);
  EXPECT_EQ(house.disk.notices.begin()->second.state, NoticeState::delivered);
}

TEST_F(KeptServices, ThatPaymentsNeedEndTheNodeWhenTheyKeepCrashing) {
  crash_out_of_budget(house.actors->timers);
  EXPECT_EQ(deaths, std::vector<std::string>{"timers"});
  EXPECT_EQ(row("timers").health, Health::down);
}

TEST_F(KeptServices, AreForgivenCrashesThatAreFarApart) {
  for (int i = 0; i < 3 * service_restart.restarts_max; ++i) {
    crash(house.actors->timers);
    house.world.run_for(service_restart.within);
  }
  EXPECT_TRUE(deaths.empty());
  EXPECT_EQ(row("timers").health, Health::up);
}

TEST_F(KeptServices, ThatPaymentsDoWithoutRestWhenTheyKeepCrashingAndAPersonIsTold) {
  crash_out_of_budget(house.actors->links);
  EXPECT_EQ(row("links").health, Health::parked);
  ASSERT_FALSE(house.disk.alerts.empty());
  EXPECT_EQ(house.disk.alerts.back().alert.kind, "service_parked");
  EXPECT_EQ(house.disk.alerts.back().alert.ref, "links");
  EXPECT_TRUE(std::holds_alternative<OrderView>(house.pay(create())));
  house.world.run_for(service_restart.parked_for);
  EXPECT_EQ(row("links").health, Health::up);
  EXPECT_TRUE(house.disk.alerts.back().is_resolved());
  crash(house.actors->links);
  EXPECT_EQ(row("links").next_at, house.world.now() + 2 * service_restart.parked_for);
  EXPECT_TRUE(deaths.empty());
}

TEST_F(KeptServices, AreNotTakenForStuckWhenAPingDiedWithThem) {
  bool is_answered = false;
  const auto links = caf::actor_cast<caf::actor>(house.actors->links);
  caf::anon_send(links, testing::deadly_ping());
  caf::anon_send(links, kit::Run{ping_why, [&] { is_answered = true; }});
  house.world.settle();
  EXPECT_EQ(row("links").health, Health::restarting);
  EXPECT_TRUE(is_answered);
  house.world.run_for(2min);
  EXPECT_TRUE(deaths.empty());
  EXPECT_EQ(row("links").health, Health::up);
}

TEST_F(KeptServices, StayTurnedAsAHandLeftThem) {
  EXPECT_EQ(house.world.ask<LinksView>(house.actors->links, ViewLinks{})->mode, LinkMode::on);
  house.world.ask<LinksView>(house.actors->links, TurnLinkMonitor{LinkMode::down, "ada", "a peak"});
  crash(house.actors->links);
  house.world.run_for(1s);
  EXPECT_EQ(house.world.ask<LinksView>(house.actors->links, ViewLinks{})->mode, LinkMode::down);
}

TEST_F(KeptServices, EndWithTheNodeAndAreNotStartedAgain) {
  const auto starts = row("timers").starts;
  house.actors->end();
  house.world.run_for(1min);
  EXPECT_EQ(row("timers").starts, starts);
  for (const auto& line : house.log.events) EXPECT_FALSE(line.starts_with("service_crashed")) << line;
  EXPECT_TRUE(deaths.empty());
}

/// One that lets its work lie while it is told to.
struct StuckService : ::testing::Test {
  House house;
  SupervisionBoard board;
  bool is_stuck = true;
  std::vector<kit::Run> lying;
  std::vector<std::string> stuck, deaths;
  caf::actor service, watcher;

  void SetUp() override {
    service = house.world.system().spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const kit::Run& run) {
        if (is_stuck)
          lying.push_back(run);
        else
          run.what();
      }};
    });
    Watch watch;
    watch.on_death = [this](const std::string& name, const std::string&) { deaths.push_back(name); };
    watch.on_stuck = [this](const std::string& name) { stuck.push_back(name); };
    watcher = house.world.system().spawn<Watcher>(
        std::vector<Watched>{{"clerk", service}},
        Surroundings{house.world, house.world.dice, house.world.timers, *house.store, house.renderer, house.business,
                     house.log, house.meter, house.crash, *house.store},
        board, std::move(watch));
    house.world.settle();
  }
  void TearDown() override {
    for (auto* each : {&watcher, &service}) {
      caf::anon_send_exit(*each, caf::exit_reason::user_shutdown);
      *each = nullptr;
    }
    house.world.settle();
  }
};

TEST_F(StuckService, IsToldOfOnceAfterThreeMissesAndEndsTheNodeMuchLater) {
  house.world.run_for(2s);
  EXPECT_TRUE(stuck.empty());
  house.world.run_for(1s);
  EXPECT_EQ(stuck, std::vector<std::string>{"clerk"});
  EXPECT_EQ(board.rows().front().health, Health::stuck);
  house.world.run_for(56s);
  EXPECT_EQ(stuck.size(), 1u);
  EXPECT_TRUE(deaths.empty());
  house.world.run_for(1s);
  EXPECT_EQ(deaths, std::vector<std::string>{"clerk"});
}

TEST_F(StuckService, ThatAnswersAgainIsTheSameAndIsToldOfTheNextTime) {
  house.world.run_for(10s);
  is_stuck = false;
  for (const auto& run : std::exchange(lying, {})) run.what();
  house.world.run_for(10s);
  EXPECT_EQ(board.rows().front().health, Health::up);
  EXPECT_EQ(board.rows().front().starts, 1);
  is_stuck = true;
  house.world.run_for(10s);
  EXPECT_EQ(stuck.size(), 2u);
}

}  // namespace
}  // namespace tael
