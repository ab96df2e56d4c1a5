// The console over a real store with a story in it and a gateway that a test holds: what pages say, and what deeds
// leave behind.
#include "runtime/console/console.hpp"

#include "actors/quarantine.hpp"
#include "adapters/encoding/percent.hpp"
#include "runtime/console/reads.hpp"
#include "runtime/inspect/quarantined.hpp"
#include "tests/runtime/operators/story.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

namespace tael::testing {
namespace {

const std::string path = "aurora/qr/alder";

/// Answers from a table, and writes down for real.
class HeldGateway final : public AdminGateway {
 public:
  Story* story = nullptr;
  bool can_write = true;
  std::vector<std::string> done_;

  void view_breakers(std::function<void(std::variant<BreakersView, Refused>)> done) override {
    BreakersView view;
    for (const auto* level : {"aurora", "aurora/qr", "aurora/qr/alder"}) view.breakers.emplace_back().path = level;
    done(view);
  }
  void switch_path(SwitchPath hand, std::function<void(std::variant<BreakerView, Refused>)> done) override {
    if (hand.path != path) return done(Refused{Refusal::path_unknown, "there is no path '" + hand.path + "'", {}});
    done_.push_back(std::string{name_of(hand.order.to)} + " by " + hand.order.actor + ": " + hand.order.reason +
                    (hand.order.until ? " until" : ""));
    done(BreakerView{});
  }
  void view_links(std::function<void(std::variant<LinksView, Refused>)> done) override {
    done(LinksView{LinkMode::on, {{path, 40, 2, 7, 0, true, 0, 950}, {"aurora/qr/birch"}}});
  }
  void turn_links(TurnLinkMonitor hand, std::function<void(std::variant<LinksView, Refused>)> done) override {
    done_.push_back("links " + std::string{name_of(hand.to)} + " by " + hand.actor + ": " + hand.reason);
    done(LinksView{hand.to, {}});
  }
  void sync(std::string id, OnOrder done) override {
    done_.push_back("sync " + id);
    done(OrderView{});
  }
  void close(std::string id, std::string cause, OnOrder done) override {
    done_.push_back("close " + id + " " + cause);
    done(Refused{Refusal::not_closable, "a paid order cannot be closed", {}});
  }
  void resume(std::string id, std::string cause, OnOrder done) override {
    done_.push_back("resume " + id + " " + cause);
    done(OrderView{});
  }
  void handle_alert(HandleAlert hand, std::function<void(AlertReply)> done) override {
    done(story->handle_alert(hand));
  }
  void write_down(JournalRow row, std::function<void(bool)> done) override {
    if (!can_write || !written_.insert(row.entity + std::to_string(row.version)).second) return done(false);
    Commit commit;
    commit.shard = row.shard;
    commit.journal = {std::move(row)};
    story->write(std::move(commit));
    done(true);
  }

 private:
  std::set<std::string> written_;
};

class StoryClock final : public Clock {
 public:
  explicit StoryClock(const Story& story) : story_(story) {}
  TimePoint now() const override { return story_.now(); }

 private:
  const Story& story_;
};

class CountingDice final : public Dice {
 public:
  std::uint64_t roll() override { return ++rolls_; }

 private:
  std::uint64_t rolls_ = 0;
};

class LinesLog final : public Log {
 public:
  void line(Level, std::string_view event, const Fields& fields) override {
    std::string text{event};
    for (const auto& field : fields)
      if (const auto* words = std::get_if<std::string>(&field.value)) text += " " + *words;
    lines.push_back(text);
  }
  std::vector<std::string> lines;
};

struct AtConsole : ::testing::Test {
  TestDatabase database;
  Story story{database.url()};
  Order paid = story.paid("o-paid");
  HeldGateway gateway;
  StoryClock clock{story};
  CountingDice dice;
  StoreReads reads{database.url()};
  PathSeries series;
  std::vector<Supervised> supervised;
  Figures figures{{gateway, reads, series, clock, "node_1", "0.0", [this] { return supervised; }}};
  ConsoleLive live{figures};
  Sessions sessions{{{"ada", "correct horse"}}, clock, dice};
  LinesLog log;
  bool went_on = false;
  Console console{{.gateway = gateway,
                   .reads = reads,
                   .figures = figures,
                   .live = live,
                   .sessions = sessions,
                   .clock = clock,
                   .dice = dice,
                   .log = log,
                   .node = "node_1",
                   .businesses = {"bakery"},
                   .otherwise = [this](const ServerRequest&, const Respond& respond) {
                     went_on = true;
                     respond({});
                   }}};
  std::string cookie, csrf;

