// Who is let in, and what pages say.
#include "tests/console/at_console.hpp"

namespace tael::testing {
namespace {

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
  EXPECT_EQ(
      header(ask("POST", "/console/login", form, {{"x-forwarded-proto", "https"}}), "Set-Cookie").find("; Secure"),
      std::string::npos)
      << "anybody may say so";
  remote = "10.1.0.1";
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
  EXPECT_EQ(log.lines.size(), 7U) << "whoever repeats itself fills the log";
}

TEST_F(AtConsole, WrongPasswordsOfOneVisitorBehindAProxyLockOutNoOtherOne) {
  remote = "10.1.0.1";
  const std::string right = "actor=ada&password=correct+horse", wrong = "actor=ada&password=guess";
  for (int i = 0; i < 6; ++i) ask("POST", "/console/login", wrong, {{"x-forwarded-for", "203.0.113.9"}});
  EXPECT_EQ(ask("POST", "/console/login", right, {{"x-forwarded-for", "203.0.113.9"}}).status, 429);
  EXPECT_EQ(ask("POST", "/console/login", right, {{"x-forwarded-for", "203.0.113.10"}}).status, 303);
  remote = "203.0.113.9";  // No proxy of ours: it cannot choose another address.
  EXPECT_EQ(ask("POST", "/console/login", right, {{"x-forwarded-for", "203.0.113.10"}}).status, 429);
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
  // What an institution owes us and what we earned have no running balance, and stand there all the same.
  for (const auto* kind : {"business_payable", "channel_receivable", "fee_income"})
    EXPECT_TRUE(says("/console/money", std::string{">"} + kind + "<")) << kind;
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
  EXPECT_EQ(gateway.done_, std::vector<std::string>{"links off by operator/ada: peak of the year"});
  EXPECT_TRUE(says("/console/deeds", "peak of the year"));
  post("/console/links", "to=down&reason=half+a+peak");
  EXPECT_EQ(gateway.done_.back(), "links down by operator/ada: half a peak");
  post("/console/links", "to=sideways&reason=x");
  EXPECT_TRUE(says("/console/deeds", "refused: turn: "));
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
