#include "runtime/watch/path_series.hpp"

#include <algorithm>

namespace tael {
namespace {

std::int64_t second_of(TimePoint at) { return unix_ms(at) / 1'000; }

}  // namespace

PathFigures operator+(PathFigures a, const PathFigures& b) {
  a.calls += b.calls;
  a.answered += b.answered;
  a.declined += b.declined;
  a.paid += b.paid;
  a.took_ms += b.took_ms;
  a.slowest_ms = std::max(a.slowest_ms, b.slowest_ms);
  return a;
}

/// What becomes durable is counted in the second it does: seconds only grow, and the last one may.
PathFigures& PathSeries::figures_at(const std::string& path, std::int64_t second) {
  auto& seconds = paths_[path];
  while (!seconds.empty() && seconds.front().at <= second - kept.count()) seconds.pop_front();
  if (seconds.empty() || seconds.back().at < second) seconds.push_back({second, {}});
  return seconds.back().figures;
}

void PathSeries::hear(const StoreNews& news, TimePoint now) {
  if (news.calls.empty() && news.paid.empty()) return;
  const std::lock_guard lock{mutex_};
  const auto second = second_of(now);
  for (const auto& call : news.calls) {
    auto& figures = figures_at(call.path, second);
    ++figures.calls;
    figures.declined += call.outcome == "declined";
    figures.answered += call.outcome == "approved" || call.outcome == "pending" || call.outcome == "declined";
    figures.took_ms += call.took_ms;
    figures.slowest_ms = std::max(figures.slowest_ms, call.took_ms);
  }
  for (const auto& path : news.paid)
    if (!path.empty()) ++figures_at(path, second).paid;
}

std::map<std::string, std::vector<PathFigures>> PathSeries::last(std::chrono::seconds length, TimePoint now) const {
  std::map<std::string, std::vector<PathFigures>> all;
  const auto end = second_of(now), begin = end - length.count();
  const std::lock_guard lock{mutex_};
  for (const auto& [path, seconds] : paths_) {
    auto& series = all[path];
    series.resize(static_cast<std::size_t>(length.count()));
    for (const auto& second : seconds)
      if (second.at >= begin && second.at < end) series[static_cast<std::size_t>(second.at - begin)] = second.figures;
  }
  return all;
}

std::map<std::string, PathFigures> PathSeries::total(std::chrono::seconds length, TimePoint now) const {
  std::map<std::string, PathFigures> all;
  for (const auto& [path, series] : last(length, now))
    for (const auto& second : series) all[path] = all[path] + second;
  return all;
}

}  // namespace tael