  AtConsole() { gateway.story = &story; }

  ServerResponse ask(const std::string& method, const std::string& target, const std::string& body = {},
                     HttpHeaders headers = {}) {
    if (!cookie.empty()) headers.emplace_back("cookie", cookie);
    std::promise<ServerResponse> promise;
    console.handle({method, target, std::move(headers), body, "127.0.0.1"},
                   [&](ServerResponse response) { promise.set_value(std::move(response)); });
    return promise.get_future().get();
  }
  static std::string header(const ServerResponse& response, const std::string& name) {
    const auto found = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
    return found == response.headers.end() ? "" : found->second;
  }
  ServerResponse log_in(const std::string& password = "correct horse") {
    auto answer = ask("POST", "/console/login", "actor=ada&password=" + percent_encoded(password));
    const auto set = header(answer, "Set-Cookie");
    cookie = set.substr(0, set.find(';'));
    if (!cookie.empty()) csrf = sessions.find(cookie.substr(cookie.find('=') + 1))->csrf;
    return answer;
  }
  ServerResponse post(const std::string& target, const std::string& body) {
    return ask("POST", target, "csrf=" + csrf + "&" + body);
  }
  bool says(const std::string& target, const std::string& piece) {
    const auto page = ask("GET", target);
    EXPECT_EQ(page.status, 200) << target;
    return page.body.find(piece) != std::string::npos;
  }
};

TEST_F(AtConsole, LetsNobodyInWithoutAPassword) {
  for (const auto* page : {"/console", "/console/orders", "/console/money", "/console/nothing"}) {
    const auto answer = ask("GET", page);
    EXPECT_EQ(answer.status, 303) << page;
    EXPECT_EQ(header(answer, "Location"), "/console/login");
  }
  EXPECT_EQ(ask("GET", "/console/live").status, 401);
  EXPECT_EQ(ask("GET", "/console/seconds").status, 401);
  EXPECT_EQ(ask("POST", "/console/switch", "path=" + path + "&to=off&reason=x").status, 401);
  EXPECT_EQ(log_in("wrong").status, 401);
  EXPECT_EQ(
      ask("POST", "/console/login", "actor=ada&password=correct+horse", {{"sec-fetch-site", "cross-site"}}).status,
      400);
  EXPECT_TRUE(gateway.done_.empty());
}

TEST_F(AtConsole, SetsACookieThatScriptsAndOtherSitesNeverSee) {
  const auto set = header(log_in(), "Set-Cookie");
  for (const auto* piece : {"HttpOnly", "SameSite=Strict", "Path=/console"})
    EXPECT_NE(set.find(piece), std::string::npos) << set;
  EXPECT_TRUE(says("/console", "Log out ada"));
  EXPECT_EQ(post("/console/logout", "").status, 303);
  EXPECT_EQ(ask("GET", "/console").status, 303);
}

TEST_F(AtConsole, ACookieOfAnEncryptedVisitIsNeverSentInTheClear) {
  const std::string form = "actor=ada&password=correct+horse";
  const auto secured = ask("POST", "/console/login", form, {{"x-forwarded-proto", "https"}});
  EXPECT_NE(header(secured, "Set-Cookie").find("; Secure"), std::string::npos);
  const auto plain = ask("POST", "/console/login", form);  // A browser would not send it back over plain HTTP.
  EXPECT_EQ(header(plain, "Set-Cookie").find("; Secure"), std::string::npos);
}

TEST_F(AtConsole, NobodyComesInOrIsShutOutWithoutATrace) {
  log_in("wrong");
  ask("POST", "/console/login", "actor=correct+horse&password=ada");
  log_in();
  EXPECT_EQ(log.lines, (std::vector<std::string>{"console_login_wrong ada 127.0.0.1", "console_login_wrong  127.0.0.1",
                                                 "console_login ada 127.0.0.1"}));
  for (int i = 0; i < 20; ++i) log_in("wrong");
  EXPECT_EQ(log.lines.size(), 6U) << "whoever repeats itself fills the log";
}

TEST_F(AtConsole, ShowsEveryPage) {
  story.play_everything();
  log_in();
  EXPECT_TRUE(says("/console", path));
  EXPECT_TRUE(says("/console", "received"));
  for (const auto* level : {"aurora", "aurora/qr", "aurora/qr/alder"})
    EXPECT_TRUE(says("/console/paths/" + std::string{level}, "Switch"));
  EXPECT_TRUE(says("/console/orders", "o-paid"));
  EXPECT_TRUE(says("/console/orders/" + paid.id, "order_paid"));
  EXPECT_TRUE(says("/console/orders/" + paid.id, "The order&#39;s life; it is paid"));
  EXPECT_TRUE(says("/console/money", "business_payable"));
  for (const auto* page : {"/console/events", "/console/alerts", "/console/timers", "/console/deeds"}) says(page, "");
  EXPECT_EQ(ask("GET", "/console/nothing").status, 404);
  EXPECT_EQ(ask("GET", "/console/paths/no/such/path").status, 404);
  EXPECT_EQ(ask("DELETE", "/console").status, 405);
  EXPECT_EQ(ask("GET", "/console/assets/console.css").status, 200);
  ask("GET", "/admin/channels");
  EXPECT_TRUE(went_on);
}

TEST_F(AtConsole, ShowsWhoIsWatchedByWhomAndWhyOneFell) {
  supervised = {{.name = "channels", .since = story.now(), .starts = 1, .reason = {}},
                {.name = "channels/aurora", .since = story.now(), .starts = 1, .reason = {}},
                {.name = "channels/aurora/adapter",
                 .health = Health::parked,
                 .since = story.now(),
                 .next_at = story.now() + 5min,
                 .starts = 6,
                 .reason = "<b>off by one</b>"}};
  log_in();
  const auto page = ask("GET", "/console/supervision").body;
  for (const auto* piece :
       {R"(data-cell="supervised:channels/aurora/adapter:state">parked)", "&lt;b&gt;off by one", "permanent"})
    EXPECT_NE(page.find(piece), std::string::npos) << piece;
  EXPECT_NE(page.find(to_rfc3339(story.now() + 5min)), std::string::npos);
}

TEST_F(AtConsole, ShowsEachPathAgainstItsOwnPastAndTurnsTheMonitorByADeed) {
  log_in();
  const auto page = ask("GET", "/console/links").body;
  for (const auto* piece :
       {">silent<", ">5 %<", ">95 %<", ">2 of 40<", ">too few to say<", "Turn it down", "Turn it off"})
    EXPECT_NE(page.find(piece), std::string::npos) << piece;
  post("/console/links", "to=off&reason=peak+of+the+year");
  EXPECT_EQ(gateway.done_, std::vector<std::string>{"links off by ada: peak of the year"});
  EXPECT_TRUE(says("/console/deeds", "peak of the year"));
  post("/console/links", "to=down&reason=half+a+peak");
  EXPECT_EQ(gateway.done_.back(), "links down by ada: half a peak");
  post("/console/links", "to=sideways&reason=x");
  EXPECT_TRUE(says("/console/deeds", "refused: #/turn"));
  EXPECT_EQ(gateway.done_.size(), 2U);
}

TEST_F(AtConsole, FindsAnOrderByAnyNumberOfIt) {
  auto order = story.paid("shop-77");
  story.refund(order, "back-1", 500);
  log_in();
  for (const auto& number : {order.id, order.order_no, attempt_number(order.id, 1), refund_number(order.id, 1),
                             order.attempts[0].channel_transaction, std::string{"back-1"}}) {
    const auto answer = ask("GET", "/console/orders?q=" + percent_encoded(number));
    EXPECT_EQ(header(answer, "Location"), "/console/orders/" + order.id) << number;
  }
  EXPECT_EQ(ask("GET", "/console/orders?q=nobody-has-this").status, 404);
}

TEST_F(AtConsole, ListsTheOrdersThatShareANumber) {
  auto first = story.paid("shop-1"), second = story.paid("shop-2");
  story.refund(first, "R1", 500);
  story.refund(second, "R1", 500);
  log_in();
  const auto page = ask("GET", "/console/orders?q=R1");
  EXPECT_EQ(page.status, 200);
  for (const auto& order : {first, second})
    EXPECT_NE(page.body.find("/console/orders/" + order.id), std::string::npos) << page.body;
  EXPECT_EQ(page.body.find("/console/orders/" + paid.id), std::string::npos) << "it has another number";
  EXPECT_EQ(page.body.find("Nothing here"), std::string::npos);
}

// The database refused to be asked and its own words came to the page, with 503.
TEST_F(AtConsole, FindsNothingUnderANumberThatNoTextCanBe) {
  log_in();
  for (const auto* number : {"%00", "shop%00", "%ff", "%e6%94"}) {
    const auto page = ask("GET", "/console/orders?q=" + std::string{number});
    EXPECT_EQ(page.status, 404) << number;
    EXPECT_NE(page.body.find("Nothing here has the number"), std::string::npos) << page.body;
  }
}

TEST_F(AtConsole, SwitchesAPathAndTheJournalKnowsWhoAndWhy) {
  log_in();
  const auto answer =
      post("/console/switch", "path=" + percent_encoded(path) + "&to=off&length=30min&reason=bank+is+down");
  EXPECT_EQ(header(answer, "Location"), "/console/paths/" + path);
  EXPECT_EQ(gateway.done_, std::vector<std::string>{"off by ada: bank is down until"});
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
  EXPECT_TRUE(says("/console/deeds", "refused: #/for `on` has no end"));
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
  EXPECT_TRUE(says("/console/alerts", "Taken on by ada: calling them"));
  post("/console/acknowledge", "alert=" + percent_encoded(alert) + "&reason=again");
  EXPECT_TRUE(says("/console", "it was acknowledged by ada"));
  for (const auto* odd : {"", "x", "1:1", "-1", "999999"}) {
    post("/console/acknowledge", "alert=" + percent_encoded(odd) + "&reason=r");
    EXPECT_TRUE(says("/console", "there is no such alert")) << odd;
  }
  post("/console/resolve", "alert=" + percent_encoded(alert) + "&reason=they+listen");
  EXPECT_TRUE(says("/console/alerts", "Resolved by ada: they listen"));
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

TEST_F(AtConsole, EscapesWhatStrangersSent) {
  auto order = story.create("o-3");
  order.subject = "<script>alert(1)</script>";
  Commit commit;
  commit.shard = order.shard;
  ++order.version;
  JournalRow row;
  row.shard = order.shard;
  row.entity = order.id;
  row.version = order.version;
  row.kind = "order_renamed";
  row.cause = "<img src=x>";
  row.context = order.context;
  row.at = story.now();
  commit.journal = {row};
  commit.order = Write<Order>{order, false};
  story.write(std::move(commit));
  log_in();
  const auto page = ask("GET", "/console/orders/" + order.id).body;
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_NE(page.find("&lt;img src=x&gt;"), std::string::npos);
}

}  // namespace
}  // namespace tael::testing
