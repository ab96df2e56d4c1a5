// Operators' commands at a whole node: command line, HTTP, actors and the store, nothing replaced.
#include "adapters/http/client.hpp"
#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/postgres_store.hpp"
#include "runtime/metrics/metric_table.hpp"
#include "runtime/node/node.hpp"
#include "runtime/wall/wall_clock.hpp"
#include "tests/runtime/operators/command_line.hpp"
#include "tests/runtime/operators/story.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <regex>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace tael::testing {
namespace {

constexpr const char* token = "an-admin-token-for-tests";

bool says(const std::string& text, const std::string& piece) { return text.find(piece) != std::string::npos; }

config::Config example_config() {
  // The repository's own folder; every secret it asks for has a value that fits.
  auto loaded = config::load_folder(TAEL_CONFIG_FOLDER, [](const std::string&) -> std::optional<std::string> {
    return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  });
  for (const auto& error : loaded.errors) ADD_FAILURE() << to_text(error);
  return std::move(*loaded.config);
}

struct OperatorAtNode : ::testing::Test {
  TestDatabase database;
  Order order;
  std::unique_ptr<Node> node;
  std::string path;  ///< One of the configured ones.
  std::string log_file;
  std::promise<void> cannot_go_on;

  void SetUp() override {
    setenv("TAEL_ADMIN_TOKEN", token, 1);
    {
      Story story{database.url(), WallClock{}.now()};
      story.notify_url = "http://127.0.0.1:1/notices";  // Nobody is told.
      order = story.create("o-1");
      Commit commit;
      commit.shard = 7;
      commit.alerts = {{.shard = 7,
                        .kind = "channel_word",
                        .ref = "aurora/NEW",
                        .message = "what is NEW?",
                        .context = {},
                        .at = story.now()},
                       {.shard = 7,
                        .kind = "link_silent",
                        .ref = "aurora/qr/icbc",
                        .message = "payers do not complete",
                        .context = {},
                        .at = story.now(),
                        .channel = "aurora",
                        .usual = 900}};
      story.write(std::move(commit));
    }
    log_file = (std::filesystem::temp_directory_path() / ("tael_test_" + order.id + ".log")).string();
    auto config = config_of_node();
    path = config.channels.begin()->second.paths().front();
    node = std::make_unique<Node>(std::move(config), [this] { cannot_go_on.set_value(); });
    node->start();
  }
  config::Config config_of_node() const {
    auto config = example_config();
    config.node.listen = {{"127.0.0.1", 0}, {"127.0.0.1", 0}, {}};
    config.node.store.url = Secret{database.url()};
    config.node.admin_token = Secret{token};
    config.node.log.file = log_file;
    config.node.notices.allow = {"127.0.0.1"};
    return config;
  }
  void TearDown() override {
    node->stop();
    unsetenv("TAEL_ADMIN_TOKEN");
    std::filesystem::remove(log_file);
  }

