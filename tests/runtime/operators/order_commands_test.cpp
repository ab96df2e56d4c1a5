#include "runtime/admin/admin_client.hpp"
#include "tests/runtime/operators/command_line.hpp"
#include "tests/runtime/operators/story.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <pwd.h>
#include <unistd.h>

namespace tael::testing {
namespace {

bool says(const std::string& text, const std::string& piece) { return text.find(piece) != std::string::npos; }

/// An order that was in doubt, was paid by a callback and then refunded; its notice was refused and then taken.
struct OrderCommand : ::testing::Test {
  TestDatabase database;
  Order order;

  void SetUp() override {
    Story story{database.url()};
    story.paid("another");
    order = story.create("o-1");
    story.pay(order);
    story.hear(order, ChannelOp::pay, attempt_number(order.id, 1), Ending::silent);
    story.hear(order, ChannelOp::inquire, attempt_number(order.id, 1), Ending::approved, 2500);
    story.apply_postings();
    story.deliver_notices();
    story.refund(order, "r-1", 1000);
  }

  Printed ask(std::vector<std::string> words) const {
    words.insert(words.begin(), "order");
    words.insert(words.end(), {"--store", database.url()});
    return run_command(std::move(words));
  }
};

TEST_F(OrderCommand, ShowsTheOrderAndAllThatBelongsToIt) {
  const auto printed = ask({"show", order.id});
  EXPECT_EQ(printed.code, 0) << printed.errors;
  for (const auto* piece : {"is paid", "25.00 CNY", "attempts", "succeeded", "refunds", "r-1", "10.00 CNY", "notices",
                            "delivered", "entries", "business_payable:bakery:CNY", "timers", "refund_try"})
    EXPECT_TRUE(says(printed.out, piece)) << piece << "\n" << printed.out;
}

TEST_F(OrderCommand, FindsTheOrderByEveryNumberItHas) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"show", order.id},
                                             {"show", attempt_number(order.id, 1)},
                                             {"show", refund_number(order.id, 1)},
                                             {"show", notice_id(order.id, 1)},
                                             {"show", "o-1", "--business", "bakery"},
                                             {"show", "--order-no", "o-1", "--business", "bakery"}}) {
    const auto printed = ask(words);
    EXPECT_EQ(printed.code, 0) << words.back() << printed.errors;
    EXPECT_TRUE(says(printed.out, order.id));
  }
}

TEST_F(OrderCommand, EndsWithOneWhenThereIsNoSuchOrder) {
  EXPECT_EQ(ask({"show", "o-2", "--business", "bakery"}).code, 1);
  EXPECT_EQ(ask({"why", "nonsense"}).code, 1);
  EXPECT_EQ(ask({"show", "--order-no", "o-1"}).code, 2) << "of which business?";
  EXPECT_EQ(ask({"show"}).code, 2);
  const auto both = ask({"show", order.id, "--order-no", "x", "--business", "bakery"});
  EXPECT_EQ(both.code, 2) << "which of the two?";
  EXPECT_TRUE(says(both.errors, "not both")) << both.errors;
}

TEST_F(OrderCommand, ShowPrintsOneJsonObjectForScripts) {
  const auto file = boost::json::parse(ask({"show", order.id, "--json"}).out);
  EXPECT_EQ(file.at("order").at("state").as_string(), "paid");
  EXPECT_EQ(file.at("order").at("paid_at").as_string(), "2026-11-11T08:00:08.000Z");
  EXPECT_EQ(file.at("order").at("heard_at").as_string(), "2026-11-11T08:00:08.000Z");
  EXPECT_EQ(file.at("attempts").at(0).at("paid_at").as_string(), "2026-11-11T08:00:08.000Z");
  EXPECT_EQ(file.at("attempts").at(0).at("received_amount").as_int64(), 2500);
  EXPECT_EQ(file.at("entries").as_array().size(), 3U);
  EXPECT_EQ(file.at("refunds").at(0).at("state").as_string(), "sent");
  EXPECT_TRUE(file.at("alerts").as_array().empty());
}

