#include "tests/support/house.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::House;
using testing::word;

const std::string receivable = "channel_receivable:aurora:CNY";

void receive_payment(House& house, const std::string& order_no) {
  const auto id = std::get<OrderView>(house.create(2500, order_no, "hash-" + order_no)).order.id;
  const auto number = std::get<OrderView>(house.pay(id)).number;
  house.hear(word(ChannelOp::inquire, number, Ending::approved, 2500));
  house.world.settle();
}

TEST(Accounts, APostingToldOfTwiceIsAppliedOnce) {
  House house;
  const PostingOnItsWay posting{5, "e-1", receivable, 2500, cny};
  house.disk.postings = {posting};
  house.store_held = true;
  for (int i = 0; i < 2; ++i) caf::anon_send(house.actors->accounts, ApplyPostings{{posting}});
  house.world.settle();
  house.release_store();
  EXPECT_EQ(house.disk.accounts[receivable].balance, 2500);
  EXPECT_TRUE(house.disk.postings.empty());
}

TEST(Accounts, GoOnFromWhatTheStoreHolds) {
  House house;
  receive_payment(house, "o-1");
  house.restart();
  receive_payment(house, "o-2");
  EXPECT_EQ(house.disk.accounts[receivable].balance, 5000);
}

TEST(Accounts, APostingWhoseWriteWasRefusedIsAppliedInTheEnd) {
  House house;
  house.crash.at = "account.decided";
  house.crash.die = [&] { house.store->refuse_writes(1); };
  receive_payment(house, "o-1");
  house.world.run_for(10s);
  EXPECT_EQ(house.disk.accounts[receivable].balance, 2500);
  EXPECT_TRUE(house.disk.postings.empty());
}

}  // namespace
}  // namespace tael
