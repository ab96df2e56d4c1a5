#include "runtime/scenario/report.hpp"

#include <boost/json.hpp>

#include <algorithm>
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

std::string xml(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '&')
      escaped += "&amp;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c;
  }
  return escaped;
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
                           {"seconds", played.seconds}};
  if (!outcome.holds()) {
    json["broken"] = boost::json::array(outcome.broken.begin(), outcome.broken.end());
    json["broken_at"] = story_time(outcome.broken_at);
    json["replay"] = replay_command(played);
  }
  return json;
}

}  // namespace

std::string replay_command(const Played& played) {
  auto command = "tael scenario run " + played.story->file + " --seed " + std::to_string(played.options.seed);
  if (played.options.dies_at_passage) command += " --dies-at " + std::to_string(*played.options.dies_at_passage);
  return command;
}

void print_outcome(std::ostream& out, const Played& played) {
  const auto& outcome = played.outcome;
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

void print_json(std::ostream& out, const Played& played) { out << serialize(json_of(played)) << "\n"; }

void print_trace(std::ostream& out, const Outcome& outcome, const std::string& order) {
  std::string id;
  for (const auto& line : outcome.lines) {
    // The first answer that names the order's number tells its id.
    if (const auto at = line.find("{\"id\":\"");
        id.empty() && at != std::string::npos && line.find("\"order_no\":\"" + order + "\"") != std::string::npos)
      id = line.substr(at + 7, id_length);
    const bool named = order.empty() || line.find(order) != std::string::npos;
    if (named || (!id.empty() && line.find(id) != std::string::npos)) out << line << "\n";
  }
}

bool write_report(const std::string& folder, const std::vector<Played>& all) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  std::ofstream events{folder + "/events.ndjson"}, junit{folder + "/junit.xml"};
  const auto broken = std::ranges::count_if(all, [](const Played& played) { return !played.outcome.holds(); });
  junit << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"scenarios\" tests=\"" << all.size()
        << "\" failures=\"" << broken << "\">\n";
  for (const auto& played : all) {
    print_json(events, played);
    junit << "  <testcase classname=\"scenario\" name=\"" << xml(played.story->file) << " seed " << played.options.seed
          << "\" time=\"" << played.seconds << "\"";
    if (played.outcome.holds()) {
      junit << "/>\n";
      continue;
    }
    junit << "><failure message=\"" << xml(played.outcome.broken.front()) << "\">" << xml(replay_command(played))
          << "</failure></testcase>\n";
  }
  junit << "</testsuite>\n";
  return events.good() && junit.good();
}

}  // namespace tael::scenario
