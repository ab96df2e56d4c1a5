// The console over a real store with a story in it and a gateway that a test holds.
#pragma once

#include "actors/quarantine.hpp"
#include "adapters/encoding/percent.hpp"
#include "runtime/console/console.hpp"
#include "runtime/console/reads.hpp"
#include "runtime/inspect/quarantined.hpp"
#include "tests/runtime/operators/story.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

namespace tael::testing {

inline const std::string path = "aurora/qr/alder";

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
  Sessions sessions{
      {{"ada", {"correct horse", OperatorRole::operate}}, {"rob", {"only looking", OperatorRole::read}}}, clock, dice};
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
                   .otherwise =
                       [this](const ServerRequest&, const Respond& respond) {
                         went_on = true;
                         respond({});
                       },
                   .proxies = {*read_network("10.1.0.0/16")}}};
  std::string cookie, csrf;

  AtConsole() { gateway.story = &story; }

  std::string remote = "127.0.0.1";

  ServerResponse ask(const std::string& method, const std::string& target, const std::string& body = {},
                     HttpHeaders headers = {}) {
    if (!cookie.empty()) headers.emplace_back("cookie", cookie);
    std::promise<ServerResponse> promise;
    console.handle({method, target, std::move(headers), body, remote},
                   [&](ServerResponse response) { promise.set_value(std::move(response)); });
    return promise.get_future().get();
  }
  static std::string header(const ServerResponse& response, const std::string& name) {
    const auto found = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
    return found == response.headers.end() ? "" : found->second;
  }
  ServerResponse log_in(const std::string& password = "correct horse", const std::string& actor = "ada") {
    auto answer = ask("POST", "/console/login", "actor=" + actor + "&password=" + percent_encoded(password));
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

}  // namespace tael::testing
