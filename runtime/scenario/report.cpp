#include "runtime/scenario/report.hpp"

#include "runtime/scenario/events.hpp"
#include "runtime/scenario/markup.hpp"
#include "runtime/scenario/timeline.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ostream>

namespace tael::scenario {
namespace {

constexpr std::size_t lines_shown = 40;

std::string hex(std::uint64_t value) {
  std::string text(16, '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, value >>= 4) *at = "0123456789abcdef"[value & 15];
  return text;
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", seconds);
  return text;
}

std::string plain(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

boost::json::object counts(const std::map<std::string, int, std::less<>>& points) {
  boost::json::object json;
  for (const auto& [point, times] : points) json[point] = times;
  return json;
}

boost::json::object json_of(const Played& played) {
  const auto& outcome = played.outcome;
  boost::json::object json{{"file", played.story->file},
                           {"seed", played.options.seed},
                           {"holds", outcome.holds()},
                           {"orders", outcome.orders},
                           {"paid", outcome.paid},
                           {"events", outcome.events},
                           {"notices", outcome.notices},
                           {"deaths", outcome.deaths},
                           {"messages", outcome.messages},
                           {"digest", hex(outcome.digest)},
                           {"virtual_ms", outcome.lasted.count()},
                           {"seconds", played.seconds},
                           {"points_passed", counts(outcome.points_passed)},
                           {"points_died_at", counts(outcome.points_died_at)},
                           {"windows", outcome.windows}};
  if (!outcome.holds()) {
    json["broken"] = boost::json::array(outcome.broken.begin(), outcome.broken.end());
    json["broken_at"] = story_time(outcome.broken_at);
    json["replay"] = replay_command(played);
  }
  return json;
}

}  // namespace

Played play_timed(const Story& story, const PlayOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  auto outcome = play(story, options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return {&story, options, std::move(outcome), took.count()};
}

void explain(Played& played) {
  if (played.outcome.holds() || played.options.keeps_lines) return;
  auto options = played.options;
  options.keeps_lines = options.keeps_chronicle = true;
  played.outcome = play(*played.story, options);
}

std::string config_option(const Story& story) {
  const bool is_usual = !story.folder.empty() || story.played_on == "config";
  return is_usual ? "" : " --config " + story.played_on;
}

std::string replay_command(const Played& played) {
  auto command = "tael scenario run " + played.story->file;
  if (!played.live_at.empty()) return command + " --live " + played.live_at + config_option(*played.story);
  command += " --seed " + std::to_string(played.options.seed);
  if (played.story->scale != 1) command += " --scale " + plain(played.story->scale);
  if (played.options.moves_faults) command += " --move-faults";
  if (played.options.dies_at_passage) command += " --dies-at " + std::to_string(*played.options.dies_at_passage);
  return command + config_option(*played.story);
}

void print_outcome(std::ostream& out, const Played& played) {
  const auto& outcome = played.outcome;
  if (outcome.holds() && !played.live_at.empty()) {
    out << "holds   " << played.story->file << "  live at " << played.live_at << ": " << outcome.orders << " orders, "
        << outcome.paid << " paid, " << outcome.notices << " notices, in " << seconds_text(played.seconds) << "\n";
    return;
  }
  if (outcome.holds()) {
    out << "holds   " << played.story->file << "  seed " << played.options.seed << ": " << outcome.orders << " orders, "
        << outcome.paid << " paid, " << outcome.events << " events, " << story_time(outcome.lasted) << " in "
        << seconds_text(played.seconds) << ", trace " << hex(outcome.digest) << "\n";
    return;
  }
  out << "BROKEN  " << played.story->file << "  seed " << played.options.seed << ", at "
      << story_time(outcome.broken_at) << "\n  why it matters: " << played.story->why << "\n";
  for (const auto& sentence : outcome.broken) out << "  " << sentence << "\n";
  if (!outcome.lines.empty()) {
    auto last = std::ranges::find_if(
        outcome.lines, [](const std::string& line) { return line.find("  BROKEN   ") != std::string::npos; });
    const auto before = std::min<std::ptrdiff_t>(lines_shown, last - outcome.lines.begin());
    out << "  what came before it:\n";
    for (auto line = last - before; line != last; ++line) out << "    " << *line << "\n";
  }
  out << "  play it again: " << replay_command(played) << "\n";
}

std::string json_line(const Played& played) { return serialize(json_of(played)); }

void print_json(std::ostream& out, const Played& played) { out << json_line(played) << "\n"; }

Played played_from_json(const std::string& line, const Story& story, const PlayOptions& options) {
  const auto json = boost::json::parse(line).as_object();
  const auto number = [&](const char* key) { return json.at(key).to_number<std::int64_t>(); };
  Played played{&story, options, {}, json.at("seconds").to_number<double>()};
  auto& outcome = played.outcome;
  if (const auto* broken = json.if_contains("broken"))
    for (const auto& sentence : broken->as_array()) outcome.broken.emplace_back(sentence.as_string());
  outcome.digest = std::stoull(std::string{json.at("digest").as_string()}, nullptr, 16);
  outcome.messages = json.at("messages").to_number<std::uint64_t>();
  outcome.windows = json.at("windows").to_number<std::uint64_t>();
  outcome.orders = number("orders");
  outcome.paid = number("paid");
  outcome.events = number("events");
  outcome.notices = number("notices");
  outcome.deaths = number("deaths");
  outcome.lasted = Duration{number("virtual_ms")};
  for (const auto& [point, times] : json.at("points_passed").as_object())
    outcome.points_passed.emplace(point, times.to_number<int>());
  for (const auto& [point, times] : json.at("points_died_at").as_object())
    outcome.points_died_at.emplace(point, times.to_number<int>());
  return played;
}

bool print_trace(std::ostream& out, const Outcome& outcome, const std::string& order) {
  std::string id;
  bool any = false;
  for (const auto& line : outcome.lines) {
    // The first answer that names the order's number tells its id.
    if (const auto at = line.find("{\"id\":\"");
        id.empty() && at != std::string::npos && line.find("\"order_no\":\"" + order + "\"") != std::string::npos)
      id = line.substr(at + 7, id_length);
    const bool named = order.empty() || line.find(order) != std::string::npos;
    if (!named && (id.empty() || line.find(id) == std::string::npos)) continue;
    out << line << "\n";
    any = true;
  }
  return any;
}

bool write_report(const std::string& folder, const std::vector<Played>& all) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  std::ofstream events{folder + "/events.ndjson"}, junit{folder + "/junit.xml"};
  const auto broken = std::ranges::count_if(all, [](const Played& played) { return !played.outcome.holds(); });
  junit << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"scenarios\" tests=\"" << all.size()
        << "\" failures=\"" << broken << "\">\n";
  for (const auto& played : all) {
    write_events(events, played);
    auto end = json_of(played);
    end["event"] = "played";
    events << serialize(end) << "\n";
    junit << "  <testcase classname=\"scenario\" name=\"" << escaped(played.story->file) << " seed "
          << played.options.seed << "\" time=\"" << played.seconds << "\"";
    if (played.outcome.holds()) {
      junit << "/>\n";
      continue;
    }
    junit << "><failure message=\"" << escaped(played.outcome.broken.front()) << "\">"
          << escaped(replay_command(played)) << "</failure></testcase>\n";
  }
  junit << "</testsuite>\n";
  std::ofstream page{folder + "/timeline.html"};
  page << timeline_page(all);
  return events.flush().good() && junit.flush().good() && page.flush().good();
}

}  // namespace tael::scenario
