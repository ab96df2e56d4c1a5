// What operators do at the console, and what it leaves behind.
#include "tests/console/at_console.hpp"

namespace tael::testing {
namespace {

TEST_F(AtConsole, SwitchesAPathAndTheJournalKnowsWhoAndWhy) {
  log_in();
  const auto answer =
      post("/console/switch", "path=" + percent_encoded(path) + "&to=off&length=30min&reason=bank+is+down");
  EXPECT_EQ(header(answer, "Location"), "/console/paths/" + path);
  EXPECT_EQ(gateway.done_, std::vector<std::string>{"off by operator/ada: bank is down until"});
  EXPECT_TRUE(says("/console/paths/" + path, "switch off " + path + ": done"));
  EXPECT_FALSE(says("/console/paths/" + path, "switch off " + path + ": done"));  // Once.
  EXPECT_TRUE(says("/console/deeds", "bank is down"));
}

TEST_F(AtConsole, DoesNothingWithoutAReasonOrThisSessionsForm) {
  log_in();
  post("/console/switch", "path=" + percent_encoded(path) + "&to=off&reason=+");
  EXPECT_TRUE(says("/console", "a deed needs a reason"));
  csrf = "forged";
  EXPECT_EQ(post("/console/switch", "path=" + percent_encoded(path) + "&to=off&reason=x").status, 403);
  EXPECT_EQ(ask("POST", "/console/switch", "path=a&path=b").status, 403);
  EXPECT_TRUE(gateway.done_.empty());
}

TEST_F(AtConsole, DoesNothingThatCannotBeWrittenDown) {
  log_in();
  gateway.can_write = false;
  post("/console/orders/" + paid.id + "/close", "reason=asked");
  EXPECT_TRUE(gateway.done_.empty());
  EXPECT_TRUE(says("/console", "could not be written down"));
}

TEST_F(AtConsole, ASwitchDoesNotWaitForAStoreInTrouble) {
  log_in();
  gateway.can_write = false;
  post("/console/switch", "path=" + percent_encoded(path) + "&to=off&reason=bank+is+down");
  EXPECT_EQ(gateway.done_, std::vector<std::string>{"off by operator/ada: bank is down until"});
}

TEST_F(AtConsole, WhoMayOnlyLookIsOfferedNothingAndDoesNothing) {
  log_in("only looking", "rob");
  const auto no_deed = [&](const std::string& target) {
    return !says(target, "<form method=\"post\" action=\"/console/switch") && !says(target, "class=\"deed\"");
  };
  EXPECT_TRUE(no_deed("/console/orders/" + paid.id));
  EXPECT_TRUE(no_deed("/console/paths/" + path));
  EXPECT_TRUE(no_deed("/console/links"));
  EXPECT_TRUE(no_deed("/console/alerts"));
  for (const auto& [target, body] : std::vector<std::pair<std::string, std::string>>{
           {"/console/switch", "path=" + percent_encoded(path) + "&to=off&reason=x"},
           {"/console/orders/" + paid.id + "/close", "reason=x"},
           {"/console/orders/" + paid.id + "/sync", "reason=x"},
           {"/console/orders/" + paid.id + "/resume", "reason=x"},
           {"/console/links", "to=off&reason=x"},
           {"/console/acknowledge", "alert=1&reason=x"},
           {"/console/resolve", "alert=1&reason=x"}})
    EXPECT_EQ(post(target, body).status, 403) << target;
  EXPECT_TRUE(gateway.done_.empty());
  EXPECT_EQ(post("/console/logout", "").status, 303) << "leaving is no deed";
}

TEST_F(AtConsole, OffersToTakeUpOnlyWhatIsParked) {
  log_in();
  const std::string offer = "/console/orders/" + paid.id + "/resume";
  EXPECT_FALSE(says("/console/orders/" + paid.id, offer));
  story.park_notices();
  log_in();  // It took hours.
  EXPECT_TRUE(says("/console/orders/" + paid.id, offer));
  post(offer, "reason=their+endpoint+is+back");
  EXPECT_EQ(gateway.done_, std::vector<std::string>{"resume " + paid.id + " operator/ada: their endpoint is back"});
  EXPECT_TRUE(says("/console/deeds", "their endpoint is back"));
}

TEST_F(AtConsole, WritesDownWhatWasRefusedToo) {
  log_in();
  post("/console/orders/" + paid.id + "/close", "reason=asked+by+phone");
  EXPECT_EQ(gateway.done_, std::vector<std::string>{"close " + paid.id + " operator/ada: asked by phone"});
  EXPECT_TRUE(says("/console/deeds", "refused: a paid order cannot be closed"));
  post("/console/switch", "path=no%2Fsuch%2Fpath&to=on&reason=x");
  EXPECT_TRUE(says("/console/deeds", "refused: there is no path"));
  post("/console/switch", "path=" + percent_encoded(path) + "&to=on&length=5min&reason=x");
  EXPECT_TRUE(says("/console/deeds", "refused: for: `on` has no end"));
}

TEST_F(AtConsole, OneOperatorTakesAnAlertOn) {
  auto order = story.create("o-2");
  story.park_notices();
  Commit commit;
  commit.shard = order.shard;
  commit.alerts.push_back({.shard = order.shard,
                           .kind = "notice_parked",
                           .ref = order.id,
                           .severity = Severity::warning,
                           .message = "<b>nobody</b> listens",
                           .context = order.context,
                           .at = story.now()});
  story.write(std::move(commit));
  log_in();
  const auto page = ask("GET", "/console/alerts").body;
  EXPECT_NE(page.find("&lt;b&gt;nobody"), std::string::npos);
  const auto at = page.find("name=\"alert\" value=\"") + 20;
  const auto alert = page.substr(at, page.find('"', at) - at);
  post("/console/acknowledge", "alert=" + percent_encoded(alert) + "&reason=calling+them");
  EXPECT_TRUE(says("/console/alerts", "Taken on by operator/ada: calling them"));
  post("/console/acknowledge", "alert=" + percent_encoded(alert) + "&reason=again");
  EXPECT_TRUE(says("/console", "it was acknowledged by operator/ada"));
  for (const auto* odd : {"", "x", "1:1", "-1", "999999"}) {
    post("/console/acknowledge", "alert=" + percent_encoded(odd) + "&reason=r");
    EXPECT_TRUE(says("/console", "there is no such alert")) << odd;
  }
  post("/console/resolve", "alert=" + percent_encoded(alert) + "&reason=they+listen");
  EXPECT_TRUE(says("/console/alerts", "Resolved by operator/ada: they listen"));
}

TEST_F(AtConsole, WhatWasQuarantinedIsKnownToTheNextLife) {
  Commit commit;
  for (const auto& [channel, message] : {std::pair{"aurora", "pay A1"}, std::pair{"borealis", "callback 7"}}) {
    commit.quarantined.push_back({0, channel, message, "", "boom", "hash", 3, story.now(), story.now()});
    commit.alerts.push_back({.kind = std::string{quarantined_kind},
                             .ref = ref_of(commit.quarantined.back()),
                             .message = "died of it",
                             .context = {},
                             .at = story.now()});
  }
  commit.alerts.push_back(
      {.kind = "channel_closed", .ref = "aurora", .message = "closed", .context = {}, .at = story.now()});
  story.write(std::move(commit));
  EXPECT_EQ(quarantined_messages(database.url()), (std::vector<std::string>{"aurora pay A1", "borealis callback 7"}));
}

}  // namespace
}  // namespace tael::testing
