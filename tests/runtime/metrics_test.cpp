// The metrics page as Prometheus reads it, and the table of names held to the sources.
#include "runtime/metrics/metric_table.hpp"
#include "runtime/metrics/prometheus_meter.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tael {
namespace {

/// Samples by name and labels, exactly as written; types and helps by family. Fails the test on a line that is none.
struct Page {
  explicit Page(const std::string& text) {
    static const std::regex comment(R"(# (HELP|TYPE) ([a-z_]+) ?(.*))");
    static const std::regex sample(R"(([a-z_]+(?:\{[^ ]*\})?) ([-+0-9.eInfNa]+))");
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::smatch part;
      if (std::regex_match(line, part, comment))
        (part[1] == "TYPE" ? types : helps)[part[2]] = part[3];
      else if (std::regex_match(line, part, sample))
        samples[part[1]] = std::stod(part[2]);
      else
        ADD_FAILURE() << "no line of the format: " << line;
    }
    EXPECT_TRUE(text.ends_with("\n"));
  }
  std::map<std::string, std::string> types, helps;
  std::map<std::string, double> samples;
};

TEST(Metrics, CountUnderTheirLabels) {
  PrometheusMeter meter({});
  meter.count("notice_tries_total", {{"business", "bakery"}, {"outcome", "failed"}});
  meter.count("notice_tries_total", {{"business", "bakery"}, {"outcome", "failed"}}, 2);
  meter.count("notice_tries_total", {{"business", "kiosk"}, {"outcome", "failed"}});
  const Page page(meter.expose());
  EXPECT_EQ(page.samples.at(R"(tael_notice_tries_total{business="bakery",outcome="failed"})"), 3);
  EXPECT_EQ(page.samples.at(R"(tael_notice_tries_total{business="kiosk",outcome="failed"})"), 1);
  EXPECT_EQ(page.types.at("tael_notice_tries_total"), "counter");
  EXPECT_EQ(page.helps.at("tael_notice_tries_total"), find_metric("notice_tries_total")->help);
}

TEST(Metrics, AreOneSeriesInAnyOrderOfLabels) {
  PrometheusMeter meter({});
  meter.count("calls_total", {{"a", "1"}, {"b", "2"}});
  meter.count("calls_total", {{"b", "2"}, {"a", "1"}});
  EXPECT_EQ(Page(meter.expose()).samples.at(R"(tael_calls_total{a="1",b="2"})"), 2);
}

TEST(Metrics, ObserveFromHalfAMillisecondToHalfAMinute) {
  PrometheusMeter meter({});
  for (const auto seconds : {0.0004, 0.003, 7.0, 40.0}) meter.observe("call_seconds", {{"path", "a/b/c"}}, seconds);
  const Page page(meter.expose());
  const auto bucket = [&](const std::string& le) {
    return page.samples.at(R"(tael_call_seconds_bucket{path="a/b/c",le=")" + le + "\"}");
  };
  EXPECT_EQ(bucket("0.0005"), 1);
  EXPECT_EQ(bucket("0.005"), 2);
  EXPECT_EQ(bucket("5"), 2);
  EXPECT_EQ(bucket("30"), 3);
  EXPECT_EQ(bucket("+Inf"), 4);
  EXPECT_EQ(page.samples.at(R"(tael_call_seconds_count{path="a/b/c"})"), 4);
  EXPECT_EQ(page.types.at("tael_call_seconds"), "histogram");
}

TEST(Metrics, SetWhatGoesUpAndDown) {
  PrometheusMeter meter({});
  meter.set("timers_armed", {}, 5);
  meter.set("timers_armed", {}, 2);
  EXPECT_EQ(Page(meter.expose()).samples.at("tael_timers_armed"), 2);
}

TEST(Metrics, SayWhichVersionRuns) {
  const PrometheusMeter meter({.version = "1.2.3"});
  EXPECT_EQ(Page(meter.expose()).samples.at(R"(tael_build_info{version="1.2.3"})"), 1);
}