TEST_F(OrderCommand, ShowMarksAnOrderWhoseMessageIsKeptFromItsAdapter) {
  EXPECT_TRUE(boost::json::parse(ask({"show", order.id, "--json"}).out).at("quarantined").as_array().empty());
  Story story{database.url()};
  Commit known;
  known.quarantined = {
      {0, "aurora", "inquire P1", order.id, "std::runtime_error: boom", "h", 3, story.now(), story.now()}};
  story.write(known);
  EXPECT_TRUE(boost::json::parse(ask({"show", order.id, "--json"}).out).at("quarantined").as_array().empty())
      << "no alert about it is open: it was let go";
  Commit open;
  open.alerts = {{.kind = std::string{quarantined_kind},
                  .ref = "aurora inquire P1",
                  .message = "it kills",
                  .context = {},
                  .at = story.now()}};
  story.write(open);
  const auto held = boost::json::parse(ask({"show", order.id, "--json"}).out).at("quarantined").at(0);
  EXPECT_EQ(held.at("message").as_string(), "inquire P1");
  EXPECT_GT(held.at("alert").as_int64(), 0);
  EXPECT_EQ(held.at("first_at").as_string(), to_rfc3339(story.now()));
  const auto printed = ask({"show", order.id}).out;
  EXPECT_TRUE(says(printed, "a person has to look")) << printed;
  EXPECT_TRUE(says(printed, "std::runtime_error: boom")) << printed;
}

TEST_F(OrderCommand, WhyTellsWhatHappenedInOrderOfTimeWithItsCause) {
  const auto report = boost::json::parse(ask({"why", order.id, "--json"}).out);
  const auto& moments = report.at("moments").as_array();
  std::vector<std::string> kinds;
  std::int64_t before = 0;
  for (const auto& moment : moments) {
    kinds.emplace_back(moment.at("kind").as_string());
    EXPECT_GE(moment.at("after_ms").as_int64(), before);
    before = moment.at("after_ms").as_int64();
  }
  const std::vector<std::string> first{"order_created", "attempt_sent",      "callback",        "attempt_in_doubt",
                                       "callback",      "attempt_succeeded", "order_paid",      "payment",
                                       "notice_made",   "notice_delivered",  "refund_requested"};
  ASSERT_GT(kinds.size(), first.size());
  kinds.resize(first.size());
  EXPECT_EQ(kinds, first) << boost::json::serialize(moments);
  EXPECT_EQ(moments[6].at("because").as_string(), "callback/aurora");
  EXPECT_TRUE(moments.back().at("armed").as_bool()) << "what is still to happen comes last";
}

TEST_F(OrderCommand, WhyIsOneAlignedLineAMoment) {
  const auto printed = ask({"why", order.id});
  EXPECT_TRUE(says(printed.out, "because callback/aurora")) << printed.out;
  EXPECT_TRUE(says(printed.out, "+1.000s")) << printed.out;
  EXPECT_FALSE(says(printed.out, "{\"about\"")) << "bodies are trace's";
}

// It told of a call to an empty address, of something that was never sent.
TEST_F(OrderCommand, WhyTellsOfNoCallThatWasNotMade) {
  Story story{database.url()};
  Commit commit;
  commit.exchanges.push_back({.shard = order.shard,
                              .order_id = order.id,
                              .number = attempt_number(order.id, 1),
                              .channel = "stripe",
                              .direction = "out",
                              .op = "close",
                              .request = "POST \n",
                              .response = {},
                              .outcome = "declined",
                              .status = 0,
                              .started_at = story.now(),
                              .took_ms = 0});
  story.write(std::move(commit));
  const auto printed = ask({"why", order.id});
  EXPECT_TRUE(says(printed.out, "did not ask stripe: declined")) << printed.out;
  EXPECT_FALSE(says(printed.out, "asked stripe")) << printed.out;
}

TEST_F(OrderCommand, TraceShowsWhatWasSaidWordForWord) {
  const auto printed = ask({"trace", order.id});
  EXPECT_TRUE(says(printed.out, "| {\"about\": \"" + attempt_number(order.id, 1))) << printed.out;
  const auto report = boost::json::parse(ask({"trace", order.id, "--json"}).out);
  EXPECT_TRUE(
      says(std::string{report.at("moments").at(2).at("request").as_string()}, "POST /channels/aurora/callback"));
}

// Run by root without $USER, the journal knew of nobody.
TEST(OperatorName, WithoutAnEnvironmentIsWhoeverTheProcessRunsAs) {
  std::map<std::string, std::string> before;
  for (const auto* name : {"SUDO_USER", "USER", "LOGNAME"}) {
    if (const char* value = std::getenv(name)) before[name] = value;
    ::unsetenv(name);
  }
  const auto* entry = ::getpwuid(::geteuid());
  EXPECT_EQ(operator_name(""), entry == nullptr ? "user " + std::to_string(::geteuid()) : entry->pw_name);
  EXPECT_EQ(operator_name("ada"), "ada");
  for (const auto& [name, value] : before) ::setenv(name.c_str(), value.c_str(), 1);
}

}  // namespace
}  // namespace tael::testing
