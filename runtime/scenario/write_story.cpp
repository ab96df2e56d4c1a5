// From a story back to its file, and the ways to make another story of one: with more or fewer arrivals, with its
// faults at other times.
#include "runtime/scenario/story.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

namespace tael::scenario {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string{"''"} : std::string(1, c == '\n' ? ' ' : c);
  return out + "'";
}

/// Plain where YAML reads it as one string.
std::string sentence(const std::string& text) {
  return text.find(": ") == std::string::npos && text.find(" #") == std::string::npos ? text : quoted(text);
}

std::string rate(std::int64_t per_hour) {
  if (per_hour % 3600 == 0) return std::to_string(per_hour / 3600) + "/s";
  if (per_hour % 60 == 0) return std::to_string(per_hour / 60) + "/min";
  return std::to_string(per_hour) + "/h";
}

/// All of a trace: written, it is spread evenly.
std::int64_t orders_of(const Load& load) {
  std::int64_t orders = 0;
  for (const auto& segment : load.segments) orders += segment.orders;
  return orders;
}

void write_load(std::ostream& out, const Load& load) {
  out << "  - business: " << load.business << "\n";
  if (load.segments.empty())
    out << "    rate: " << rate(load.per_hour) << "\n";
  else
    out << "    orders: " << orders_of(load) << "\n";
  if (load.per_hour_at_end != 0) out << "    rate_at_end: " << rate(load.per_hour_at_end) << "\n";
  if (load.from != 0ms) out << "    from: " << short_story_time(load.from) << "\n";
  out << "    for: " << to_text(load.lasts) << "\n    amount: " << to_text(load.amount)
      << "\n    pay_after: " << to_text(load.pay_after) << "\n";
  for (const auto& [key, percent] : {std::pair{"never", load.never_percent}, std::pair{"twice", load.twice_percent},
                                     std::pair{"refund", load.refund_percent}, std::pair{"close", load.close_percent}})
    if (percent != 0) out << "    " << key << ": " << percent << "%\n";
  out << "    mix: {";
  for (std::size_t i = 0; i < load.mix.size(); ++i)
    out << (i == 0 ? "" : ", ") << load.mix[i].first << ": " << load.mix[i].second << "%";
  out << "}\n";
}

}  // namespace

std::string write_story(const Story& story, const std::string& comment) {
  std::ostringstream out;
  std::istringstream comment_lines{comment};
  for (std::string line; std::getline(comment_lines, line);) out << "# " << line << "\n";
  out << "why: " << quoted(story.why) << "\n\nseed: " << story.seed << "\nclock: {start: " << to_rfc3339(story.start)
      << ", drain: " << to_text(story.drain);
  if (story.live_speed != 1) out << ", live: " << story.live_speed << "x";
  if (story.length > length_of(story)) out << ", length: " << to_text(story.length);
  out << "}\n";
  if (!story.folder.empty() || !story.changes.empty() || story.commit_takes != Story{}.commit_takes) {
    out << "given:\n";
    if (!story.folder.empty()) out << "  folder: " << quoted(story.folder) << "\n";
    if (!story.changes.empty()) out << "  config: " << story.changes << "\n";
    out << "  commit_takes: " << to_text(story.commit_takes) << "\n";
  }
  if (!story.loads.empty()) out << "\nload:\n";
  for (const auto& load : story.loads) write_load(out, load);
  for (const bool faults : {true, false}) {
    if (!std::ranges::any_of(story.steps, [&](const Step& step) { return step.is_fault == faults; })) continue;
    out << (faults ? "\nfaults:\n" : "\nscript:\n");
    for (const auto& step : story.steps)
      if (step.is_fault == faults) out << "  - " << sentence(step.text) << "\n";
  }
  if (!story.expectations.empty()) out << "\nexpect:\n";
  for (const auto& expectation : story.expectations) out << "  - " << sentence(expectation.text) << "\n";
  return out.str();
}

void set_time(Step& step, Duration at) {
  step.at = at;
  const auto rest = step.text.find(' ');
  step.text = short_story_time(at) + (rest == std::string::npos ? "" : step.text.substr(rest));
}

void scale_loads(Story& story, double scale) {
  story.scale = scale;
  for (auto& load : story.loads) {
    double carried = 0;
    for (auto& segment : load.segments) {
      const auto wanted = static_cast<double>(segment.orders) * scale + carried;
      segment.orders = std::llround(std::floor(wanted + 1e-9));
      carried = wanted - static_cast<double>(segment.orders);
    }
    for (auto* rate_of : {&load.per_hour, &load.per_hour_at_end})
      if (*rate_of != 0) *rate_of = std::max<std::int64_t>(1, std::llround(static_cast<double>(*rate_of) * scale));
  }
}

void move_faults(Story& story, std::uint64_t seed) {
  std::mt19937_64 random{seed ^ 0xa5a5a5a5a5a5a5a5};
  Duration earliest{0};
  for (auto& step : story.steps) {
    if (!step.is_fault) continue;
    // By up to a quarter of its time and half a minute more, to either side.
    const auto reach = step.at.count() / 4 + 30'000;
    const auto moved =
        step.at.count() - reach + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(2 * reach + 1));
    earliest = std::max(earliest, Duration{std::max<std::int64_t>(0, moved)});
    set_time(step, earliest);
  }
  std::ranges::stable_sort(story.steps, {}, &Step::at);
  story.length = std::max(story.length, length_of(story));
}

}  // namespace tael::scenario
