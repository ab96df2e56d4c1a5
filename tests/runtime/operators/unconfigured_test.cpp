// What a node says of a store that names more than its configuration has: told, or refused, and never silence.
#include "runtime/inspect/unconfigured.hpp"

#include "runtime/node/start_check.hpp"
#include "tests/runtime/operators/story.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

using testing::Story;
using testing::TestDatabase;

config::Config configured(const std::vector<std::string>& banks) {
  config::Config config;
  auto& channel = config.channels["aurora"];
  channel.policy.channel = "aurora";
  channel.methods["qr"].banks = banks;
  auto& business = config.businesses["bakery"];
  for (const auto& bank : banks) business.paths.push_back("aurora/qr/" + bank);
  for (const auto* kind : {"business_payable", "channel_receivable", "suspense", "fee_income"})
    config.accounts.accounts.push_back({kind});
  return config;
}

struct UnconfiguredTest : ::testing::Test {
  TestDatabase database;
  Story story{database.url()};
  Order order = story.create("o-1");

  Unconfigured found(const config::Config& config) {
    postgres::Snapshot snapshot{database.url()};
    return unconfigured_in(snapshot, config);
  }
};

TEST_F(UnconfiguredTest, NothingIsToldWhileEverythingIsThere) {
  story.pay(order);
  const auto all = found(configured({"alder"}));
  EXPECT_TRUE(all.refusals.empty());
  EXPECT_TRUE(all.retired.empty());
}

TEST_F(UnconfiguredTest, ABankTakenOutIsToldWithWhatIsOpenThere) {
  story.pay(order);
  const auto all = found(configured({"birch"}));
  EXPECT_TRUE(all.refusals.empty());
  ASSERT_EQ(all.retired.size(), 1u);
  EXPECT_EQ(to_text(all.retired[0]),
            "aurora/qr/alder is retired: 1 attempt open there (order " + order.id +
                " for one); they are asked about, closed and refunded, and nothing new is paid "
                "there");
}

TEST_F(UnconfiguredTest, APathThatNoBusinessOffersAnyMoreIsToldToo) {
  story.pay(order);
  auto config = configured({"alder"});
  config.businesses["bakery"].paths.clear();
  const auto all = found(config);
  ASSERT_EQ(all.retired.size(), 1u);
  EXPECT_TRUE(all.retired[0].is_configured);
}

TEST_F(UnconfiguredTest, ARetiredPathThatIsSwitchedOffIsCalledSo) {
  story.pay(order);
  story.move_breaker({.path = "aurora/qr",
                      .static_switch = "off",
                      .state = "open",
                      .seq = 1,
                      .until = {},
                      .from = "closed",
                      .cause = "override_off",
                      .actor = "ada",
                      .at = story.now()});
  const auto all = found(configured({"birch"}));
  ASSERT_EQ(all.retired.size(), 1u);
  EXPECT_TRUE(all.retired[0].is_off);
}

TEST_F(UnconfiguredTest, AChannelTakenOutIsRefusedWhileMoneyIsUnderWayThere) {
  story.pay(order);
  auto config = configured({"alder"});
  config.channels.clear();
  const auto all = found(config);
  ASSERT_EQ(all.refusals.size(), 1u);
  EXPECT_EQ(all.refusals[0].file, "channels/aurora.yaml");
}

TEST_F(UnconfiguredTest, ABusinessTakenOutIsRefusedWhileItsOrdersAreOpen) {
  auto config = configured({"alder"});
  config.businesses.clear();
  const auto all = found(config);
  ASSERT_EQ(all.refusals.size(), 1u);
  EXPECT_EQ(all.refusals[0].file, "businesses/bakery.yaml");
  EXPECT_NE(all.refusals[0].message.find("1 order of it have no end yet"), std::string::npos);
}

TEST_F(UnconfiguredTest, ABusinessTakenOutIsRefusedWhileItIsYetToBeTold) {
  story.close(order);
  auto config = configured({"alder"});
  config.businesses.clear();
  ASSERT_EQ(found(config).refusals.size(), 1u);
  story.deliver_notices();
  EXPECT_TRUE(found(config).refusals.empty());
}

TEST_F(UnconfiguredTest, AnAccountKindTakenOutIsRefusedWhileItHoldsMoney) {
  story.paid("o-2");
  story.apply_postings();
  auto config = configured({"alder"});
  std::erase_if(config.accounts.accounts, [](const AccountKind& kind) { return kind.kind == "business_payable"; });
  const auto all = found(config);
  ASSERT_EQ(all.refusals.size(), 1u);
  EXPECT_EQ(all.refusals[0].file, "accounts.yaml");
}

config::Config calls_back_at(const std::string& url) {
  auto config = configured({"alder"});
  config.node.listen.api = {"127.0.0.1", 8080};
  config.channels["aurora"].callback_url = url;
  return config;
}

TEST(CallbacksThatLeadNowhere, NoneDoByDefault) {
  EXPECT_TRUE(callbacks_that_lead_nowhere(calls_back_at("")).empty());
  EXPECT_TRUE(callbacks_that_lead_nowhere(calls_back_at("http://127.0.0.1:8080/channels/aurora/callback")).empty());
  EXPECT_TRUE(callbacks_that_lead_nowhere(calls_back_at("http://localhost:8080/channels/aurora/callback")).empty());
}

TEST(CallbacksThatLeadNowhere, AnotherPortHostOrPathIsTold) {
  for (const auto* url :
       {"http://127.0.0.1:8081/channels/aurora/callback", "https://pay.example/channels/aurora/callback",
        "http://127.0.0.1:8080/channels/borealis/callback", "http://127.0.0.1:8080/callback"})
    EXPECT_EQ(callbacks_that_lead_nowhere(calls_back_at(url)).size(), 1u) << url;
}

TEST(CallbacksThatLeadNowhere, WhatStandsUnderThePublicAddressIsTheProxysMatter) {
  auto config = calls_back_at("https://pay.example/channels/aurora/callback");
  config.node.public_url = "https://pay.example";
  EXPECT_TRUE(callbacks_that_lead_nowhere(config).empty());
}

TEST(CallbacksThatLeadNowhere, AListenerOnEveryAddressNeedsAPublicOne) {
  auto config = calls_back_at("");
  config.node.listen.api.host = "0.0.0.0";
  EXPECT_EQ(callbacks_that_lead_nowhere(config).size(), 1u);
  config.node.public_url = "https://pay.example";
  EXPECT_TRUE(callbacks_that_lead_nowhere(config).empty());
}

TEST(CallbacksThatLeadNowhere, ABanksHostCallsNobodyBack) {
  auto config = calls_back_at("https://elsewhere.example/callback");
  config.channels["aurora"].adapter = config::Adapter::iso8583;
  EXPECT_TRUE(callbacks_that_lead_nowhere(config).empty());
}

}  // namespace
}  // namespace tael
