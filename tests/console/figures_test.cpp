// The node at a glance, when all answer and when some do not.
#include "runtime/console/figures.hpp"

#include "runtime/admin/admin_requests.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <future>

namespace tael {
namespace {

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return *parse_rfc3339("2026-11-21T12:00:00.000Z"); }
};

class OneBreaker final : public AdminGateway {
 public:
  bool answers = true;
  void view_breakers(std::function<void(std::variant<BreakersView, Refused>)> done) override {
    if (!answers) return done(Refused{});
    BreakersView view;
    for (const auto* level : {"a", "a/qr", "a/qr/x"}) view.breakers.emplace_back().path = level;
    done(view);
  }
  void view_links(std::function<void(std::variant<LinksView, Refused>)> done) override {
    done(LinksView{LinkMode::on, {{"a/qr/x", 40, 2, 7, 0, true, 0, 950}, {"a/qr/y"}}});
  }
  void switch_path(SwitchPath, std::function<void(std::variant<BreakerView, Refused>)>) override {}
  void sync(std::string, OnOrder) override {}
  void close(std::string, std::string, OnOrder) override {}
  void resume(std::string, std::string, OnOrder) override {}
  void write_down(JournalRow, std::function<void(bool)>) override {}
};

struct Glance : ::testing::Test {
  OneBreaker gateway;
  StoreReads reads{"host=/nowhere connect_timeout=1"};
  PathSeries series;
  FixedClock clock;
  Figures figures{{gateway, reads, series, clock, "node_1", "0.0"}};

  boost::json::value overview() {
    std::promise<std::string> promise;
    figures.overview([&](std::string said) { promise.set_value(std::move(said)); });
    return boost::json::parse(promise.get_future().get());
  }
};

TEST_F(Glance, ShowsPathsAlsoWhenTheStoreIsDown) {
  StoreNews news;
  news.calls.push_back({"a/qr/x", "approved", 40, clock.now()});
  series.hear(news, clock.now() - 2s);
  const auto all = overview();
  EXPECT_EQ(all.at("node").as_string(), "node_1");
  EXPECT_TRUE(all.at("counts").is_null());
  const auto& path = all.at("paths").at(0);
  EXPECT_EQ(path.at("state").as_string(), "closed");
  EXPECT_EQ(path.at("last_minute").at("calls").as_int64(), 1);
  EXPECT_EQ(path.at("last_minute").at("mean_ms").as_int64(), 40);
  EXPECT_EQ(all.at("tree").at(0).at("path").as_string(), "a");
  EXPECT_EQ(all.at("tree").at(0).at("last_minute").at("calls").as_int64(), 1);  // Of all that is below.
}

TEST_F(Glance, HasTheSupervisionTreeAndTheLinks) {
  Figures watched{{gateway, reads, series, clock, "node_1", "0.0", [this] {
                     return std::vector<Supervised>{{.name = "channels", .since = clock.now(), .reason = {}},
                                                    {.name = "channels/a",
                                                     .health = Health::parked,
                                                     .since = clock.now(),
                                                     .next_at = clock.now() + 5min,
                                                     .reason = {}}};
                   }}};
  std::promise<std::string> promise;
  watched.overview([&](std::string said) { promise.set_value(std::move(said)); });
  const auto all = boost::json::parse(promise.get_future().get());
  const auto& channel = all.at("supervision").at("children").at(0).at("children").at(0);
  EXPECT_EQ(channel.at("state").as_string(), "parked");
  EXPECT_EQ(channel.at("next_at").as_string(), "2026-11-21T12:05:00.000Z");
  const auto& link = all.at("links").at("links").at(0);
  EXPECT_EQ(link.at("path").as_string(), "a/qr/x");
  EXPECT_DOUBLE_EQ(link.at("rate").as_double(), 0.05);
  EXPECT_DOUBLE_EQ(link.at("usual_rate").as_double(), 0.95);
  EXPECT_TRUE(
      all.at("links").at("links").at(1).at("rate").is_null());  // Nobody tried: no rate is not a rate of nought.
}

TEST_F(Glance, SaysNullForBreakersThatDoNotAnswer) {
  gateway.answers = false;
  EXPECT_TRUE(overview().at("paths").is_null());
}

TEST_F(Glance, HasSecondsForCharts) {
  StoreNews news;
  news.calls.push_back({"a/qr/x", "approved", 40, clock.now()});
  series.hear(news, clock.now() - 1s);
  const auto second = boost::json::parse(figures.newest_second());
  EXPECT_EQ(boost::json::serialize(second.at("paths").at("a/qr/x")), "[1,1,0,40,40]");
  const auto seconds = boost::json::parse(figures.seconds(std::chrono::seconds{5}));
  EXPECT_EQ(seconds.at("paths").at("a/qr/x").as_array().size(), 5U);
  EXPECT_EQ(seconds.at("from").as_int64(), unix_ms(clock.now()) / 1'000 - 5);
}

}  // namespace
}  // namespace tael