TEST(Metrics, AWrongOneIsDroppedCountedAndHarmsNothing) {
  PrometheusMeter meter({});
  meter.count("mixed_total", {});
  meter.set("mixed_total", {}, 7);  // One name of two kinds.
  meter.count("labelled_total", {{"not a label", "x"}});
  meter.count("no name", {});
  const Page page(meter.expose());
  EXPECT_EQ(page.samples.at("tael_meter_series_dropped_total"), 3);
  EXPECT_EQ(page.samples.at("tael_mixed_total"), 1);
}

TEST(Metrics, AnIdAsALabelDoesNotFillTheMemory) {
  PrometheusMeter meter({.version = "1", .series_max = 10});
  for (int i = 0; i < 100; ++i) meter.count("orders_total", {{"order", std::to_string(i)}});
  const Page page(meter.expose());
  EXPECT_EQ(page.samples.at("tael_meter_series_dropped_total"), 92);
  EXPECT_EQ(page.samples.size(), 10u);
}

TEST(Metrics, NothingIsLostBetweenThreads) {
  PrometheusMeter meter({});
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&meter] {
      for (int i = 0; i < 5'000; ++i) {
        meter.count("store_commits_total", {{"business", i % 2 == 0 ? "even" : "odd"}});
        meter.observe("store_seconds", {}, 0.001);
      }
    });
  for (auto& thread : threads) thread.join();
  const Page page(meter.expose());
  EXPECT_EQ(page.samples.at(R"(tael_store_commits_total{business="even"})"), 10'000);
  EXPECT_EQ(page.samples.at("tael_store_seconds_count"), 20'000);
}

TEST(Metrics, EveryNameInTheSourcesIsInTheTableAndBack) {
  static const std::regex use(R"rx(\b(count|observe|set)\(\s*"([a-z][a-z_]*)"\s*,\s*\{)rx");
  const std::map<std::string, MetricKind> kinds{
      {"count", MetricKind::counter}, {"observe", MetricKind::histogram}, {"set", MetricKind::gauge}};
  std::set<std::string_view> used{"meter_series_dropped_total"};
  for (const auto* folder : {"actors", "adapters", "runtime"})
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path{TAEL_SOURCE_DIR} / folder)) {
      if (entry.path().extension() != ".cpp") continue;
      std::stringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      const auto source = text.str();
      for (std::sregex_iterator found(source.begin(), source.end(), use), end; found != end; ++found) {
        const auto* row = find_metric((*found)[2].str());
        ASSERT_NE(row, nullptr) << entry.path() << " uses " << (*found)[2]
                                << ", runtime/metrics/metric_table.hpp has it not";
        EXPECT_EQ(row->kind, kinds.at((*found)[1])) << row->name;
        used.insert(row->name);
      }
    }
  for (const auto& row : metric_table) EXPECT_TRUE(used.contains(row.name)) << row.name << " is used nowhere";
}

TEST(Metrics, PleaseThePromtoolThatJudgesThem) {
  PrometheusMeter meter{{.version = "1"}};
  for (const auto& row : metric_table) {
    const std::string name{row.name};
    if (name == "build_info") continue;
    switch (row.kind) {
      case MetricKind::counter: meter.count(name, {{"path", "aurora/qr/cmb"}}); break;
      case MetricKind::histogram: meter.observe(name, {{"type", "pay"}}, 0.1); break;
      case MetricKind::gauge: meter.set(name, {}, 1); break;
    }
  }
  const auto page = std::filesystem::path{::testing::TempDir()} / ("metrics_" + std::to_string(::getpid()) + ".txt");
  std::ofstream{page} << meter.expose();
  EXPECT_EQ(std::system(("promtool check metrics < " + page.string()).c_str()), 0) << meter.expose();
  std::filesystem::remove(page);
}

}  // namespace
}  // namespace tael
