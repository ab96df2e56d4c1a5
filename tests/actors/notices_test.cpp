#include "tests/support/house.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::House;
using testing::id_of;
using testing::word;

TEST(Notices, ADownBusinessIsToldWhenItIsBack) {
  House house;
  house.business.refuses = 3;
  const auto id = id_of(house.create());
  const auto number = std::get<OrderView>(house.pay(id)).number;
  house.hear(word(ChannelOp::inquire, number, Ending::approved, 2500));
  house.world.settle();
  EXPECT_EQ(house.business.heard.size(), 1u);
  house.world.run_for(5s);
  house.restart();
  house.world.run_for(30s + 2min);
  ASSERT_EQ(house.business.heard.size(), 4u);
  EXPECT_EQ(house.business.heard[0].id, house.business.heard[3].id);
  EXPECT_EQ(house.disk.notices.begin()->second.state, NoticeState::delivered);
}

TEST(Notices, NoMoreThanItsLimitAreOnTheirWayToOneBusiness) {
  House house;
  house.business.answers_held = true;
  const auto limit = static_cast<std::size_t>(NoticePolicy{}.in_flight_max);
  for (std::size_t i = 0; i < limit + 3; ++i) {
    const auto no = std::to_string(i);
    house.close(id_of(house.create(2500, "o-" + no, "hash-" + no)));
  }
  house.world.settle();
  EXPECT_EQ(house.business.heard.size(), limit);
  for (; !house.business.held.empty(); house.world.settle()) {
    house.business.held.front()();
    house.business.held.pop_front();
  }
  EXPECT_EQ(house.business.heard.size(), limit + 3);
}

TEST(Notices, ANoticeNobodyTakesIsParkedWithAnAlert) {
  House house;
  house.business.refuses = 1000;
  const auto id = id_of(house.create());
  house.close(id);
  house.world.run_for(13h);
  EXPECT_EQ(house.business.heard.size(), 10u);
  EXPECT_EQ(house.disk.notices.begin()->second.state, NoticeState::parked);
  ASSERT_FALSE(house.disk.alerts.empty());
  EXPECT_EQ(house.disk.alerts.back().alert.kind, "notice_parked");
}

}  // namespace
}  // namespace tael
