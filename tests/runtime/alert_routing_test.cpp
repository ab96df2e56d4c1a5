// Whose an alert is, by the configuration, and who a mail reaches then.
#include "runtime/alerts/alert_routing.hpp"

#include "runtime/alerts/alert_ways.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

config::Config house() {
  config::Config config;
  config.node.alerts.owner = "ops@example.com";
  const auto add_channel = [&](const std::string& code, const std::string& institution, const std::string& owner) {
    auto& channel = config.channels[code];
    channel.policy.channel = code;
    channel.policy.institution = institution;
    channel.owner = owner;
  };
  add_channel("aurora", "aurora_bank", "aurora-team@example.com");
  add_channel("borealis", "borealis_bank", "the borealis team");
  config.businesses["bakery"].owner = "bakery-team@example.com";
  config.businesses["museum"].owner = "ask at the desk";
  return config;
}

struct Case {
  const char* name;
  std::string kind, channel, business, institution;
  std::string owner, told;  ///< Whose it is, and the mailbox it reaches.
};
class AlertOwner : public ::testing::TestWithParam<Case> {};

TEST_P(AlertOwner, IsWhoCanEndTheTroubleAndSomebodyIsAlwaysTold) {
  const auto& [name, kind, channel, business, institution, owner, told] = GetParam();
  Alert alert;
  alert.kind = kind;
  alert.channel = channel;
  alert.context.business = business;
  alert.context.institution = institution;
  const auto config = house();
  AlertRecord record;
  record.alert = alert;
  record.owner = alert_owners_of(config)(alert);
  EXPECT_EQ(record.owner, owner);
  EXPECT_EQ(mail_letter("tael_1", config.node.alerts.owner, record, AlertNews::raised).recipient, told);
}

const std::string ops = "ops@example.com", aurora_team = "aurora-team@example.com",
                  bakery_team = "bakery-team@example.com";

// clang-format off
INSTANTIATE_TEST_SUITE_P(Routing, AlertOwner, ::testing::Values(
    Case{"a_notice_is_its_businesss",            "notice_parked",   "aurora",   "bakery",  "aurora_bank",   bakery_team,         bakery_team},
    Case{"a_notice_of_nobody_we_know",           "notice_parked",   "aurora",   "gone",    "aurora_bank",   ops,                 ops},
    Case{"all_else_is_its_channels",             "refund_parked",   "aurora",   "bakery",  "borealis_bank", aurora_team,         aurora_team},
    Case{"the_institution_when_no_channel_is",   "amount_mismatch", "",         "bakery",  "aurora_bank",   aurora_team,         aurora_team},
    Case{"a_channel_that_is_gone",               "refund_parked",   "gone",     "bakery",  "aurora_bank",   aurora_team,         aurora_team},
    Case{"nothing_but_a_business",               "order_parked",    "",         "bakery",  "",              ops,                 ops},
    Case{"nothing_at_all",                       "order_parked",    "",         "",        "",              ops,                 ops},
    Case{"a_channels_owner_without_an_address",  "channel_word",    "borealis", "",        "",              "the borealis team", ops},
    Case{"a_businesss_owner_without_an_address", "notice_parked",   "",         "museum",  "",              "ask at the desk",   ops}),
    [](const auto& tested) { return std::string{tested.param.name}; });
// clang-format on

TEST(AlertOwnerWithoutAFallback, IsTheBusinessWhenNothingElseIsKnown) {
  auto config = house();
  config.node.alerts.owner.clear();
  Alert alert;
  alert.kind = "order_parked";
  alert.context.business = "bakery";
  EXPECT_EQ(alert_owners_of(config)(alert), bakery_team);
  AlertRecord record;
  record.alert = alert;
  record.owner = "ask at the desk";
  EXPECT_EQ(mail_letter("tael_1", "", record, AlertNews::raised).recipient, "") << "nobody can be told of it by mail";
}

}  // namespace
}  // namespace tael