  Printed at_node(std::vector<std::string> words) const {
    words.insert(words.end(), {"--admin", "http://127.0.0.1:" + std::to_string(node->admin_port())});
    return run_command(std::move(words));
  }
  HttpAnswer get(const std::string& path_and_query) const { return get(path_and_query, node->api_port()); }
  HttpAnswer get(const std::string& path_and_query, std::uint16_t port) const {
    CurlClient client;
    std::promise<HttpAnswer> answered;
    HttpCall call;
    call.method = "GET";
    call.url = "http://127.0.0.1:" + std::to_string(port) + path_and_query;
    client.send(std::move(call), [&](HttpAnswer answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  /// Asks again until the answer says so; a generous deadline ends it.
  Printed until_it_says(const std::string& piece, const std::vector<std::string>& words) const {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    auto printed = at_node(words);
    while (!says(printed.out, piece) && std::chrono::steady_clock::now() < deadline) printed = at_node(words);
    return printed;
  }
};

// `increase()` of a counter that appears with its first event is nothing: the first is never told of.
TEST_F(OperatorAtNode, SeesEveryCounterThatThereIsBeforeItCounts) {
  const auto page = get("/metrics", node->admin_port()).body;
  for (const auto& row : metric_table) {
    if (row.kind != MetricKind::counter) continue;
    const auto name = "\ntael_" + std::string{row.name};
    EXPECT_TRUE(says(page, name + "{") || says(page, name + " "))
        << row.name << ": runtime/node/first_metrics.cpp shows what a node starts with";
  }
  EXPECT_TRUE(says(page, "tael_order_crashes_total 0"));
  EXPECT_TRUE(says(page, "tael_store_up 1"));
}

// What the tests of the alert rules begin with is what a node begins with.
TEST_F(OperatorAtNode, SeesTheCountersOfTheRuleTestsWithTheirLabels) {
  std::stringstream text;
  text << std::ifstream{std::filesystem::path{TAEL_CONFIG_FOLDER} / "prometheus" / "tael.rules.test.yml"}.rdbuf();
  const auto tests = text.str(), page = get("/metrics", node->admin_port()).body;
  static const std::regex series(R"rx(series: '(tael_[a-z_]+_total)(?:\{([^']*)\})?')rx"),
      label(R"rx([a-z]+="[^"]*")rx");
  int found = 0;
  for (std::sregex_iterator each(tests.begin(), tests.end(), series), end; each != end; ++each, ++found) {
    const std::string name = (*each)[1], labels = (*each)[2];
    std::istringstream lines{page};
    bool shown = false;
    for (std::string line; !shown && std::getline(lines, line);) {
      shown = line.starts_with(name + "{") || line.starts_with(name + " ");
      for (std::sregex_iterator part(labels.begin(), labels.end(), label); shown && part != end; ++part)
        shown = says(line, part->str());
    }
    EXPECT_TRUE(shown) << name << "{" << labels << "}";
  }
  EXPECT_GT(found, 5);
}

TEST_F(OperatorAtNode, SwitchesAPathOffAndSeesItInListShowAndEvents) {
  until_it_says(path, {"channel", "list"});  // Breakers start when they have read the store.
  const auto off =
      at_node({"channel", "switch", path, "off", "--for", "30min", "--reason", "bank is down", "--actor", "ada"});
  EXPECT_EQ(off.code, 0) << off.errors;
  EXPECT_TRUE(says(off.out, "override_off by token/admin for ada: bank is down")) << off.out;
  const auto list = boost::json::parse(at_node({"channel", "list", "--json"}).out);
  int off_paths = 0;
  for (const auto& breaker : list.at("paths").as_array()) off_paths += breaker.at("static_switch").as_string() == "off";
  EXPECT_EQ(off_paths, 1);
  EXPECT_TRUE(says(at_node({"channel", "show", path.substr(0, path.find('/'))}).out, path));

  const auto on = at_node({"channel", "switch", path, "on", "--reason", "it is back", "--actor", "ada"});
  EXPECT_EQ(on.code, 0) << on.errors;
  // A view is answered from memory; once the second move is stored the first one is too.
  const auto events = until_it_says("it is back", {"channel", "events", path});
  EXPECT_TRUE(says(events.out, "override_off by token/admin for ada: bank is down")) << events.out;
  EXPECT_EQ(run_command({"ledger", "check", "--store", database.url()}).code, 0);
}

TEST_F(OperatorAtNode, TakesAnAlertOnOnceAndTheJournalKnowsWhoAndWhy) {
  const auto id = database.ask("select id from tael.alerts where kind = 'channel_word'");
  EXPECT_TRUE(says(at_node({"alert", "list"}).out, "aurora/NEW"));
  const auto taken = at_node({"alert", "acknowledge", id, "--reason", "asking them", "--actor", "ada"});
  EXPECT_EQ(taken.code, 0) << taken.errors;
  EXPECT_TRUE(says(taken.out, "asking them")) << taken.out;
  EXPECT_EQ(at_node({"alert", "acknowledge", id, "--reason", "me too", "--actor", "bob"}).code, 1);
  EXPECT_EQ(at_node({"alert", "resolve", id, "--reason", "mapped", "--actor", "bob"}).code, 0);
  EXPECT_FALSE(says(at_node({"alert", "list"}).out, "aurora/NEW"));
  const auto shown = boost::json::parse(at_node({"alert", "show", id, "--json"}).out);
  EXPECT_EQ(shown.at("resolved_by").as_string(), "token/admin for bob");
  EXPECT_EQ(at_node({"alert", "show", "999999"}).code, 1);
  EXPECT_NE(at_node({"alert", "resolve", id}).code, 0) << "why is required";
  EXPECT_EQ(database.ask("select string_agg(version || ' ' || kind || ' ' || cause, ', ' order by version) from "
                         "tael.journal where entity = 'alert:7:" +
                         id + "'"),
            "1 alert_acknowledged token/admin for ada, 2 alert_resolved token/admin for bob");
  const auto check = run_command({"ledger", "check", "--store", database.url()});
  EXPECT_EQ(check.code, 0) << check.out;
}

TEST_F(OperatorAtNode, TurnsTheLinkMonitorDownOrOffAtAPeakAndOnAgain) {
  // The silence from before this node's life is there once it has read the store.
  const auto links = until_it_says("do not complete", {"channel", "links"});
  EXPECT_TRUE(says(links.out, "monitor is on")) << links.out;
  EXPECT_FALSE(says(links.out, "complete as usual")) << "of nobody sent, nobody completes";
  EXPECT_NE(at_node({"channel", "links", "--turn", "off"}).code, 0) << "why is required";
  EXPECT_NE(at_node({"channel", "links", "--turn", "sideways", "--reason", "peak"}).code, 0);
  EXPECT_TRUE(says(at_node({"channel", "links", "--turn", "down", "--reason", "half a peak"}).out, "monitor is down"));
  EXPECT_TRUE(
      says(at_node({"channel", "links", "--turn", "off", "--reason", "peak", "--actor", "ada"}).out, "monitor is off"));
  EXPECT_TRUE(
      says(at_node({"channel", "links", "--turn", "on", "--reason", "over", "--actor", "ada"}).out, "monitor is on"));
  // A view is answered from memory; the deeds are durable soon after.
  const auto deeds = [&] {
    return database.ask(
        "select string_agg(body::json ->> 'from' || '-' || (body::json ->> 'to') || ': ' || "
        "(body::json ->> 'reason'), ', ' order by at, entity) from tael.journal where kind = "
        "'link_monitor_turned'");
  };
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!says(deeds(), "over") && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(deeds(), "on-down: half a peak, down-off: peak, off-on: over");
  const auto check = run_command({"ledger", "check", "--store", database.url()});
  EXPECT_EQ(check.code, 0) << check.out;
}

// It could never write again, and said that it was ready.
TEST_F(OperatorAtNode, ANodeWhoseShardsWereTakenIsNotReadyAndCannotGoOn) {
  EXPECT_TRUE(says(get("/readyz").body, R"("shards":true)"));
  EXPECT_FALSE(node->why_it_cannot_go_on());
  WallClock clock;
  postgres::StoreOptions options;
  options.url = database.url();
  options.node = "second";
  const postgres::PostgresStore second{std::move(options), clock};
  ASSERT_EQ(cannot_go_on.get_future().wait_for(60s), std::future_status::ready);
  const auto answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(says(answer.body, R"("ready":false)")) << answer.body;
  EXPECT_TRUE(says(answer.body, R"("shards":false)")) << answer.body;
  EXPECT_TRUE(says(answer.body, R"("store":true)")) << answer.body;
  const auto why = node->why_it_cannot_go_on();
  ASSERT_TRUE(why);
  EXPECT_EQ(why->reason(), FatalReason::fenced);
  EXPECT_TRUE(says(why->what(), "'second'")) << why->what();
}

// A port that is taken is found before the shards of whoever runs there are.
TEST_F(OperatorAtNode, ASecondNodeOnTheSamePortsDoesNotTakeTheStore) {
  auto config = example_config();
  config.node.name = "second";
  config.node.listen = {{"127.0.0.1", 0}, {"127.0.0.1", node->admin_port()}, {}};
  config.node.store.url = Secret{database.url()};
  config.node.log.file = log_file;
  Node second{std::move(config)};
  try {
    second.start();
    ADD_FAILURE() << "it started";
  } catch (const Fatal& fatal) {
    EXPECT_EQ(fatal.reason(), FatalReason::port_taken) << fatal.what();
  }
  EXPECT_EQ(database.ask("select count(*) from tael.shard_lease where owner = 'second'"), "0");
}

TEST_F(OperatorAtNode, SeesALinkThatWasSilentBeforeTheNodeStartedAsSilent) {
  const auto shown = boost::json::parse(until_it_says("aurora/qr/icbc", {"channel", "links", "--json"}).out);
  const auto& link = shown.at("links").at(0);
  EXPECT_TRUE(link.at("silent").as_bool());
  EXPECT_EQ(link.at("usual_rate").to_number<double>(), 0.9);
  at_node({"channel", "links", "--turn", "off", "--reason", "peak"});
  EXPECT_FALSE(says(at_node({"channel", "links"}).out, "aurora/qr/icbc"));
  at_node({"channel", "links", "--turn", "on", "--reason", "over"});
  EXPECT_TRUE(says(until_it_says("aurora/qr/icbc", {"channel", "links"}).out, "do not complete"));
}

TEST_F(OperatorAtNode, ClosesAnOrderAndTheJournalKnowsWhoAndWhy) {
  EXPECT_EQ(at_node({"order", "sync", order.id}).code, 0);
  const auto closed = at_node({"order", "close", order.id, "--reason", "asked by phone", "--actor", "ada"});
  EXPECT_EQ(closed.code, 0) << closed.errors;
  EXPECT_TRUE(says(closed.out, "is closed")) << closed.out;
  const auto why = run_command({"order", "why", order.id, "--store", database.url()});
  EXPECT_TRUE(says(why.out, "because token/admin for ada: asked by phone")) << why.out;
}

TEST_F(OperatorAtNode, HearsThatNothingOfAnOrderIsParked) {
  const auto answer = at_node({"order", "resume", order.id, "--reason", "mended"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(says(answer.errors, "is parked")) << answer.errors;
}

TEST_F(OperatorAtNode, HearsNoWithOneAndAWrongTokenWithTwo) {
  EXPECT_EQ(at_node({"order", "sync", "01M74T1Q2800G000000000009Z"}).code, 1);
  const auto nowhere = at_node({"channel", "show", "nowhere"});
  EXPECT_EQ(nowhere.code, 1);
  const auto unswitched = at_node({"channel", "switch", "no/such/path", "off", "--reason", "r"});
  EXPECT_EQ(unswitched.code, 1);
  EXPECT_TRUE(says(unswitched.errors, "there is no path 'no/such/path'")) << unswitched.errors;
  const auto uneventful = at_node({"channel", "events", "nowhere"});
  EXPECT_EQ(uneventful.code, 1);
  EXPECT_TRUE(says(uneventful.errors, "there is no path 'nowhere'")) << uneventful.errors;
  EXPECT_EQ(at_node({"channel", "events", path}).code, 0) << "no moves yet is no mistake";
  setenv("TAEL_ADMIN_TOKEN", "a-wrong-token-for-tests", 1);
  const auto refused = at_node({"channel", "list"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(says(refused.errors, "Tael-Admin-Token")) << refused.errors;
}

TEST(NodeStart, RefusesWhenMoneyIsUnderWayOnAChannelThatIsNotConfigured) {
  TestDatabase database;
  Order order;
  {
    Story story{database.url(), WallClock{}.now()};
    order = story.create("o-1");
    story.pay(order);
  }
  const auto channel = channel_of(order.attempts.front().path);
  auto config = example_config();
  config.channels.erase(channel);
  config.node.listen = {{"127.0.0.1", 0}, {"127.0.0.1", 0}, {}};
  config.node.store.url = Secret{database.url()};
  config.node.log.file = (std::filesystem::temp_directory_path() / ("tael_test_" + order.id + ".log")).string();
  const auto log_file = config.node.log.file;
  Node node{std::move(config)};
  try {
    node.start();
    ADD_FAILURE() << "it started";
  } catch (const Fatal& fatal) {
    EXPECT_EQ(fatal.reason(), FatalReason::configuration);
    EXPECT_TRUE(says(fatal.what(), "channel '" + channel + "' is not configured")) << fatal.what();
    EXPECT_TRUE(says(fatal.what(), order.id)) << fatal.what();
  }
  std::filesystem::remove(log_file);
}

TEST(AlertCommand, SaysWhatAnIdIsAndNoRangeOfThreeHundredDigits) {
  for (const auto* id : {"x", "0", "-1", "1.5", "99999999999999999999"}) {
    const auto printed = run_command({"alert", "show", id});
    EXPECT_EQ(printed.code, 2);
    EXPECT_TRUE(says(printed.errors, "an alert's id is its number in `tael alert list`")) << printed.errors;
    EXPECT_LT(printed.errors.size(), 300U) << printed.errors;
  }
}

TEST(NodeStart, RefusesWhatTheCheckRefusesBeforeAnythingIsTouched) {
  auto config = example_config();
  auto& channel = config.channels.begin()->second;
  channel.adapter = config::Adapter::stripe;
  channel.url = "http://api.stripe.com";
  config.node.store.url = Secret{"host=/nowhere dbname=nothing"};
  Node node{std::move(config)};
  try {
    node.start();
    ADD_FAILURE() << "it started";
  } catch (const Fatal& fatal) {
    EXPECT_EQ(fatal.reason(), FatalReason::configuration);
    EXPECT_TRUE(says(fatal.what(), "'url' must be https")) << fatal.what();
  }
}

TEST(NodeStart, ALogFileThatCannotBeOpenedIsAMistakeOfTheConfiguration) {
  const auto file = std::filesystem::temp_directory_path() / ("tael_no_folder_" + std::to_string(getpid()));
  std::ofstream{file} << "a file";
  auto config = example_config();
  config.node.log.file = (file / "node.log").string();
  try {
    const Node node{std::move(config)};
    ADD_FAILURE() << "it was made";
  } catch (const Fatal& fatal) {
    EXPECT_EQ(fatal.reason(), FatalReason::configuration);
    EXPECT_TRUE(says(fatal.what(), file.string())) << fatal.what();
  }
  std::filesystem::remove(file);
}

TEST(ChannelCommand, SaysWhenNoNodeAnswers) {
  setenv("TAEL_ADMIN_TOKEN", token, 1);
  const auto printed = run_command({"channel", "list", "--admin", "http://127.0.0.1:1"});
  unsetenv("TAEL_ADMIN_TOKEN");
  EXPECT_EQ(printed.code, 70);
  EXPECT_TRUE(says(printed.errors, "does not answer")) << printed.errors;
}

TEST(ChannelCommand, WantsATokenAndSaysWhere) {
  const auto printed = run_command({"channel", "list", "--config", TAEL_CONFIG_FOLDER});
  EXPECT_EQ(printed.code, 2);
  EXPECT_TRUE(says(printed.errors, "TAEL_ADMIN_TOKEN")) << printed.errors;
}

TEST_F(OperatorAtNode, AStoreThatFailsAfterItWasOpenedEndsTheStartWithItsOwnExitCode) {
  node->stop();
  {
    postgres::Connection connection{database.url(), 60s};
    connection.execute(
        "alter table tael.quarantine rename to kept; "
        "create view tael.quarantine as select * from tael.kept where 1 / 0 = 1",
        60s);
  }
  node = std::make_unique<Node>(config_of_node());
  try {
    node->start();
    FAIL() << "it started";
  } catch (const Fatal& fatal) {
    EXPECT_EQ(fatal.reason(), FatalReason::store_unreachable) << fatal.what();
  }
}

}  // namespace
}  // namespace tael::testing
