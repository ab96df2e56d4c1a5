#include "runtime/metrics/prometheus_meter.hpp"

#include "runtime/metrics/metric_table.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tael {

namespace {

constexpr std::string_view dropped_name = "meter_series_dropped_total";

/// Seconds: from a lookup in memory to a channel's deadline.
const prometheus::Histogram::BucketBoundaries latency_buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                              0.25,   0.5,   1,      2.5,   5,    10,    30};

/// A series as the caller names it. Labels count in the caller's order: two orders are two ways to one series.
struct SeriesView {
  std::string_view name;
  std::initializer_list<Label> labels;
};

struct SeriesKey {
  explicit SeriesKey(const SeriesView& view) : name(view.name), labels(view.labels.begin(), view.labels.end()) {}
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
};

struct SeriesHash {
  using is_transparent = void;
  std::size_t operator()(const auto& series) const {
    const std::hash<std::string_view> hash;
    std::size_t all = hash(series.name);
    for (const auto& [label, value] : series.labels) {
      all = all * 0x9E3779B97F4A7C15u + hash(label);
      all = all * 0x9E3779B97F4A7C15u + hash(value);
    }
    return all;
  }
};

struct SeriesEqual {
  using is_transparent = void;
  bool operator()(const auto& a, const auto& b) const {
    return a.name == b.name && std::ranges::equal(a.labels, b.labels, [](const auto& x, const auto& y) {
             return x.first == y.first && x.second == y.second;
           });
  }
};

template <class Metric>
struct Kind;
template <>
struct Kind<prometheus::Counter> {
  static auto build() { return prometheus::BuildCounter(); }
  static auto& add(prometheus::Family<prometheus::Counter>& family, const prometheus::Labels& labels) {
    return family.Add(labels);
  }
};
template <>
struct Kind<prometheus::Gauge> {
  static auto build() { return prometheus::BuildGauge(); }
  static auto& add(prometheus::Family<prometheus::Gauge>& family, const prometheus::Labels& labels) {
    return family.Add(labels);
  }
};
template <>
struct Kind<prometheus::Histogram> {
  static auto build() { return prometheus::BuildHistogram(); }
  static auto& add(prometheus::Family<prometheus::Histogram>& family, const prometheus::Labels& labels) {
    return family.Add(labels, latency_buckets);
  }
};

std::string help_of(std::string_view name) {
  const auto* row = find_metric(name);
  return row == nullptr ? std::string{} : std::string{row->help};
}

/// All series of one kind. A null series is one that cannot be measured.
template <class Metric>
class Series {
 public:
  Metric* find(const SeriesView& view) const {
    const std::shared_lock lock(mutex_);
    const auto found = known_.find(view);
    return found == known_.end() ? nullptr : found->second;
  }

  Metric* make(prometheus::Registry& registry, const SeriesView& view) {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(view); found != known_.end()) return found->second;
    Metric* metric = nullptr;
    try {
      auto& family =
          Kind<Metric>::build().Name("tael_" + std::string{view.name}).Help(help_of(view.name)).Register(registry);
      prometheus::Labels labels;
      for (const auto& [label, value] : view.labels) labels.emplace(label, value);
      metric = &Kind<Metric>::add(family, labels);
    } catch (const std::invalid_argument&) {
      return nullptr;  // Said by the count of what was dropped.
    }
    known_.emplace(SeriesKey{view}, metric);
    return metric;
  }

  std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return known_.size();
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<SeriesKey, Metric*, SeriesHash, SeriesEqual> known_;
};

}  // namespace

struct PrometheusMeter::Life {
  explicit Life(std::size_t most) : series_max(most), dropped(*counters.make(registry, {dropped_name, {}})) {}

  template <class Metric>
  void measure(Series<Metric>& all, const SeriesView& view, auto how) {
    auto* metric = all.find(view);
    if (metric == nullptr && counters.size() + gauges.size() + histograms.size() < series_max)
      metric = all.make(registry, view);
    if (metric == nullptr) return dropped.Increment();
    how(*metric);
  }

  std::size_t series_max;
  prometheus::Registry registry;
  Series<prometheus::Counter> counters;
  Series<prometheus::Gauge> gauges;
  Series<prometheus::Histogram> histograms;
  prometheus::Counter& dropped;
};

PrometheusMeter::PrometheusMeter(MeterOptions options) : life_(std::make_unique<Life>(options.series_max)) {
  set("build_info", {{"version", options.version}}, 1);
}

PrometheusMeter::~PrometheusMeter() = default;

void PrometheusMeter::count(std::string_view name, std::initializer_list<Label> labels, double by) {
  life_->measure(life_->counters, {name, labels}, [by](auto& counter) { counter.Increment(by); });
}

void PrometheusMeter::observe(std::string_view name, std::initializer_list<Label> labels, double seconds) {
  life_->measure(life_->histograms, {name, labels}, [seconds](auto& histogram) { histogram.Observe(seconds); });
}

void PrometheusMeter::set(std::string_view name, std::initializer_list<Label> labels, double value) {
  life_->measure(life_->gauges, {name, labels}, [value](auto& gauge) { gauge.Set(value); });
}

std::string PrometheusMeter::expose() const {
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, life_->registry.Collect());
  return std::move(out).str();
}

}  // namespace tael
